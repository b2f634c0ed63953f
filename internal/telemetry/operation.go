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

// Operation is one of GraphQL, and what it took so far.
type Operation struct {
	// Name is what the client calls it, empty when it has none.
	Name string
	// Kind is query, mutation or subscription; empty when it was refused before
	// that was known to be right.
	Kind string
	// Hash is the SHA-256 of its text in hexadecimal, as persisted queries name it.
	Hash string
	// Cost is what it may cost, as extensions.cost says.
	Cost int
	// Began is when it came.
	Began time.Time

	of   *Telemetry
	span trace.Span
	once sync.Once

	mu         sync.Mutex
	status     string
	limits     []string
	statements int
	rows       int64
	sql        time.Duration
	trace      *Trace // nil unless asked for
}

// Trace is what extensions.trace tells of an operation, or of one event of a
// subscription.
type Trace struct {
	// Milliseconds is the whole operation. An event waits for what it tells, and has
	// none.
	Milliseconds float64 `json:"milliseconds,omitempty"`
	// Statements, Rows and SQLMilliseconds are of all round trips. Those of fields that
	// are resolved at once may overlap.
	Statements      int     `json:"statements"`
	Rows            int64   `json:"rows"`
	SQLMilliseconds float64 `json:"sqlMilliseconds"`
	// SQL are the round trips to the database, the first hundred.
	SQL []TracedTrip `json:"sql"`

	sql time.Duration
}

// TracedTrip is a round trip to the database.
type TracedTrip struct {
	Milliseconds float64  `json:"milliseconds"`
	Rows         int64    `json:"rows"`
	Statements   []string `json:"statements"`
}

// subscription is the kind of operations that end when nobody listens any more.
const subscription = "subscription"

// maxTraced is how many round trips a trace tells one by one.
const maxTraced = 100

type (
	operationKey struct{}
	tracedKey    struct{}
)

// WithTrace marks a request as one that asks for extensions.trace.
func WithTrace(ctx context.Context) context.Context {
	return context.WithValue(ctx, tracedKey{}, true)
}

// Begin makes the operation that of the context, so that its statements count.
func (t *Telemetry) Begin(ctx context.Context, o *Operation) context.Context {
	o.of, o.status = t, statusOK
	if ctx.Value(tracedKey{}) != nil {
		o.trace = &Trace{SQL: []TracedTrip{}}
	}
	if t != nil {
		ctx, o.span = t.traces.operation(ctx, o)
	}
	return context.WithValue(ctx, operationKey{}, o)
}

// OperationOf answers the operation of the context, nil when there is none.
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

// Trace answers what was done since the last answer; nil unless it was asked for.
func (o *Operation) Trace() *Trace {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.trace == nil {
		return nil
	}
	told := o.trace
	told.SQLMilliseconds = milliseconds(told.sql)
	if o.Kind != subscription {
		told.Milliseconds = milliseconds(time.Since(o.Began))
	}
	o.trace = &Trace{SQL: []TracedTrip{}}
	return told
}

// Cancelled is the status of an operation whose client has left.
const Cancelled = "CANCELLED"

// statusOK is the status of an operation without errors.
const statusOK = "ok"

// Failed notes the code of an answer's first error, and the limits that were hit.
// The first code is the operation's status.
func (o *Operation) Failed(code string, limits []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.status == statusOK {
		o.status, o.limits = code, limits
	}
}

// End counts and logs the operation, once.
func (o *Operation) End(ctx context.Context) {
	if o.of != nil {
		o.once.Do(func() { o.end(ctx) })
	}
}

func (o *Operation) end(ctx context.Context) {
	took := time.Since(o.Began)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of.metrics.operation(o.Name, o.Kind, o.status, took)
	line := []slog.Attr{
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
	}
	if len(o.limits) > 0 {
		line = append(line, slog.String("limits", strings.Join(o.limits, " ")))
	}
	if o.span != nil {
		endOperation(o.span, o.status, o.Cost)
		line = append(line, slog.String("traceId", o.span.SpanContext().TraceID().String()))
	}
	o.of.log.LogAttrs(ctx, slog.LevelInfo, "operation", line...)
}

// milliseconds are with three digits behind the point.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
