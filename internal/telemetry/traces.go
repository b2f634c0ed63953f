package telemetry

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/diwan-cms/diwan/model"
)

// traces creates spans, named as in the semantic conventions of OpenTelemetry.
type traces struct {
	provider   *sdktrace.TracerProvider
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
	database   attribute.KeyValue
}

func newTraces(config Config) *traces {
	// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES of the environment take precedence.
	about := resource.NewSchemaless(attribute.String("service.name", "diwan"), attribute.String("service.version", config.Version))
	about, err := resource.Merge(about, resource.Environment())
	if err != nil {
		config.Log.Warn("a part of OTEL_RESOURCE_ATTRIBUTES was left out", "error", err)
	}
	// Errors of exporting go to one handler for the whole process.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		config.Log.Warn("traces are not sent as they should be", "error", err)
	}))
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(config.Traces), sdktrace.WithResource(about))
	return &traces{
		provider:   provider,
		tracer:     provider.Tracer("github.com/diwan-cms/diwan", trace.WithInstrumentationVersion(config.Version)),
		propagator: propagation.TraceContext{},
		database:   attribute.String("db.system.name", config.Database),
	}
}

// Request counts a request to /graphql and starts its span, as a child of the client's
// if the header traceparent names one. end takes the status of the response.
func (t *Telemetry) Request(r *http.Request) (_ *http.Request, end func(status int)) {
	if t == nil {
		return r, func(int) {}
	}
	if t.traces == nil {
		return r, t.metrics.request
	}
	ctx := t.traces.propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	method, name := r.Method, r.Method
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPost}, method) {
		method, name = "_OTHER", "HTTP" // few names, whatever clients send
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	ctx, span := t.traces.tracer.Start(ctx, name+" "+r.URL.Path, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", method), attribute.String("http.route", r.URL.Path),
		attribute.String("url.path", r.URL.Path), attribute.String("url.scheme", scheme)))
	return r.WithContext(ctx), func(status int) {
		t.metrics.request(status)
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// operation starts the span of an operation. It is nil if nothing is traced.
func (t *traces) operation(ctx context.Context, o *Operation) (context.Context, trace.Span) {
	if t == nil {
		return ctx, nil
	}
	return t.tracer.Start(ctx, cmp.Or(strings.TrimSpace(o.Kind+" "+o.Name), "operation"), trace.WithTimestamp(o.Began), trace.WithAttributes(
		attribute.String("graphql.operation.name", o.Name),
		attribute.String("graphql.operation.type", o.Kind),
		attribute.String("graphql.document.hash", o.Hash)))
}

func endOperation(span trace.Span, status string, cost int) {
	span.SetAttributes(attribute.String("diwan.status", status), attribute.Int("diwan.cost", cost))
	if status != statusOK && status != Cancelled {
		span.SetAttributes(attribute.String("error.type", status))
		span.SetStatus(codes.Error, status)
	}
	span.End()
}

// Resolve reports that a field is being resolved until end is called. The field has a
// span only if a statement is sent for it: most fields are part of a row that is loaded
// already.
func (t *Telemetry) Resolve(ctx context.Context, parentType, field string, path func() string) (_ context.Context, end func()) {
	if t == nil || t.traces == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, func() {}
	}
	r := &resolver{traces: t.traces, parent: ctx, name: parentType + "." + field, path: path, began: time.Now()}
	return context.WithValue(ctx, resolverKey{}, r), r.end
}

type resolverKey struct{}

// resolver is a field being resolved, for which statements may be sent.
type resolver struct {
	traces *traces
	parent context.Context
	name   string
	path   func() string
	began  time.Time

	mu    sync.Mutex
	span  trace.Span // nil until a statement is sent
	ended bool
}

// statementContext returns the context for the spans of its statements.
func (r *resolver) statementContext() context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.span == nil && !r.ended {
		_, r.span = r.traces.tracer.Start(r.parent, r.name, trace.WithTimestamp(r.began),
			trace.WithAttributes(attribute.String("graphql.field.path", r.path())))
	}
	if r.span == nil {
		return r.parent
	}
	return trace.ContextWithSpan(r.parent, r.span)
}

func (r *resolver) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	if r.span != nil {
		r.span.End()
	}
}

// roundTrip adds the span of statements that were executed.
func (t *traces) roundTrip(ctx context.Context, trip model.RoundTrip) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return
	}
	if r, ok := ctx.Value(resolverKey{}).(*resolver); ok {
		ctx = r.statementContext()
	}
	texts := make([]string, len(trip.Statements))
	for i, statement := range trip.Statements {
		texts[i] = statement.SQL
	}
	text := strings.Join(texts, "; ")
	name, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	attributes := []attribute.KeyValue{t.database, attribute.String("db.query.text", text)}
	if name == "SELECT" {
		attributes = append(attributes, attribute.Int64("db.response.returned_rows", trip.Rows()))
	}
	if len(texts) > 1 {
		name = "BATCH " + name
		attributes = append(attributes, attribute.Int("db.operation.batch.size", len(texts)))
	}
	_, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(trip.Began), trace.WithAttributes(attributes...))
	if trip.Failed {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(trip.Began.Add(trip.Took)))
}
