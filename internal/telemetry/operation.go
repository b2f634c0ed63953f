package telemetry

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/diwan-cms/diwan/model"
)

// Operation is a GraphQL operation, and what it took so far.
type Operation struct {
	// Name is given by the client, and may be empty.
	Name string
	// Kind is query, mutation or subscription; empty if the operation was refused before
	// it was found valid.
	Kind string
	// Hash is the SHA-256 of its text in hexadecimal, as in persisted operations.
	Hash string
	// Cost is the number in extensions.cost.
	Cost int
	// Began is when the request arrived.
	Began time.Time
	// Kept is whether the answer was kept from before, so that nothing was executed.
	Kept bool

	telemetry *Telemetry
	span      trace.Span
	once      sync.Once

	mu         sync.Mutex
	status     string
	limits     []string
	statements int
	rows       int64
	sql        time.Duration
	trace      *Trace // nil unless requested
}

// Trace is extensions.trace: what an operation took, or one event of a subscription.
type Trace struct {
	// Milliseconds is how long the whole operation took. Events have none: they wait for
	// something to happen.
	Milliseconds float64 `json:"milliseconds,omitempty"`
	// Statements, Rows and SQLMilliseconds are sums over all round trips. Round trips of
	// fields that are resolved concurrently may overlap.
	Statements      int     `json:"statements"`
	Rows            int64   `json:"rows"`
	SQLMilliseconds float64 `json:"sqlMilliseconds"`
	// SQL lists the round trips to the database, up to a hundred.
	SQL []TracedTrip `json:"sql"`

	sql time.Duration
}

// TracedTrip is a round trip to the database in a trace.
type TracedTrip struct {
	Milliseconds float64  `json:"milliseconds"`
	Rows         int64    `json:"rows"`
	Statements   []string `json:"statements"`
}

// subscription is the kind of operations that end only when their client leaves.
const subscription = "subscription"

// maxTraced is how many round trips a trace lists one by one.
const maxTraced = 100

type (
	operationKey struct{}
	tracedKey    struct{}
)

// WithTrace marks a request that asks for extensions.trace.
func WithTrace(ctx context.Context) context.Context {
	return context.WithValue(ctx, tracedKey{}, true)
}

// Begin returns a context in which statements count for the operation.
func (t *Telemetry) Begin(ctx context.Context, o *Operation) context.Context {
	o.telemetry, o.status = t, statusOK
	if ctx.Value(tracedKey{}) != nil {
		o.trace = &Trace{SQL: []TracedTrip{}}
	}
	if t != nil {
		ctx, o.span = t.traces.operation(ctx, o)
	}
	return context.WithValue(ctx, operationKey{}, o)
}

// OperationOf returns the operation of the context, nil if there is none.
func OperationOf(ctx context.Context) *Operation {
	o, _ := ctx.Value(operationKey{}).(*Operation)
	return o
}

// add counts a round trip.
func (o *Operation) add(trip model.RoundTrip) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.statements += len(trip.Statements)
	o.rows += trip.Rows()
	o.sql += trip.Took
	if o.trace != nil {
		o.trace.add(trip)
	}
}

func (t *Trace) add(trip model.RoundTrip) {
	t.Statements += len(trip.Statements)
	t.Rows += trip.Rows()
	t.sql += trip.Took
	if len(t.SQL) == maxTraced {
		return
	}
	texts := make([]string, len(trip.Statements))
	for i, statement := range trip.Statements {
		texts[i] = statement.SQL
	}
	t.SQL = append(t.SQL, TracedTrip{milliseconds(trip.Took), trip.Rows(), texts})
}

// Trace returns what was done since it was last called, nil unless a trace was
// requested.
func (o *Operation) Trace() *Trace {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.trace == nil {
		return nil
	}
	done := o.trace
	done.SQLMilliseconds = milliseconds(done.sql)
	if o.Kind != subscription {
		done.Milliseconds = milliseconds(time.Since(o.Began))
	}
	o.trace = &Trace{SQL: []TracedTrip{}}
	return done
}

// Cancelled is the status of an operation whose client left.
const Cancelled = "CANCELLED"

// statusOK is the status of an operation without errors.
const statusOK = "ok"

// Failed notes the code of the first error in a response, and the limits that were hit.
// The code that is noted first is the status of the operation.
func (o *Operation) Failed(code string, limits []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.status == statusOK {
		o.status, o.limits = code, limits
	}
}

// End counts and logs the operation, once.
func (o *Operation) End(ctx context.Context) {
	if o.telemetry != nil {
		o.once.Do(func() { o.end(ctx) })
	}
}

func (o *Operation) end(ctx context.Context) {
	took := time.Since(o.Began)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.telemetry.metrics.operation(o.Name, o.Kind, o.status, took)
	if o.span != nil {
		endOperation(o.span, o.status, o.Cost)
	}
	handler := o.telemetry.log.Handler()
	if !handler.Enabled(ctx, slog.LevelInfo) {
		return
	}
	line := slog.NewRecord(time.Now(), slog.LevelInfo, "operation", 0) // slog.Logger would look up who calls
	line.AddAttrs(
		slog.String("operation", o.Name),
		slog.String("kind", o.Kind),
		slog.String("hash", o.Hash),
		slog.String("status", o.status),
		slog.Float64("ms", milliseconds(took)),
		slog.Int("cost", o.Cost),
		slog.Int("statements", o.statements),
		slog.Int64("rows", o.rows),
		slog.Float64("sqlMs", milliseconds(o.sql)),
		slog.String("requestId", model.RequestIDOf(ctx)),
	)
	if o.Kept {
		line.AddAttrs(slog.Bool("kept", true))
	}
	if len(o.limits) > 0 {
		line.AddAttrs(slog.String("limits", strings.Join(o.limits, " ")))
	}
	if o.span != nil {
		line.AddAttrs(slog.String("traceId", o.span.SpanContext().TraceID().String()))
	}
	_ = handler.Handle(ctx, line) // as slog.Logger does: there is nowhere to say that a log fails
}

// milliseconds returns a duration in milliseconds, with three decimal places.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
