package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/diwan-cms/diwan/model"
)

func metricsOf(t *testing.T, told *Telemetry) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	told.Metrics().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	return recorder.Body.String()
}

func has(t *testing.T, metrics string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("metrics lack %s", line)
		}
	}
}

// trip reads so many rows with each of its statements.
func trip(rows int64, statements ...string) model.RoundTrip {
	trip := model.RoundTrip{Began: time.Now(), Took: 2 * time.Millisecond}
	for _, statement := range statements {
		trip.Statements = append(trip.Statements, model.Statement{SQL: statement, Rows: rows})
	}
	return trip
}

// An operation is logged and counted once, with its statements and its first error.
func TestOperation(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	told := New(Config{Log: slog.New(slog.NewJSONHandler(&log, nil)), Version: "v9"})
	o := &Operation{Name: "Index", Kind: "query", Hash: "abc", Cost: 7, Began: time.Now()}
	ctx := told.Begin(model.WithRequestID(t.Context(), "r1"), o)
	if OperationOf(ctx) != o || OperationOf(t.Context()) != nil {
		t.Errorf("the operation of the context = %v, want %v there alone", OperationOf(ctx), o)
	}
	told.RoundTrip(ctx, trip(3, "SELECT 1", "SELECT 2"))
	told.RoundTrip(t.Context(), trip(1, "SELECT 3")) // of no operation
	failed := trip(0, "SELECT 4")
	failed.Failed = true
	told.RoundTrip(ctx, failed)
	o.Failed("LIMIT_EXCEEDED", []string{"depth", "cost"})
	o.Failed("INVALID", nil)
	o.End(ctx)
	o.End(ctx)

	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("log = %s, want one line: %v", &log, err)
	}
	for key, want := range map[string]any{
		"operation": "Index", "kind": "query", "hash": "abc", "status": "LIMIT_EXCEEDED", "limits": "depth cost", "cost": 7.0,
		"statements": 3.0, "rows": 6.0, "sqlMs": 4.0, "requestId": "r1", "traceId": nil,
	} {
		if line[key] != want {
			t.Errorf("%s = %v, want %v", key, line[key], want)
		}
	}
	has(t, metricsOf(t, told),
		`diwan_operations_total{kind="query",operation="Index",status="LIMIT_EXCEEDED"} 1`,
		`diwan_operation_duration_seconds_count{kind="query",operation="Index"} 1`,
		"diwan_sql_statements_total 4", "diwan_sql_rows_total 7", "diwan_sql_duration_seconds_count 3", "diwan_sql_errors_total 1")
}

// A trace lists round trips since it was last taken, up to a hundred.
func TestTrace(t *testing.T) {
	t.Parallel()
	told := New(Config{Log: slog.New(slog.DiscardHandler)})
	o := &Operation{Kind: "query", Began: time.Now().Add(-time.Second)}
	ctx := told.Begin(WithTrace(t.Context()), o)
	for range 101 {
		told.RoundTrip(ctx, trip(2, "SELECT 1"))
	}
	got := o.Trace()
	if got.Statements != 101 || got.Rows != 202 || got.SQLMilliseconds != 202 || got.Milliseconds < 1000 {
		t.Errorf("trace = %d statements, %d rows, %v of %v ms, want 101, 202 and 202 of more than 1000", got.Statements, got.Rows, got.SQLMilliseconds, got.Milliseconds)
	}
	if len(got.SQL) != 100 || got.SQL[0].Statements[0] != "SELECT 1" || got.SQL[0].Milliseconds != 2 || got.SQL[0].Rows != 2 {
		t.Errorf("round trips = %d, the first %+v, want the first hundred", len(got.SQL), got.SQL[0])
	}
	if again := o.Trace(); again.Statements != 0 || len(again.SQL) != 0 {
		t.Errorf("trace after a trace = %+v, want nothing", again)
	}
	event := &Operation{Kind: subscription, Began: time.Now().Add(-time.Second)}
	told.Begin(WithTrace(t.Context()), event)
	if got := event.Trace(); got.Milliseconds != 0 {
		t.Errorf("an event took %v ms, want none: it waits", got.Milliseconds)
	}
	plain := &Operation{}
	told.Begin(t.Context(), plain)
	if got := plain.Trace(); got != nil {
		t.Errorf("trace that was not requested = %+v, want none", got)
	}
}

