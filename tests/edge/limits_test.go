package edge

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// limited starts a server with the default limits as changed by change.
func limited(t *testing.T, change func(*graph.Limits)) *testserver.Server {
	t.Helper()
	limits := graph.DefaultLimits()
	change(&limits)
	return testserver.Start(t, func(c *app.Config) { c.GraphQL.Limits = &limits })
}

func TestOperationsAreLimited(t *testing.T) {
	t.Parallel()
	deep := func(levels int) string {
		return "{ topics(first: 1) { nodes { " + strings.Repeat("parent { ", levels-3) + "id" + strings.Repeat(" }", levels-3) + " } } }"
	}
	numbered := func(n int, format string) string {
		var all strings.Builder
		for i := range n {
			fmt.Fprintf(&all, format, i)
		}
		return all.String()
	}
	topics := func(fields string) string { return "{ topics { nodes { " + fields + " } } }" }
	const f = " fragment f on Topic { id slug }"
	row := func(n int) string { // n fragments within each other
		all := "{ ...f1 }"
		for i := range n - 1 {
			all += fmt.Sprintf(" fragment f%d on Query { ...f%d }", i+1, i+2)
		}
		return all + fmt.Sprintf(" fragment f%d on Query { __typename }", n)
	}
	page := func(n int) string { return fmt.Sprintf("{ articles(first: %d) { nodes { id } } }", n) }
	search := func(n int) string {
		return fmt.Sprintf(`{ topics(search: "%s") { totalCount } }`, strings.Repeat("a", n))
	}
	filtered := func(n int) string { // an object around, and two in each element
		return "{ topics(filter: {or: [" + strings.Repeat("{slug: {eq: \"a\"}} ", n/2) + strings.Repeat("{} ", n%2) + "]}) { totalCount } }"
	}
	ids := func(n int) string {
		return "{ topics(filter: {slug: {in: [" + strings.Repeat(`"a",`, n) + "]}}) { nodes { id } } }"
	}
	for _, c := range []struct {
		name              string
		limit             func(*graph.Limits)
		fits, large, says string
	}{
		{"tokens", func(l *graph.Limits) { l.Tokens = 10 }, "{ id: " + strings.Repeat("__typename ", 6) + "}", "{ id: " + strings.Repeat("__typename ", 7) + "}", "the document has more than 10 tokens"},
		{"depth", func(l *graph.Limits) { l.Depth = 8 }, deep(8), deep(9), "fields stand 9 deep in each other; ask for at most 8 levels"},
		{"fields", func(l *graph.Limits) { l.Fields = 9 }, topics("...f parent { ...f names { value } }") + f, topics("...f parent { ...f names { value } } version") + f, "the operation has 10 fields, its fragments unfolded; ask for at most 9"},
		{"spreads", func(l *graph.Limits) { l.Fields = 8 }, row(8), row(9), "fragments are spread 9 times, those within fragments unfolded; spread at most 8"},
		{"fragments in each other", func(*graph.Limits) {}, row(100), row(101), "fragments stand 101 deep in each other; spread at most 100 levels"},
		{"letters of a name", func(*graph.Limits) {}, "{ " + strings.Repeat("a", 128) + ": __typename }", "{ " + strings.Repeat("a", 129) + ": __typename }", "a name in the document has 129 letters; the longest that is read has 128"},
		{"repeated", func(l *graph.Limits) { l.Repeated = 5 }, topics("...f id ...f slug slug") + f, topics("...f id ...f slug slug slug") + f, "6 fields are asked for again at the same place; ask for each once (at most 5 are let pass)"},
		{"aliases", func(l *graph.Limits) { l.Aliases = 10 }, topics(numbered(10, "a%d: id ")), topics(numbered(11, "a%d: id ")), "has 11 aliases, its fragments unfolded; use at most 10"},
		{"root fields", func(l *graph.Limits) { l.RootFields = 5 }, "{ " + numbered(5, "a%d: __typename ") + "}", "{ " + numbered(6, "a%d: __typename ") + "}", "has 6 fields at its root; ask for at most 5"},
		{"cost", func(l *graph.Limits) { l.Cost = 50 }, page(49), page(50), "asks for up to 51 objects, more than the 50 of one request; page `articles` with first ≤ 49"},
		{"list", func(l *graph.Limits) { l.List = 30 }, ids(30), ids(31), "a list in the document has 31 values; send at most 30"},
		{"list in place of a variable", func(l *graph.Limits) { l.List = 3 }, `query($a: [String!]! = ["", "", ""]) { topics(filter: {slug: {in: $a}}) { totalCount } }`, `query($a: [String!]! = ["", "", "", ""]) { topics(filter: {slug: {in: $a}}) { totalCount } }`, "a list in the document has 4 values; send at most 3"},
		{"values", func(l *graph.Limits) { l.Values = 50 }, page(48), page(49), "asks for up to 51 values of fields, more than the 50 of one request"},
		{"values in the row", func(l *graph.Limits) { l.Values = 50 }, "{ topics(first: 6) { nodes { names { value } } } }", "{ topics(first: 9) { nodes { names { value } } } }", "asks for up to 56 values"},
		{"search", func(*graph.Limits) {}, search(4096), search(4097), "the search has 4097 bytes; send at most 4096"},
		{"conditions", func(l *graph.Limits) { l.Cost = 10 }, filtered(28), filtered(29), "asks for up to 11 objects, more than the 10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := limited(t, c.limit)
			if a := s.Post(t, c.fits, nil); len(a.Errors) > 0 {
				t.Errorf("an operation at the limit = %s, want no error", a.Raw)
			}
			if code, message := s.Refused(t, c.large, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, c.says) {
				t.Errorf("an operation just over the limit = %s %q, want LIMIT_EXCEEDED and %q", code, message, c.says)
			}
		})
	}
	t.Run("a list in variables", func(t *testing.T) {
		t.Parallel()
		s := limited(t, func(l *graph.Limits) { l.List = 30 })
		query := "query($in: [String!]) { topics(filter: {slug: {in: $in}}) { nodes { id } } }"
		testserver.Ask[any](t, s, query, variables{"in": make([]string, 30)})
		if code, message := s.Refused(t, query, variables{"in": make([]string, 31)}); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "a list in the variables has 31 values; send at most 30") {
			t.Errorf("a variable with 31 values = %s %q, want LIMIT_EXCEEDED", code, message)
		}
	})
}

