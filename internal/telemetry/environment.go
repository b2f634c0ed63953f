package telemetry

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
)

// ReadEnvironment sends traces where the variables of OpenTelemetry say: to the
// collector of OTEL_EXPORTER_OTLP_ENDPOINT, or of its namesake for traces alone,
// over OTLP and HTTP. Where neither is set, where OTEL_TRACES_EXPORTER is none, or
// where OTEL_SDK_DISABLED is true, there are none. The library reads the variables
// for headers, certificates, time-outs and sampling itself.
func (c *Config) ReadEnvironment(ctx context.Context) error {
	exporter := os.Getenv("OTEL_TRACES_EXPORTER")
	endpoint := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || exporter == "none" || exporter == "" && endpoint == "" {
		return nil
	}
	if exporter != "" && exporter != "otlp" {
		return fmt.Errorf("OTEL_TRACES_EXPORTER is %q; set it to otlp or none, or leave it out", exporter)
	}
	protocol := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL"))
	if protocol != "" && protocol != "http/protobuf" {
		return fmt.Errorf("traces are not sent over %q; set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, and the endpoint to the collector's port for HTTP, usually 4318", protocol)
	}
	sender, err := otlptracehttp.New(ctx)
	if err != nil {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_…: %w", err)
	}
	c.Traces = sender
	return nil
}