// Clients choose the names of operations, and do not choose how many series there are.
func TestNamesOfOperations(t *testing.T) {
	t.Parallel()
	told := New(Config{Log: slog.New(slog.DiscardHandler)})
	end := func(name, kind string) {
		o := &Operation{Name: name, Kind: kind}
		o.End(told.Begin(t.Context(), o))
	}
	end("", "query")
	end("Invalid", "")
	end(strings.Repeat("a", maxNameLength+1), "query")
	for i := range maxNames + 1 {
		end(fmt.Sprint("Q", i), "query")
	}
	end("Q0", "query")
	end("Feed", subscription)
	metrics := metricsOf(t, told)
	has(t, metrics,
		`diwan_operations_total{kind="query",operation="anonymous",status="ok"} 1`,
		`diwan_operations_total{kind="unknown",operation="other",status="ok"} 1`,
		`diwan_operations_total{kind="query",operation="Q0",status="ok"} 2`,
		`diwan_operations_total{kind="query",operation="other",status="ok"} 2`,
		`diwan_operations_total{kind="subscription",operation="other",status="ok"} 1`)
	if strings.Contains(metrics, `diwan_operation_duration_seconds_count{kind="subscription"`) {
		t.Error("the duration of a subscription is counted, want it not")
	}
}

func TestCounters(t *testing.T) {
	t.Parallel()
	told := New(Config{Log: slog.New(slog.DiscardHandler), Version: "v9"})
	told.Limit("depth")
	told.Limit("")
	told.Cache("documents", true)
	told.Cache("documents", false)
	told.WatchCache("answers", func() (bytes, dropped int) { return 1234, 5 })
	closed := told.Stream("sse")
	told.Stream("websocket")
	_, end := told.Request(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", nil))
	end(http.StatusTeapot)
	metrics := metricsOf(t, told)
	has(t, metrics,
		`diwan_limits_hit_total{limit="depth"} 1`, `diwan_cache_lookups_total{cache="documents",result="hit"} 1`,
		`diwan_cache_lookups_total{cache="documents",result="miss"} 1`, `diwan_streams_open{transport="sse"} 1`,
		`diwan_streams_open{transport="websocket"} 1`, `diwan_http_requests_total{status="418"} 1`,
		`diwan_cache_bytes{cache="answers"} 1234`, `diwan_cache_drops_total{cache="answers"} 5`)
	if strings.Contains(metrics, `limit=""`) || !strings.Contains(metrics, `version="v9"`) {
		t.Error("metrics count a limit without a name, or lack the version")
	}
	closed()
	has(t, metricsOf(t, told), `diwan_streams_open{transport="sse"} 0`)
}

// Nothing is reported where there is no telemetry.
func TestNoTelemetry(t *testing.T) {
	t.Parallel()
	var none *Telemetry
	o := &Operation{Kind: "query"}
	ctx := none.Begin(WithTrace(t.Context()), o)
	none.RoundTrip(ctx, trip(1, "SELECT 1"))
	none.Limit("depth")
	none.Cache("documents", true)
	none.WatchCache("documents", nil)
	none.Stream("sse")()
	_, end := none.Resolve(ctx, "Query", "topics", nil)
	end()
	request, answered := none.Request(httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", nil))
	answered(http.StatusOK)
	o.End(ctx)
	if OperationOf(request.Context()) != o || o.Trace() == nil || none.Close(ctx) != nil {
		t.Error("without telemetry the context has no operation with a trace, want it")
	}
}

// Spans nest: the request, the operation, a field that sends statements, and those.
// Not parallel: newTraces sets the error handler of the process.
func TestSpans(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	var log bytes.Buffer
	told := New(Config{Log: slog.New(slog.NewJSONHandler(&log, nil)), Version: "v9", Database: "sqlite", Traces: keeping{exporter}})
	request := httptest.NewRequestWithContext(t.Context(), "BREW", "/graphql", nil)
	request.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	request, answered := told.Request(request)
	o := &Operation{Name: "Index", Kind: "query", Hash: "abc", Cost: 7, Began: time.Now()}
	ctx := told.Begin(request.Context(), o)
	field, end := told.Resolve(ctx, "Query", "topics", func() string { return "a.topics" })
	told.RoundTrip(field, trip(3, "SELECT 1"))
	failed := trip(0, "SELECT 2", "SELECT 3")
	failed.Failed = true
	told.RoundTrip(field, failed)
	end()
	told.RoundTrip(field, trip(1, "UPDATE a SET b = 1")) // after the field was resolved
	_, unused := told.Resolve(ctx, "Topic", "slug", nil)
	unused()
	o.Failed("INVALID", nil)
	o.End(ctx)
	answered(http.StatusInternalServerError)
	if err := told.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	spans := map[string]tracetest.SpanStub{}
	for _, span := range exporter.GetSpans() {
		spans[span.Name] = span
		if got := span.SpanContext.TraceID().String(); got != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%s is of the trace %s, want that of the header traceparent", span.Name, got)
		}
	}
	for _, c := range []struct {
		name, parent string
		status       codes.Code
		attribute    attribute.KeyValue
	}{
		{"HTTP /graphql", "", codes.Error, attribute.String("http.request.method", "_OTHER")},
		{"query Index", "HTTP /graphql", codes.Error, attribute.String("diwan.status", "INVALID")},
		{"Query.topics", "query Index", codes.Unset, attribute.String("graphql.field.path", "a.topics")},
		{"SELECT", "Query.topics", codes.Unset, attribute.Int64("db.response.returned_rows", 3)},
		{"BATCH SELECT", "Query.topics", codes.Error, attribute.Int("db.operation.batch.size", 2)},
		{"UPDATE", "Query.topics", codes.Unset, attribute.String("db.query.text", "UPDATE a SET b = 1")},
	} {
		span, there := spans[c.name]
		if !there {
			t.Errorf("there is no span %s", c.name)
			continue
		}
		if parent := spans[c.parent]; c.parent != "" && span.Parent.SpanID() != parent.SpanContext.SpanID() {
			t.Errorf("%s is not below %s", c.name, c.parent)
		}
		found := false
		for _, attribute := range span.Attributes {
			found = found || attribute == c.attribute
		}
		if !found || span.Status.Code != c.status {
			t.Errorf("%s has the status %v and the attributes %v, want %v and %v", c.name, span.Status.Code, span.Attributes, c.status, c.attribute)
		}
	}
	if len(spans) != 6 {
		t.Errorf("there are %d spans, want 6: none for a field that sends no statement", len(spans))
	}
	if !strings.Contains(log.String(), `"traceId":"0af7651916cd43dd8448eb211c80319c"`) {
		t.Errorf("log = %s, want the id of the trace", &log)
	}
}

// keeping is an exporter that does not forget its spans when it is shut down.
type keeping struct{ *tracetest.InMemoryExporter }

func (keeping) Shutdown(context.Context) error { return nil }

// Not parallel: the environment is that of the process.
func TestReadEnvironment(t *testing.T) {
	for _, c := range []struct {
		name string
		set  map[string]string
		want bool
		err  string
	}{
		{"nothing", nil, false, ""},
		{"an endpoint", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, true, ""},
		{"an endpoint for traces", map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://traces.example.org"}, true, ""},
		{"an exporter without an endpoint", map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, true, ""},
		{"switched off", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "TRUE"}, false, ""},
		{"no traces", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, false, ""},
		{"another exporter", map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, false, `OTEL_TRACES_EXPORTER is "zipkin"`},
		{"another protocol", map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, `traces are not sent over "grpc"`},
		{"an endpoint that is not a URL", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"}, false, `OTEL_EXPORTER_OTLP_ENDPOINT is "localhost:4318"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{"OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"} {
				t.Setenv(name, c.set[name])
			}
			config := Config{Log: slog.New(slog.DiscardHandler)}
			err := config.ReadEnvironment(t.Context())
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.HasPrefix(err.Error(), c.err)) {
				t.Errorf("ReadEnvironment = %v, want %q", err, c.err)
			}
			if got := config.Traces != nil; got != c.want {
				t.Errorf("traces are exported: %t, want %t", got, c.want)
			}
		})
	}
}