// Too many nested spreads are refused without being expanded, for any selection of the last
// fragment, even if no operation spreads the fragments, and even without a limit of fields.
func TestFragmentsAreCountedWithoutBeingUnfolded(t *testing.T) {
	t.Parallel()
	unlimited := limited(t, func(l *graph.Limits) { *l = graph.Limits{} })
	usual := testserver.Start(t)
	for _, c := range []struct{ begin, end, says string }{
		{"{ topics { nodes { ...f0 } } }", "id", " fields, its fragments unfolded; ask for at most "},
		{"{ topics { nodes { ...f0 } } }", "...nowhere", "fragments are spread "},
		{"{ topics { nodes { ...f0 } } }", "...f0", "fragments are spread "},
		{"{ __typename }", "id", " fields, its fragments unfolded; ask for at most "},
	} {
		for _, on := range []struct {
			server *testserver.Server
			levels int // the fewest that exceed the limit
			most   string
		}{{usual, 11, "2000"}, {unlimited, 17, "100000"}} {
			query := c.begin + fmt.Sprintf(" fragment f%d on Topic { ", on.levels) + c.end + " }"
			for i := range on.levels {
				query += fmt.Sprintf(" fragment f%d on Topic { ...f%d ...f%d }", i, i+1, i+1)
			}
			if code, message := on.server.Refused(t, query, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, c.says) || !strings.HasSuffix(message, "at most "+on.most) {
				t.Errorf("%s with fragments that end in %s = %s %q, want LIMIT_EXCEEDED and at most %s", c.begin, c.end, code, message, on.most)
			}
		}
	}
}

