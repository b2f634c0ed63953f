package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

var tracing = header{"Diwan-Trace", "1"}

// metrics reads /metrics, and returns the value of each series.
func metrics(t testing.TB, s *testserver.Server, headers ...header) map[string]string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	status, body := testserver.Fetch(t, request, headers...)
	if status != http.StatusOK {
		t.Fatalf("/metrics = %d %s", status, body)
	}
	series := map[string]string{}
	for line := range strings.Lines(string(body)) {
		if at := strings.LastIndex(line, " "); !strings.HasPrefix(line, "#") && at > 0 {
			series[line[:at]] = strings.TrimSpace(line[at:])
		}
	}
	return series
}

func TestMetricsCountWhatTheServerDoes(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Version = "v9"; c.MaxBody = 10_000 })
	s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
	const page = `query TopicPage { topics { nodes { slug } } }`
	s.Post(t, page, nil)
	s.Post(t, page, nil)
	s.Send(t, http.MethodPost, "", `{"query":"query Wrong { nothing }","operationName":"Wrong"}`, testserver.AsJSON)
	s.Post(t, `query TopicPage { topics(first: 500) { nodes { slug } } }`, nil)
	s.Post(t, "{ topics { nodes {"+strings.Repeat(" parent {", 30)+" id"+strings.Repeat(" }", 33), nil)
	s.Send(t, http.MethodPost, "", `{"query":"`+strings.Repeat(" ", 10_001)+`"}`, testserver.AsJSON)
	unknown := "?extensions=" + url.QueryEscape(persisted(hashOf(page)))
	s.Send(t, http.MethodGet, unknown, "")
	register(t, s, page, "TopicPage")
	s.Send(t, http.MethodGet, unknown, "")
	k := s.Dial(t)
	k.Send(`{"type":"connection_init"}`)
	k.Want("connection_ack", "")

	got := metrics(t, s)
	for series, want := range map[string]string{
		`diwan_operations_total{kind="query",operation="TopicPage",status="ok"}`:                          "4",
		`diwan_operations_total{kind="query",operation="TopicPage",status="INVALID"}`:                     "1",
		`diwan_operations_total{kind="unknown",operation="other",status="GRAPHQL_VALIDATION_FAILED"}`:     "1",
		`diwan_operations_total{kind="unknown",operation="anonymous",status="LIMIT_EXCEEDED"}`:            "1",
		`diwan_operations_total{kind="unknown",operation="anonymous",status="PERSISTED_QUERY_NOT_FOUND"}`: "1",
		`diwan_operation_duration_seconds_count{kind="query",operation="TopicPage"}`:                      "5",
		`diwan_limits_hit_total{limit="depth"}`:                                                           "1",
		`diwan_limits_hit_total{limit="body"}`:                                                            "1",
		`diwan_cache_lookups_total{cache="persisted",result="hit"}`:                                       "1",
		`diwan_cache_lookups_total{cache="persisted",result="miss"}`:                                      "1",
		`diwan_cache_lookups_total{cache="documents",result="hit"}`:                                       "3",
		`diwan_streams_open{transport="websocket"}`:                                                       "1",
		`diwan_http_requests_total{status="413"}`:                                                         "1",
		`diwan_build_info{goversion="` + goVersion(got) + `",version="v9"}`:                               "1",
	} {
		if got[series] != want {
			t.Errorf("%s = %s, want %s", series, got[series], want)
		}
	}
	again := s.StatementsOf(func() { s.Post(t, page, nil) })
	after := metrics(t, s)
	for series, want := range map[string]float64{
		"diwan_sql_statements_total": float64(len(again)), "diwan_sql_duration_seconds_count": float64(s.RoundTrips()), "diwan_sql_rows_total": 1,
	} {
		if grown := number(t, after[series]) - number(t, got[series]); grown != want {
			t.Errorf("%s grew by %v with a page of one topic, want %v", series, grown, want)
		}
	}
	if got["go_goroutines"] == "" {
		t.Error("go_goroutines is missing, want metrics of the process")
	}
	k.Conn.CloseNow()
	testserver.Until(t, "no open socket in the metrics", func() bool { return metrics(t, s)[`diwan_streams_open{transport="websocket"}`] == "0" })
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func goVersion(series map[string]string) string {
	for name := range series {
		if found := regexp.MustCompile(`^diwan_build_info{goversion="([^"]*)"`).FindStringSubmatch(name); found != nil {
			return found[1]
		}
	}
	return ""
}

