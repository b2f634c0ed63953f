// Package telemetry reports how the server does: metrics for Prometheus, traces for
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

// Config says where to report.
type Config struct {
	Log *slog.Logger
	// Version of the program.
	Version string
	// Database is the name of the database system in OpenTelemetry: sqlite or postgresql.
	Database string
	// Traces receives the spans. If nil, there are none.
	Traces sdktrace.SpanExporter
}

// Telemetry is that of one server. A nil Telemetry accepts everything and reports
// nothing.
type Telemetry struct {
	log     *slog.Logger
	metrics *metrics
	traces  *traces // may be nil
}

// New returns the telemetry of a server.
func New(config Config) *Telemetry {
	t := &Telemetry{log: config.Log, metrics: newMetrics(config.Version)}
	if config.Traces != nil {
		t.traces = newTraces(config)
	}
	return t
}

// Close exports the spans that were not yet exported, until ctx ends.
func (t *Telemetry) Close(ctx context.Context) error {
	if t == nil || t.traces == nil {
		return nil
	}
	return t.traces.provider.Shutdown(ctx)
}

// Metrics serves the metrics in the format of Prometheus.
func (t *Telemetry) Metrics() http.Handler {
	return promhttp.HandlerFor(t.metrics.registry, promhttp.HandlerOpts{})
}

// RoundTrip counts statements that were sent to the database, for the operation of the
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

// Limit counts a refusal because of a limit.
func (t *Telemetry) Limit(name string) {
	if t != nil && name != "" {
		t.metrics.limits.WithLabelValues(name).Inc()
	}
}

// Cache counts a look-up in one of the caches that the metrics name.
func (t *Telemetry) Cache(name string, found bool) {
	if t != nil {
		t.metrics.lookup(name, found)
	}
}

// WatchCache shows the state of a cache: how many bytes its entries take, and how many were
// dropped.
func (t *Telemetry) WatchCache(name string, state func() (bytes, dropped int)) {
	if t != nil {
		t.metrics.watchCache(name, state)
	}
}

// Stream counts a socket or an event stream as open until closed is called.
func (t *Telemetry) Stream(transport string) (closed func()) {
	if t == nil {
		return func() {}
	}
	open := t.metrics.streams.WithLabelValues(transport)
	open.Inc()
	return open.Dec
}
