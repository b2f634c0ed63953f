package tests

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
)

// limited starts a server with the usual limits, changed.
func limited(t *testing.T, change func(*graph.Limits)) *server {
	t.Helper()
	limits := graph.DefaultLimits()
	change(&limits)
	return start(t, func(c *app.Config) { c.GraphQL.Limits = &limits })
}

func TestLimitsOfAnOperation(t *testing.T) {
	t.Parallel()
	s := limited(t, func(l *graph.Limits) {
		l.Depth, l.Fields, l.Repeated, l.Aliases, l.RootFields, l.Cost, l.List = 8, 100, 10, 10, 5, 1000, 30
	})
	deep := func(n int) string {
		return "{ topics(first: 1) { nodes { " + strings.Repeat("parent { ", n) + "id" + strings.Repeat(" }", n) + " } } }"
	}
	aliased := func(n int) string {
		var fields strings.Builder
		for i := range n {
			fmt.Fprintf(&fields, "a%d: slug ", i)
		}
		return "{ topics { nodes { " + fields.String() + "} } }"
	}
	roots := func(n int) string {
		var fields strings.Builder
		for i := range n {
			fmt.Fprintf(&fields, "r%d: __typename ", i)
		}
		return "{ " + fields.String() + "}"
	}
	distinct := func(n int) string { // in fragments, which are unfolded
		return "{ topics { nodes { ...f " + strings.Repeat("... on Topic { names { value } } ", n) + "} } } fragment f on Topic { id slug }"
	}
	ids := func(n int) string {
		return "{ topics(filter: {slug: {in: [" + strings.Repeat(`"a",`, n) + "]}}) { nodes { id } } }"
	}
	for _, c := range []struct{ name, fits, large, says string }{
		{"depth", deep(5), deep(6), "fields stand 9 deep in each other; ask for at most 8 levels"},
		{"repeated", distinct(6), distinct(7), "fields are asked for again at the same place"},
		{"aliases", aliased(10), aliased(11), "has 11 aliases, its fragments unfolded; use at most 10"},
		{"root fields", roots(5), roots(6), "has 6 fields at its root; ask for at most 5"},
		{"a page", "{ articles(first: 8) { nodes { related(first: 20) { related { id } } } } }", "{ articles(first: 9) { nodes { related(first: 20) { related { id } } } } }", "page `articles` with first ≤ "},
		{"list", ids(30), ids(31), "has 31 values; send at most 30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if a := s.post(t, c.fits, nil); len(a.Errors) > 0 {
				t.Errorf("just within = %s, want it answered", a.Raw)
			}
			if code, message := s.refused(t, c.large, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, c.says) {
				t.Errorf("just beyond = %s %q, want LIMIT_EXCEEDED and %q", code, message, c.says)
			}
		})
	}
	t.Run("fields", func(t *testing.T) {
		t.Parallel()
		bomb := "{ topics { nodes { ...f0 } } } fragment f30 on Topic { id }"
		for i := range 30 {
			bomb += fmt.Sprintf(" fragment f%d on Topic { ...f%d ...f%d }", i, i+1, i+1)
		}
		if code, message := s.refused(t, bomb, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "its fragments unfolded; ask for at most 100") {
			t.Errorf("fragments of fragments = %s %q", code, message)
		}
	})
	t.Run("fragments that end in none", func(t *testing.T) {
		t.Parallel()
		for _, end := range []string{"...nowhere", "...f0"} {
			chain := "{ topics { nodes { ...f0 } } } fragment f40 on Topic { " + end + " }"
			for i := range 40 {
				chain += fmt.Sprintf(" fragment f%d on Topic { ...f%d ...f%d }", i, i+1, i+1)
			}
			if code, message := s.refused(t, chain, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "fragments are spread") {
				t.Errorf("%s = %s %q, want LIMIT_EXCEEDED", end, code, message)
			}
		}
	})
	t.Run("a list in variables", func(t *testing.T) {
		t.Parallel()
		query := "query($in: [String!]) { topics(filter: {slug: {in: $in}}) { nodes { id } } }"
		if code, _ := s.refused(t, query, variables{"in": make([]string, 31)}); code != "LIMIT_EXCEEDED" {
			t.Errorf("31 values = %s, want LIMIT_EXCEEDED", code)
		}
	})
	t.Run("tokens", func(t *testing.T) {
		t.Parallel()
		if code, message := s.refused(t, "{"+strings.Repeat(" id", 20_001)+"}", nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "more than 20000 tokens") {
			t.Errorf("too many tokens = %s %q", code, message)
		}
	})
}

func TestTheCostOfAnOperationIsAnswered(t *testing.T) {
	t.Parallel()
	s := start(t)
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
		if err := json.Unmarshal(s.post(t, query, nil).Raw, &answer); err != nil {
			t.Fatal(err)
		}
		if got := answer.Extensions.Cost; got.Requested != want || got.Max != graph.DefaultLimits().Cost {
			t.Errorf("cost of %s = %+v, want %d", query, got, want)
		}
	}
}

func TestLimitsOfAnAnswer(t *testing.T) {
	t.Parallel()
	s := limited(t, func(l *graph.Limits) { l.Errors, l.Bytes = 3, 10_000 })
	for i := range 6 {
		s.article(t, fmt.Sprint("Article ", i), variables{"body": strings.Repeat("x", 3000)})
	}
	if a := s.post(t, `{ articles(first: 3) { nodes { body } } }`, nil); len(a.Errors) > 0 {
		t.Errorf("9,000 bytes = %.200s, want them answered", a.Raw)
	}
	if code, message := s.refused(t, `{ articles(first: 6) { nodes { body } } }`, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "ask for fewer rows") {
		t.Errorf("18,000 bytes = %s %q", code, message)
	}
	a := s.post(t, `{ a: articles(first: 0) { totalCount } b: articles(first: 0) { totalCount } c: articles(first: 0) { totalCount } d: articles(first: 0) { totalCount } }`, nil)
	if len(a.Errors) != 3 || !strings.HasPrefix(a.Errors[2].Message, "and 2 errors more") || a.Errors[2].Extensions["requestId"] == nil {
		t.Errorf("four errors = %s, want three, the last of which counts the others", a.Raw)
	}
}