// Clients cannot add any number of series: after 200 names, operations count as other.
func TestNamesOfOperationsInMetricsAreBounded(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for i := range 205 {
		s.Post(t, fmt.Sprintf(`query Q%d { __typename }`, i), nil)
	}
	s.Post(t, `query Q0 { __typename }`, nil)
	got := metrics(t, s)
	for series, want := range map[string]string{
		`diwan_operations_total{kind="query",operation="Q0",status="ok"}`:    "2",
		`diwan_operations_total{kind="query",operation="Q199",status="ok"}`:  "1",
		`diwan_operations_total{kind="query",operation="other",status="ok"}`: "5",
	} {
		if got[series] != want {
			t.Errorf("%s = %s, want %s", series, got[series], want)
		}
	}
}

func TestMetricsAndTracesAreHiddenInProduction(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.GraphQL.Production = true })
	if got := s.Status(t, "/metrics"); got != http.StatusForbidden {
		t.Errorf("/metrics without a token = %d, want 403", got)
	}
	if metrics(t, s, testserver.AsAdmin)["go_goroutines"] == "" {
		t.Error("/metrics for an admin lacks go_goroutines")
	}
	if a := s.Post(t, `{ __typename }`, nil, tracing); a.Status != http.StatusForbidden || a.Errors[0].Extensions["code"] != "FORBIDDEN" || !strings.Contains(a.Errors[0].Message, "tracing requests requires the ADMIN role") {
		t.Errorf("a trace without a token = %d %s, want FORBIDDEN", a.Status, a.Raw)
	}
	k := s.Dial(t)
	k.Send(`{"type":"connection_init","payload":{"Diwan-Trace":"1"}}`)
	if code := k.Closed().Code; code != 4401 {
		t.Errorf("a socket with traces but without a token was closed with %d, want 4401", code)
	}
	if a := s.Post(t, `{ __typename }`, nil, tracing, testserver.AsAdmin); !strings.Contains(string(a.Raw), `"trace":{`) {
		t.Errorf("answer to an admin = %s, want a trace", a.Raw)
	}
}

func TestATraceTellsTheStatements(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t)
	const query = `{ articles(first: 4) { nodes { title officials { name } countries { name } } } }`
	var a testserver.Answer
	sent := s.StatementsOf(func() { a = s.Post(t, query, nil, tracing) })
	got := testserver.TraceOf(t, a.Raw)
	if got == nil {
		t.Fatalf("answer = %s, want a trace", a.Raw)
	}
	var told []string
	rows, took := 0, 0.0
	for _, trip := range got.SQL {
		told, rows, took = append(told, trip.Statements...), rows+trip.Rows, took+trip.Milliseconds
	}
	if !slices.Equal(told, sent) || got.Statements != len(sent) {
		t.Errorf("statements of the trace = %d %s, want those of the server: %s", got.Statements, testserver.Lines(told), testserver.Lines(sent))
	}
	if got.Rows != rows || rows < 9 || got.SQLMilliseconds <= 0 || got.Milliseconds < got.SQLMilliseconds || took-got.SQLMilliseconds > 0.01 {
		t.Errorf("trace = %+v, want the sums over its round trips, within the total time", got)
	}
	a = s.Post(t, `mutation { createTopic(input: {names: [{value: "A name", language: "en"}]}) { topic { slug } } }`, nil, tracing, testserver.AsAdmin)
	for _, trip := range testserver.TraceOf(t, a.Raw).SQL {
		for _, statement := range trip.Statements {
			if strings.Contains(statement, "A name") || regexp.MustCompile(`\$\d+\$`).MatchString(statement) {
				t.Errorf("statement of a trace = %s, want its text without values", statement)
			}
		}
	}
	if a := s.Post(t, query, nil); testserver.TraceOf(t, a.Raw) != nil {
		t.Errorf("answer without Diwan-Trace = %s, want no trace", a.Raw)
	}
	if code, message := s.Refused(t, query, nil, header{"Diwan-Trace", "yes"}); code != "INVALID" || !strings.Contains(message, "send 1") {
		t.Errorf("Diwan-Trace: yes = %s %s, want INVALID", code, message)
	}
	if r := s.Send(t, http.MethodGet, "?query="+url.QueryEscape(query), "", tracing); r.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("Cache-Control of a traced GET = %s, want private, no-store", r.Header.Get("Cache-Control"))
	}
}

