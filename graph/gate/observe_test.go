package gate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// line is a line of the log about an operation.
type line struct {
	Msg, Operation, Kind, Hash, Status, Limits, RequestID string
	Cost, Statements                                      int
}

// observed starts a server whose telemetry writes to a log.
func observed(t *testing.T, change func(*graphtest.Config, *gate.Limits)) (s *graphtest.Server, last func() line) {
	t.Helper()
	var log bytes.Buffer
	told := telemetry.New(telemetry.Config{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	s = start(t, func(c *graphtest.Config, l *gate.Limits) {
		c.Telemetry, c.OnRoundTrip = told, told.RoundTrip
		if change != nil {
			change(c, l)
		}
	})
	return s, func() (read line) {
		t.Helper()
		if err := json.Unmarshal(log.Bytes(), &read); err != nil {
			t.Fatalf("log = %q, want one line: %v", &log, err)
		}
		log.Reset()
		return read
	}
}

// Each operation is reported once: what it is, what it took, and how it ended.
func TestOperationsAreReported(t *testing.T) {
	t.Parallel()
	s, last := observed(t, func(c *graphtest.Config, _ *gate.Limits) { c.Actor = graphtest.Editor() })
	for _, c := range []struct {
		name, query string
		want        line
	}{
		{"a query", `query Index { topics(first: 2) { nodes { slug } } }`, line{Operation: "Index", Kind: "query", Status: "ok", Cost: 3, Statements: 1}},
		{"one without a name", `{ __typename }`, line{Kind: "query", Status: "ok"}},
		{"a mutation that refuses its input", `mutation Add { createTopic(input: {names: []}) { errors { code } } }`, line{Operation: "Add", Kind: "mutation", Status: "INVALID", Cost: 0}},
		{"one that fails", `query Page { topics(first: -1) { totalCount } }`, line{Operation: "Page", Kind: "query", Status: "INVALID", Cost: 1}},
		{"one that is not valid", `query Wrong { nothing }`, line{Status: "GRAPHQL_VALIDATION_FAILED"}},
		{"one beyond a limit", "query Deep { topics { nodes {" + strings.Repeat(" parent {", 18) + " id" + strings.Repeat(" }", 21), line{Status: "LIMIT_EXCEEDED", Limits: "depth"}},
	} {
		s.Post(t, c.query, nil)
		got := last()
		c.want.Msg, c.want.Hash, c.want.RequestID = "operation", transport.Digest(c.query), graphtest.RequestID
		if c.want.Kind == "mutation" { // its statements are not ours to count
			c.want.Statements = got.Statements
		}
		if got != c.want {
			t.Errorf("%s is reported as\n%+v, want\n%+v", c.name, got, c.want)
		}
	}
}

func TestClientsThatLeaveAreReported(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	s, last := observed(t, func(c *graphtest.Config, _ *gate.Limits) {
		c.OnRoundTrip = func(_ context.Context, trip model.RoundTrip) {
			if strings.Contains(trip.Statements[0].SQL, "FROM topics") {
				leave()
			}
		}
	})
	s.Do(httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql?query="+`{topics{nodes{slug+articles{nodes{slug}}}}}`, nil))
	if got := last(); got.Status != telemetry.Cancelled {
		t.Errorf("status = %q, want %q", got.Status, telemetry.Cancelled)
	}
}

// A request that asked for a trace gets one.
func TestTraces(t *testing.T) {
	t.Parallel()
	s, last := observed(t, nil)
	request := httptest.NewRequestWithContext(telemetry.WithTrace(t.Context()), http.MethodGet, "/graphql?query="+`{topics{nodes{slug}}}`, nil)
	var got struct {
		Extensions struct {
			Trace struct {
				Statements, Rows int
				SQL              []struct{ Statements []string }
			}
		}
	}
	if err := json.Unmarshal(s.Do(request).Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if trace := got.Extensions.Trace; trace.Statements != 1 || trace.Rows != 2 || len(trace.SQL) != 1 || !strings.Contains(trace.SQL[0].Statements[0], "FROM topics") {
		t.Errorf("trace = %+v, want the statement that read two topics", trace)
	}
	if got := last(); got.Statements != 1 {
		t.Errorf("reported = %+v, want the same statement", got)
	}
	if answer := s.Post(t, `{ __typename }`, nil); answer.Extensions.Trace != nil {
		t.Errorf("extensions = %+v, want no trace that was not requested", answer.Extensions)
	}
}

// Limits and look-ups in caches are counted.
func TestMetrics(t *testing.T) {
	t.Parallel()
	told := telemetry.New(telemetry.Config{Log: slog.New(slog.DiscardHandler)})
	s := start(t, func(c *graphtest.Config, l *gate.Limits) { c.Telemetry, l.RootFields = told, 1 })
	for range 3 {
		s.Post(t, `query Root { __typename }`, nil)
		s.Post(t, `query Roots { __typename ... { __typename } }`, nil)
	}
	recorder := httptest.NewRecorder()
	told.Metrics().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`diwan_cache_lookups_total{cache="documents",result="hit"} 2`,
		`diwan_cache_lookups_total{cache="documents",result="miss"} 4`,
		`diwan_limits_hit_total{limit="root-fields"} 3`,
		`diwan_operations_total{kind="query",operation="Root",status="ok"} 3`,
		`diwan_operations_total{kind="unknown",operation="anonymous",status="LIMIT_EXCEEDED"} 3`,
	} {
		if !strings.Contains(recorder.Body.String(), want+"\n") {
			t.Errorf("metrics lack %s", want)
		}
	}
}
