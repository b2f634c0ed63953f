package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

// Errors about requests have a code, the id of the request, and a sentence that says
// what to do.
func TestErrorsOfRequests(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{})
	const typed = `query($n: Int, $f: TopicFilter, $o: [TopicOrder!]) { topics(first: $n, filter: $f, orderBy: $o) { nodes { id } } }`
	for _, c := range []struct {
		name, query string
		variables   graphtest.Variables
		code, want  string
	}{
		{"syntax", `{ topics `, nil, "GRAPHQL_PARSE_FAILED", "Expected Name, found <EOF>"},
		{"an unknown field", `{ topicz { totalCount } }`, nil, "GRAPHQL_VALIDATION_FAILED", `Cannot query field "topicz" on type "Query". Did you mean "topic" or "topics"?`},
		{"which of several operations", `query A { __typename } query B { __typename }`, nil, "GRAPHQL_VALIDATION_FAILED", "the document has several operations; say in `operationName` which one is meant"},
		{"@defer, which nothing here serves", `{ ... @defer { __typename } }`, nil, "GRAPHQL_VALIDATION_FAILED", `Unknown directive "@defer".`},
		{"a variable that is a string", typed, graphtest.Variables{"n": "5"}, "INVALID", "whole number without quotes"},
		{"a variable that is a Boolean", typed, graphtest.Variables{"n": true}, "GRAPHQL_VALIDATION_FAILED", "the variable `$n`: its value is not a valid Int"},
		{"a variable that is no object", typed, graphtest.Variables{"f": "x"}, "GRAPHQL_VALIDATION_FAILED", "the variable `$f`: it must be an object, a TopicFilter"},
		{"a variable with an unknown field", typed, graphtest.Variables{"f": map[string]any{"slugg": nil}}, "GRAPHQL_VALIDATION_FAILED", "the variable `$f.slugg`: TopicFilter has no field `slugg`; it has `and`, `or`, `not`, `id`, `slug`, "},
		{"a variable that lacks a field", typed, graphtest.Variables{"o": []any{map[string]any{}}}, "GRAPHQL_VALIDATION_FAILED", "the variable `$o[0].field`: it is required"},
		{"an enum that is a Boolean", typed, graphtest.Variables{"o": []any{map[string]any{"field": true}}}, "GRAPHQL_VALIDATION_FAILED", "the variable `$o[0].field`: it must be one of the names of the enum, as a string"},
		{"an argument of ours", `{ topics(first: -1) { totalCount } }`, nil, "INVALID", "`first` is -1; send 0 to 100"},
		{"revisions of readers", `{ article(by: {slug: "first"}) { revisions { nodes { number } } } }`, nil, "FORBIDDEN", "revisions contain drafts; send the header `Diwan-Perspective: draft` with a token of the role CONTRIBUTOR or above"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := s.Refusal(t, c.query, c.variables)
			if err.Extensions.Code != c.code || err.Extensions.RequestID != graphtest.RequestID || !strings.Contains(err.Message, c.want) {
				t.Errorf("%s = %+v, want %s with the id of the request: %s", c.query, err, c.code, c.want)
			}
		})
	}
}

// logged is what a handler writes to its log.
type logged struct{ bytes.Buffer }

func (l *logged) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func TestPanicsAreInternalErrors(t *testing.T) {
	t.Parallel()
	var log logged
	s := newsroom.Start(t, graphtest.Config{Log: log.logger(), OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
		if strings.Contains(trip.Statements[0].SQL, "FROM topics") {
			panic("out of ink")
		}
	}})
	answer := s.Post(t, `query Index { topics { nodes { slug } } }`, nil)
	if err := answer.Errors[0]; err.Extensions.Code != "INTERNAL" || strings.Contains(answer.Body, "ink") {
		t.Errorf("a panic = %s, want an internal error without its cause", answer.Body)
	}
	for _, want := range []string{`panic: out of ink"`, "operation=Index", "path=topics", "requestId=" + graphtest.RequestID, "response_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log of a panic lacks %s:\n%s", want, &log)
		}
	}
}

// Nobody reads the response to a client that has left; what failed because of that is
// not logged as an error.
func TestClientsThatLeave(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	var log logged
	s := newsroom.Start(t, graphtest.Config{Log: log.logger(), OnRoundTrip: func(context.Context, model.RoundTrip) { leave() }})
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql?query="+`{topics{nodes{slug+articles{nodes{slug}}}}}`, nil)
	if body := s.Do(request).Body.String(); !strings.Contains(body, "the client went away before the answer was complete") || !strings.Contains(body, `"code":"UNAVAILABLE"`) {
		t.Errorf("the response = %s, want UNAVAILABLE", body)
	}
	if log.Len() > 0 {
		t.Errorf("log = %s, want nothing", &log)
	}
}

// Registered operations that do not fit the schema are logged; the others are served,
// and nothing else is.
func TestRegisteredOperations(t *testing.T) {
	t.Parallel()
	var log logged
	config := graphtest.Config{Log: log.logger()}
	config.Transport.Persisted.Trusted = transport.Documents{"fits": `{ topics { totalCount } }`, "old": `{ topics { chapters } }`}
	s := newsroom.Start(t, config)
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "id=old") || strings.Contains(log.String(), "id=fits") {
		t.Errorf("log = %s, want a warning about old alone", &log)
	}
	for id, want := range map[string]string{"fits": `"totalCount":2`, "old": "Cannot query field", "none": "PERSISTED_QUERY_NOT_IN_LIST"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?documentId="+id, nil)
		if body := s.Do(request).Body.String(); !strings.Contains(body, want) {
			t.Errorf("the operation %s = %s, want %s", id, body, want)
		}
	}
	if err := s.Refusal(t, `{ __typename }`, nil); err.Extensions.Code != "PERSISTED_QUERY_ID_REQUIRED" {
		t.Errorf("an operation without an id = %+v, want PERSISTED_QUERY_ID_REQUIRED", err)
	}
}

// Limits are those of the configuration, or the defaults.
func TestConfiguredLimits(t *testing.T) {
	t.Parallel()
	for _, limits := range []*graph.Limits{nil, {Cost: 3}} {
		config := graphtest.Config{}
		config.Limits = limits
		want := graph.DefaultLimits().Cost
		if limits != nil {
			want = limits.Cost
		}
		answer := newsroom.Start(t, config).Post(t, `{ topics(first: 2) { nodes { slug } } }`, nil)
		if cost := answer.Extensions.Cost; cost == nil || cost.Max != want || cost.Requested != 3 {
			t.Errorf("cost under %+v = %+v, want 3 of %d", limits, cost, want)
		}
	}
}

// The schema that clients see has no directive that this server does not serve.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{})
	var got struct {
		Schema struct {
			Directives []struct{ Name string }
		} `json:"__schema"`
	}
	if err := json.Unmarshal([]byte(s.Data(t, `{ __schema { directives { name } } }`, nil)), &got); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, directive := range got.Schema.Directives {
		names = append(names, directive.Name)
	}
	if all := strings.Join(names, " "); strings.Contains(all, "defer") || !strings.Contains(all, "skip") {
		t.Errorf("directives = %s, want those of GraphQL without defer", all)
	}
}