// A limit of zero means no limit: each request here has more than zero of something.
func TestALimitOfZeroIsNone(t *testing.T) {
	t.Parallel()
	s := limited(t, func(l *graph.Limits) { *l = graph.Limits{} })
	s.Create(t, "Topic", variables{"names": testserver.Names("en", "Topic")})
	const query = `query($in: [String!]) { topics(filter: {slug: {in: $in, notIn: ["a", "b"]}}) { nodes { also: slug slug slug } } no: articles(first: -1) { totalCount } }`
	if a := s.Post(t, query, variables{"in": []string{"topic", "b"}}); len(a.Errors) != 1 || !strings.HasPrefix(a.Errors[0].Message, "`first`") {
		t.Errorf("a query without limits = %s, want one error, about first: -1", a.Raw)
	}
	if got := testserver.Ask[struct {
		Topics struct{ Nodes []struct{ Slug string } }
	}](t, s, `{ topics { nodes { slug slug } } }`, nil).Topics.Nodes; len(got) != 1 || got[0].Slug != "topic" {
		t.Errorf("topics without limits = %s, want the topic", got)
	}
}

func TestTheCostOfAnOperationIsReported(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for query, want := range map[string]int{
		`{ __typename }`: 0,
		`{ article(by: {slug: "a"}) { title names: byline } }`:                   1,
		`{ articles { nodes { title } } }`:                                       21,
		`{ articles(first: 20) { nodes { title officials { name } } } }`:         121,
		`{ articles(last: 5) { edges { cursor node { body } } } }`:               1 + 5*21,
		`{ topics(first: 2) { nodes { articles(first: 3) { totalCount } } } }`:   1 + 2*(1+1),
		`{ nodes(ids: []) { id } }`:                                              5,
		`{ articles(first: 1) { nodes { id } facets { countries { count } } } }`: 1 + 1 + 20 + 10,
	} {
		var answer struct {
			Extensions struct{ Cost struct{ Requested, Max int } }
		}
		if err := json.Unmarshal(s.Post(t, query, nil).Raw, &answer); err != nil {
			t.Fatal(err)
		}
		if got := answer.Extensions.Cost; got.Requested != want || got.Max != graph.DefaultLimits().Cost {
			t.Errorf("cost of %s = %+v, want %d", query, got, want)
		}
	}
}

func TestAnswersAreLimited(t *testing.T) {
	t.Parallel()
	s := limited(t, func(l *graph.Limits) { l.Errors, l.Bytes = 3, 10_000 })
	for i := range 4 {
		s.Article(t, fmt.Sprint("Article ", i), variables{"body": strings.Repeat("x", 2500)})
	}
	const bodies = `articles(first: 3) { nodes { body } }`
	if a := s.Post(t, "{ "+bodies+" }", nil); len(a.Errors) > 0 {
		t.Errorf("7,500 bytes of text = %.200s, want no error", a.Raw)
	}
	for name, query := range map[string]string{
		"10,000 bytes of text":      strings.Replace(bodies, "3", "4", 1),
		"10,000 bytes of keys":      strings.Repeat("x", 60) + ": countries(first: 100) { nodes { " + strings.Repeat("y", 100) + ": version } }",
		"10,000 bytes with JSON-LD": bodies + " more: articles(first: 3) { nodes { a: jsonLd b: jsonLd c: jsonLd d: jsonLd } }",
	} {
		if code, message := s.Refused(t, "{ "+query+" }", nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "more than 10000 bytes; ask for fewer rows") {
			t.Errorf("%s = %s %q, want LIMIT_EXCEEDED", name, code, message)
		}
	}
	wrong := func(times int) testserver.Answer {
		query := ""
		for i := range times {
			query += fmt.Sprintf("a%d: articles(first: -1) { totalCount } ", i)
		}
		return s.Post(t, "{ "+query+"}", nil)
	}
	if a := wrong(3); len(a.Errors) != 3 || a.Errors[2].Extensions["code"] != "INVALID" {
		t.Errorf("three errors = %s, want all three", a.Raw)
	}
	if a := wrong(4); len(a.Errors) != 3 || !strings.HasPrefix(a.Errors[2].Message, "and 2 errors more") || a.Errors[2].Extensions["code"] != "LIMIT_EXCEEDED" || a.Errors[2].Extensions["requestId"] == nil {
		t.Errorf("four errors = %s, want three, the last with the number of the others", a.Raw)
	}
}

