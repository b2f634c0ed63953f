package telemetry

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
)

// ReadEnvironment configures traces from the environment variables of OpenTelemetry:
// they are exported to OTEL_EXPORTER_OTLP_ENDPOINT, or to
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, over OTLP and HTTP. There are no traces if neither
// is set, if OTEL_TRACES_EXPORTER is none, or if OTEL_SDK_DISABLED is true. The library
// itself reads the variables for headers, certificates, time-outs and sampling.
func (c *Config) ReadEnvironment(ctx context.Context) error {
	var options []otlptracehttp.Option
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
	if endpoint == "" { // the default of the library is HTTPS
		endpoint = "http://localhost:4318"
		options = append(options, otlptracehttp.WithEndpointURL(endpoint+"/v1/traces"))
	}
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT is %q; set it to a URL such as http://127.0.0.1:4318", endpoint)
	}
	otel.SetLogger(logr.FromSlogHandler(c.Log.Handler())) // warnings of the library about the other variables
	sender, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_…: %w", err)
	}
	c.Traces = sender
	return nil
}