// The trace of an event covers that event alone.
func TestEachEventHasItsTrace(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	k := s.Dial(t)
	k.Send(`{"type":"connection_init","payload":{"diwan-trace":"1"}}`)
	k.Want("connection_ack", "")
	after := s.EndOfLog(t)
	k.Subscribe("1", `subscription($after: String) { changes(after: $after) { node { ... on Topic { slug } } } }`, variables{"after": after})
	for i := range 3 {
		s.Create(t, "Topic", variables{"names": testserver.Names("en", fmt.Sprint("T", i))})
		event := k.Want("next", "1")
		if got := testserver.TraceOf(t, event.Payload); got == nil || got.Statements == 0 || got.Statements > 10 || got.Milliseconds != 0 {
			t.Errorf("event %d = %s, want a trace of its own", i, event)
		}
	}
}

func TestOperationsAreLogged(t *testing.T) {
	t.Parallel()
	log := &testserver.Log{}
	s := testserver.Start(t, func(c *app.Config) { c.Log = log.Logger() })
	const query = `query Page { topics(first: 3) { nodes { slug } } }`
	sent := s.StatementsOf(func() { s.Post(t, query, nil, header{"X-Request-Id", "r-7"}) })
	lines := log.Lines("level=INFO msg=operation", "operation=Page", "kind=query", "hash="+hashOf(query), "status=ok", " ms=", "cost=4",
		fmt.Sprint("statements=", len(sent)), "rows=0", "sqlMs=", "requestId=r-7")
	if len(lines) != 1 {
		t.Errorf("log = %s, want one line with all attributes", log)
	}
	s.Post(t, `query Page { nothing }`, nil, header{"X-Request-Id", "r-8"})
	if lines := log.Lines("msg=operation", "status=GRAPHQL_VALIDATION_FAILED", "requestId=r-8"); len(lines) != 1 {
		t.Errorf("log = %s, want one line about the refused operation", log)
	}

	deep := "{ topics { nodes {" + strings.Repeat(" parent {", 30) + " id" + strings.Repeat(" }", 33)
	s.Send(t, http.MethodPost, "", `{"query":`+testserver.Encode(t, deep)+`,"operationName":"Deep"}`, testserver.AsJSON)
	if lines := log.Lines("msg=operation", "operation=Deep", "hash="+hashOf(deep), "status=LIMIT_EXCEEDED", "limits=depth"); len(lines) != 1 {
		t.Errorf("log = %s, want one line with the limit", log)
	}

	s.Post(t, `mutation Make { createTopic(input: {names: []}) { errors { code } } }`, nil, testserver.AsAdmin)
	s.Post(t, `subscription Plain { changes { kind } }`, nil)
	for _, words := range [][]string{{"operation=Make", "kind=mutation", "status=INVALID"}, {"operation=Plain", "kind=subscription", "status=INVALID"}} {
		if lines := log.Lines(append(words, "msg=operation")...); len(lines) != 1 {
			t.Errorf("log = %s, want one line with %s", log, words)
		}
	}

	k := s.Dial(t)
	k.Send(`{"type":"connection_init"}`)
	k.Want("connection_ack", "")
	k.Subscribe("0", `subscription Bad { changes(after: "x") { kind } }`, nil)
	k.Want("error", "0")
	testserver.Until(t, "a line about the failed subscription", func() bool {
		return len(log.Lines("msg=operation", "operation=Bad", "kind=subscription", "status=INVALID_CURSOR")) == 1
	})
	k.Subscribe("1", `subscription Follow { changes { kind } }`, nil)
	k.Send(`{"id":"1","type":"complete"}`)
	testserver.Until(t, "a line about the subscription", func() bool {
		return len(log.Lines("msg=operation", "operation=Follow", "kind=subscription", "status=ok")) == 1
	})
}

// Statements are shown to people: they hold no conditions that say nothing.
func TestStatementsHaveNoEmptyConditions(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, query := range []string{
		`{ topics { totalCount nodes { name parent { name } articles { totalCount } } } countries { totalCount nodes { code } } }`,
		`{ officials(first: 2) { totalCount nodes { tenures { office { name } } articles { nodes { title } } } } }`,
		`{ articles(search: "port") { totalCount facets { languages { value } } nodes { title } } }`,
		`{ search(query: "port", first: 1) { totalCount nodes { __typename } } suggest(query: "po") { text } }`,
		`{ changes { nodes { kind } } auditLog { nodes { kind } } }`,
	} {
		for _, statement := range s.StatementsOf(func() { s.Post(t, query, nil, testserver.AsAdmin, testserver.SeeDrafts) }) {
			if strings.Contains(statement, "1 = 1") {
				t.Errorf("%s\nhas the statement %s", query, statement)
			}
		}
	}
}