func TestTimeOfAnOperation(t *testing.T) {
	t.Parallel()
	limits := graph.DefaultLimits()
	limits.Time = 300 * time.Millisecond
	slow := make(chan bool)
	s := start(t, func(c *app.Config) {
		c.GraphQL.Limits = &limits
		c.OnStatements = func(ctx context.Context, sent []string, _ time.Duration) {
			if strings.Contains(sent[0], "FROM topics") {
				<-ctx.Done() // as if the database took so long
				close(slow)
			}
		}
	})
	code, message := s.refused(t, `{ topics { nodes { slug articles { nodes { title } } } } }`, nil)
	if code != "LIMIT_EXCEEDED" || !strings.Contains(message, "took longer than 300ms") {
		t.Errorf("a slow operation = %s %q, want LIMIT_EXCEEDED", code, message)
	}
	<-slow
}

func TestTooManyRequestsAtOnceAreRefused(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan bool, 1), make(chan bool)
	s := start(t, func(c *app.Config) {
		c.AtOnce = 1
		c.OnStatements = func(_ context.Context, sent []string, _ time.Duration) {
			if strings.Contains(sent[0], "FROM topics") {
				entered <- true
				<-leave
			}
		}
	})
	first := make(chan answer, 1)
	go func() { first <- s.post(t, `{ topics { nodes { slug } } }`, nil) }()
	<-entered
	a := s.post(t, `{ __typename }`, nil)
	if a.Status != http.StatusServiceUnavailable || a.Errors[0].Extensions["code"] != "UNAVAILABLE" {
		t.Errorf("the second at once = %d %s, want 503 UNAVAILABLE", a.Status, a.Raw)
	}
	close(leave)
	if a := <-first; a.Status != http.StatusOK {
		t.Errorf("the first = %d %s, want 200", a.Status, a.Raw)
	}
	if a := s.post(t, `{ __typename }`, nil); a.Status != http.StatusOK {
		t.Errorf("one after the other = %d, want 200", a.Status)
	}
}

func TestRatesOfRequests(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RatePerToken = 2 })
	for range 2 {
		s.post(t, `{ __typename }`, nil, asAdmin)
	}
	if a := s.post(t, `{ __typename }`, nil, asAdmin); a.Status != http.StatusTooManyRequests || a.Errors[0].Extensions["code"] != "LIMIT_EXCEEDED" {
		t.Errorf("the third request of a token = %d %s, want 429 LIMIT_EXCEEDED", a.Status, a.Raw)
	}
	if a := s.post(t, `{ __typename }`, nil); a.Status != http.StatusOK {
		t.Errorf("a request without a token = %d, want 200", a.Status)
	}
}

func TestProductionTellsNothingOfTheSchema(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.GraphQL.Production = true })
	for _, query := range []string{
		`{ articls { nodes { id } } }`, `{ articles { nodes { titel } } }`, `{ articles(frist: 1) { nodes { id } } }`,
		`{ node(id: "x") { ... on Articel { id } } }`, `{ articles { nodes { body(format: HTLM) } } }`, `{ articles }`,
		`{ articles(filter: {langage: {eq: "en"}}) { nodes { id } } }`,
	} {
		if _, message := s.refused(t, query, nil); strings.Contains(message, "Did you mean") || strings.Contains(message, "did you mean") {
			t.Errorf("%s suggests: %s", query, message)
		}
	}
	if a := s.post(t, `{ __schema { types { name } } }`, nil); len(a.Errors) == 0 {
		t.Errorf("introspection = %.100s, want it refused", a.Raw)
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

func TestValuesOfVariables(t *testing.T) {
	t.Parallel()
	s := start(t)
	query := `query($n: Int, $f: TopicFilter, $o: [TopicOrder!], $a: ArticleFilter) { topics(first: $n, filter: $f, orderBy: $o) { nodes { id } } articles(filter: $a) { totalCount } }`
	for _, c := range []struct {
		vars variables
		want string
	}{
		{variables{"n": "5"}, "whole number without quotes"},
		{variables{"n": 1.5}, "the variable `$n`"},
		{variables{"n": true}, "the variable `$n`: its value is no Int"},
		{variables{"n": 1 << 40}, "32 bits"},
		{variables{"f": "x"}, "the variable `$f`: it must be an object, a TopicFilter"},
		{variables{"f": variables{"slugg": nil}}, "the variable `$f.slugg`: there is no such field"},
		{variables{"o": []variables{{"field": 5.5}}}, "the variable `$o[0].field`: 5.5 is not a valid TopicOrderField"},
		{variables{"o": []variables{{}}}, "the variable `$o[0].field`: it is required"},
		{variables{"o": []variables{{"field": "NAME"}, {"field": "name"}}}, "the variable `$o[1].field`: name is not a valid TopicOrderField"},
		{variables{"o": variables{"field": "NAME", "direction": "asc"}}, "asc is not a valid OrderDirection"},
		{variables{"a": variables{"not": variables{"status": variables{"in": "Draft"}}}}, "Draft is not a valid ArticleStatus"},
	} {
		if code, message := s.refused(t, query, c.vars); code == "INTERNAL" || !strings.Contains(message, c.want) {
			t.Errorf("%v = %s %q, want %q", c.vars, code, message, c.want)
		}
	}
}
