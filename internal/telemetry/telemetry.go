// Package telemetry tells how the server does: metrics for Prometheus, traces for
// OpenTelemetry, and a line in the log about each operation with what it took.
package telemetry

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/diwan-cms/diwan/model"
)

// Config says where to tell it.
type Config struct {
	Log *slog.Logger
	// Version is the program's.
	Version string
	// Database is the system as OpenTelemetry names it: sqlite or postgresql.
	Database string
	// Traces takes the spans. When nil there are none.
	Traces sdktrace.SpanExporter
}

// Telemetry is that of one server. A nil one takes everything and tells nothing.
type Telemetry struct {
	log     *slog.Logger
	metrics *metrics
	traces  *traces // nil when there are none
}

// New makes a server's.
func New(config Config) *Telemetry {
	t := &Telemetry{log: config.Log, metrics: newMetrics(config.Version)}
	if config.Traces != nil {
		t.traces = newTraces(config)
	}
	return t
}

// Close sends the spans that were not sent yet, until ctx ends.
func (t *Telemetry) Close(ctx context.Context) error {
	if t == nil || t.traces == nil {
		return nil
	}
	return t.traces.provider.Shutdown(ctx)
}

// Metrics answers the metrics, as Prometheus reads them.
func (t *Telemetry) Metrics() http.Handler {
	return promhttp.HandlerFor(t.metrics.registry, promhttp.HandlerOpts{})
}

// RoundTrip counts statements that went to the database, for the operation of the
// context if there is one.
func (t *Telemetry) RoundTrip(ctx context.Context, trip model.RoundTrip) {
	if t == nil {
		return
	}
	t.metrics.roundTrip(trip)
	if operation := OperationOf(ctx); operation != nil {
		operation.add(trip)
	}
	t.traces.roundTrip(ctx, trip)
}

// Limit counts that a limit was hit, by its name.
func (t *Telemetry) Limit(name string) {
	if t != nil && name != "" {
		t.metrics.limits.WithLabelValues(name).Inc()
	}
}

// Cache counts that something was looked for in a cache, and whether it was there.
func (t *Telemetry) Cache(name string, found bool) {
	if t == nil {
		return
	}
	result := "miss"
	if found {
		result = "hit"
	}
	t.metrics.cache.WithLabelValues(name, result).Inc()
}

// Stream counts a socket or an event stream that opened, until closed is called.
func (t *Telemetry) Stream(transport string) (closed func()) {
	if t == nil {
		return func() {}
	}
	open := t.metrics.streams.WithLabelValues(transport)
	open.Inc()
	return open.Dec
}