func TestOperationsThatTakeTooLongEnd(t *testing.T) {
	t.Parallel()
	limits := graph.DefaultLimits()
	limits.Time = 300 * time.Millisecond
	slow := make(chan bool)
	s := testserver.Start(t, func(c *app.Config) {
		c.GraphQL.Limits = &limits
		c.OnRoundTrip = func(ctx context.Context, trip model.RoundTrip) {
			if strings.Contains(trip.Statements[0].SQL, "FROM topics") {
				<-ctx.Done() // like a database that takes that long
				close(slow)
			}
		}
	})
	code, message := s.Refused(t, `{ topics { nodes { slug articles { nodes { title } } } } }`, nil)
	if code != "LIMIT_EXCEEDED" || !strings.Contains(message, "took longer than 300ms") {
		t.Errorf("a slow operation = %s %q, want LIMIT_EXCEEDED", code, message)
	}
	<-slow
	testserver.Ask[any](t, s, `{ __typename }`, nil) // a quick one still succeeds
}

// While the server works on one request, a few others wait, and the rest are refused.
func TestTooManyRequestsAtOnceAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		queue   int
		wait    time.Duration
		waiting int
	}{
		{"none waits", 0, time.Minute, 0},
		{"two wait", 2, time.Minute, 2},
		{"two wait for a moment", 2, time.Millisecond, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			entered, leave := make(chan bool, 1), make(chan bool)
			s := testserver.Start(t, func(config *app.Config) {
				config.AtOnce, config.Queue, config.QueueWait = 1, c.queue, c.wait
				config.OnRoundTrip = func(_ context.Context, trip model.RoundTrip) {
					if strings.Contains(trip.Statements[0].SQL, "FROM topics") {
						entered <- true
						<-leave
					}
				}
			})
			first, others := make(chan testserver.Answer, 1), make(chan testserver.Reply, 3)
			go func() { first <- s.Post(t, `{ topics { nodes { slug } } }`, nil) }()
			<-entered
			for range 3 {
				go func() { others <- s.Send(t, http.MethodPost, "", `{"query":"{__typename}"}`, testserver.AsJSON) }()
			}
			for range 3 - c.waiting {
				if r := <-others; r.Status != http.StatusServiceUnavailable || r.Code() != "UNAVAILABLE" || r.Header.Get("Retry-After") == "" {
					t.Errorf("a request too many = %d %s, want 503 UNAVAILABLE with Retry-After", r.Status, r.Body)
				}
			}
			close(leave)
			if a := <-first; a.Status != http.StatusOK {
				t.Errorf("the first request = %d %s, want 200", a.Status, a.Raw)
			}
			for range c.waiting {
				if r := <-others; r.Status != http.StatusOK {
					t.Errorf("a request that waited = %d %s, want 200", r.Status, r.Body)
				}
			}
			if a := s.Post(t, `{ __typename }`, nil); a.Status != http.StatusOK {
				t.Errorf("a request after the others = %d, want 200", a.Status)
			}
		})
	}
}

func TestRatesOfRequestsAreLimited(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]func(*app.Config){
		"token":   func(c *app.Config) { c.RatePerToken = 2 },
		"address": func(c *app.Config) { c.RatePerAddress = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t, limit)
			for range 2 {
				if r := s.Send(t, http.MethodPost, "", `{"query":"{__typename}"}`, testserver.AsJSON, testserver.AsAdmin); r.Status != http.StatusOK {
					t.Errorf("one of the first two requests = %d %s, want 200", r.Status, r.Body)
				}
			}
			if r := s.Send(t, http.MethodPost, "", `{"query":"{__typename}"}`, testserver.AsJSON, testserver.AsAdmin); r.Status != http.StatusTooManyRequests || r.Code() != "LIMIT_EXCEEDED" || r.Header.Get("Retry-After") == "" || !strings.Contains(r.Message(), "this "+name) {
				t.Errorf("the third request = %d %s, want 429 LIMIT_EXCEEDED with Retry-After", r.Status, r.Body)
			}
			want := map[string]int{"token": http.StatusOK, "address": http.StatusTooManyRequests}[name]
			if r := s.Send(t, http.MethodPost, "", `{"query":"{__typename}"}`, testserver.AsJSON); r.Status != want {
				t.Errorf("a request without the token = %d, want %d", r.Status, want)
			}
		})
	}
}

func TestProductionTellsNothingOfTheSchema(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.GraphQL.Production = true })
	for _, query := range []string{
		`{ articls { nodes { id } } }`, `{ articles { nodes { titel } } }`, `{ articles(frist: 1) { nodes { id } } }`,
		`{ node(id: "x") { ... on Articel { id } } }`, `{ articles { nodes { body(format: HTLM) } } }`, `{ articles }`,
		`{ articles(filter: {langage: {eq: "en"}}) { nodes { id } } }`,
	} {
		if _, message := s.Refused(t, query, nil); strings.Contains(message, "Did you mean") || strings.Contains(message, "did you mean") {
			t.Errorf("%s = %s, want no suggestion", query, message)
		}
	}
	for _, query := range []string{
		`{ __schema { types { name } } }`, `{ topics { totalCount } ... on Query { __type(name: "Topic") { name } } }`,
		`{ ...f } fragment f on Query { a: __schema @skip(if: true) { description } }`,
	} {
		if code, message := s.Refused(t, query, nil, testserver.AsAdmin); code != "GRAPHQL_VALIDATION_FAILED" || !strings.Contains(message, "introspection is switched off") {
			t.Errorf("%s = %s %s, want GRAPHQL_VALIDATION_FAILED", query, code, message)
		}
	}
	response, err := http.Get(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if page, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusNotFound {
		t.Errorf("/ = %d %.100s, want 404", response.StatusCode, page)
	}
}

// Errors about wrong values of enums suggest no others, because comparing a long value with
// all of them takes time.
func TestValuesAreNotSuggested(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, value := range []string{`"NAMES"`, "NAMES"} {
		if code, message := s.Refused(t, `{ topics(orderBy: {field: `+value+`}) { totalCount } }`, nil); code != "GRAPHQL_VALIDATION_FAILED" || strings.Contains(strings.ToLower(message), "did you mean") {
			t.Errorf("%s = %s %q, want GRAPHQL_VALIDATION_FAILED without a suggestion", value, code, message)
		}
	}
	if _, message := s.Refused(t, `{ topicz { totalCount } }`, nil); !strings.Contains(message, `Did you mean "topic`) {
		t.Errorf("topicz = %q, want similar names suggested", message)
	}
}

func TestWrongVariablesAreExplained(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	query := `query($n: Int, $f: TopicFilter, $o: [TopicOrder!], $a: ArticleFilter) { topics(first: $n, filter: $f, orderBy: $o) { nodes { id } } articles(filter: $a) { totalCount } }`
	for _, c := range []struct {
		vars variables
		want string
	}{
		{variables{"n": "5"}, "whole number without quotes"},
		{variables{"n": 1.5}, "the variable `$n`"},
		{variables{"n": true}, "the variable `$n`: its value is not a valid Int"},
		{variables{"n": 1 << 40}, "32 bits"},
		{variables{"f": "x"}, "the variable `$f`: it must be an object, a TopicFilter"},
		{variables{"f": variables{"slugg": nil}}, "the variable `$f.slugg`: TopicFilter has no field `slugg`; it has"},
		{variables{"o": []variables{{"field": 5.5}}}, "the variable `$o[0].field`: 5.5 is not a valid TopicOrderField"},
		{variables{"o": []variables{{}}}, "the variable `$o[0].field`: it is required"},
		{variables{"o": []variables{{"field": "NAME"}, {"field": "name"}}}, "the variable `$o[1].field`: name is not a valid TopicOrderField"},
		{variables{"o": variables{"field": "NAME", "direction": "asc"}}, "asc is not a valid OrderDirection"},
		{variables{"a": variables{"not": variables{"status": variables{"in": "Draft"}}}}, "Draft is not a valid ArticleStatus"},
	} {
		if code, message := s.Refused(t, query, c.vars); code == "INTERNAL" || !strings.Contains(message, c.want) {
			t.Errorf("%v = %s %q, want %q", c.vars, code, message, c.want)
		}
	}
}
