package gate_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/model"
)

// An operation that takes too long ends, and so does its statement.
func TestTimeOfAnOperation(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphtest.Config, l *gate.Limits) {
		l.Time = 10 * time.Millisecond
		c.OnRoundTrip = func(ctx context.Context, trip model.RoundTrip) {
			if strings.Contains(trip.Statements[0].SQL, "FROM topics") {
				<-ctx.Done() // as if the database took so long
			}
		}
	})
	err := s.Refusal(t, `{ topics { nodes { slug articles { totalCount } } } }`, nil)
	if err.Extensions.Code != "LIMIT_EXCEEDED" || err.Extensions.Limit != "time" || err.Message != "the operation took longer than 10ms and was ended; ask for less in one request" {
		t.Errorf("an operation that takes too long = %+v, want LIMIT_EXCEEDED by time", err)
	}
}

// A response is as large as what root fields return, with their keys and 8 bytes for each.
func TestBytesOfAResponse(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for _, c := range []struct {
		name, query string
		written     graphtest.Variables
		bytes       int
	}{
		{"just within", `{ article(by: {slug: "a"}) { body } }`, graphtest.Variables{"body": strings.Repeat("x", limit-26)}, limit},
		{"just beyond", `{ article(by: {slug: "a"}) { body } }`, graphtest.Variables{"body": strings.Repeat("x", limit-25)}, limit + 1},
		{"keys are those of the response", `{ article(by: {slug: "a"}) { text: body } }`, graphtest.Variables{"body": strings.Repeat("x", limit-25)}, limit + 1},
		{"longer keys count", `{ article(by: {slug: "a"}) { source: body } }`, graphtest.Variables{"body": strings.Repeat("x", limit-27)}, limit + 1},
		{"texts that may be null, within", `{ article(by: {slug: "a"}) { summary sourceName } }`, graphtest.Variables{"summary": strings.Repeat("x", limit-47)}, limit},
		{"texts that may be null, beyond", `{ article(by: {slug: "a"}) { summary sourceName } }`, graphtest.Variables{"summary": strings.Repeat("x", limit-46)}, limit + 1},
		{"lists of texts, within", `{ article(by: {slug: "a"}) { byline } }`, graphtest.Variables{"byline": bylines(limit - 42)}, limit},
		{"lists of texts, beyond", `{ article(by: {slug: "a"}) { byline } }`, graphtest.Variables{"byline": bylines(limit - 41)}, limit + 1},
		{"JSON-LD", `{ article(by: {slug: "a"}) { jsonLd } }`, graphtest.Variables{"byline": bylines(limit - 100)}, limit + 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(config *graphtest.Config, l *gate.Limits) { config.Actor, l.Bytes = graphtest.Editor(), limit })
			input := graphtest.Variables{"language": "en", "title": "A", "slug": "a"}
			maps.Copy(input, c.written)
			const create = `mutation($input: CreateArticleInput!) { createArticle(input: $input) { errors { message } } }`
			if got := s.Data(t, create, graphtest.Variables{"input": input}); got != `{"createArticle":{"errors":[]}}` {
				t.Fatalf("createArticle = %s", got)
			}
			errs := s.Post(t, c.query, nil).Errors
			if c.bytes <= limit && len(errs) > 0 {
				t.Errorf("%d bytes = %+v, want no errors", c.bytes, errs)
			}
			if c.bytes > limit && (len(errs) != 1 || errs[0].Extensions.Limit != "answer" || errs[0].Message != "the answer has more than 1000 bytes; ask for fewer rows, or for fewer long texts such as `body`") {
				t.Errorf("%d bytes = %+v, want LIMIT_EXCEEDED by answer", c.bytes, errs)
			}
		})
	}
}

// bylines returns five names of so many letters together.
func bylines(letters int) []string {
	names := make([]string, 5)
	for i := range names {
		size := letters / 5
		if i == 0 {
			size += letters % 5
		}
		names[i] = strings.Repeat(string(rune('a'+i)), size)
	}
	return names
}

// What a mutation wrote stays written when its response is too large: the error says
// so.
func TestResponsesToMutationsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphtest.Config, l *gate.Limits) { c.Actor, l.Bytes = graphtest.Editor(), 100 })
	err := s.Refusal(t, `mutation { createTopic(input: {slug: "science", names: [{language: "en", value: "Science"}]}) { topic { slug name names { value language isFallback } } } }`, nil)
	if want := "What was sent may be written: look at it before you send it again"; err.Extensions.Limit != "answer" || !strings.HasSuffix(err.Message, want) {
		t.Errorf("a mutation = %+v, want %q", err, want)
	}
	if got := s.Data(t, `{ topic(by: {slug: "science"}) { slug } }`, nil); got != `{"topic":{"slug":"science"}}` {
		t.Errorf("the topic = %s, want it written", got)
	}
}

// In production the schema is not shown, neither by introspection nor by what errors
// suggest.
func TestProduction(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphtest.Config, _ *gate.Limits) { c.Production = true })
	for _, query := range []string{
		`{ articls { nodes { id } } }`, `{ articles { nodes { titel } } }`, `{ articles(frist: 1) { nodes { id } } }`,
		`{ node(id: "x") { ... on Articel { id } } }`, `{ articles { nodes { body(format: HTLM) } } }`, `{ articles }`,
		`{ articles(filter: {langage: {eq: "en"}}) { nodes { id } } }`,
	} {
		if err := s.Refusal(t, query, nil); err.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" || strings.Contains(strings.ToLower(err.Message), "did you mean") {
			t.Errorf("%s = %+v, want GRAPHQL_VALIDATION_FAILED without a suggestion", query, err)
		}
	}
	for _, c := range []struct {
		query string
		sent  graphtest.Variables
		want  string
	}{
		{`{ topic(by: {slugg: "x"}) { id } }`, nil, "the argument `by`: TopicBy has no field `slugg`; remove it, or look at the schema"},
		{`query($t: TopicBy!) { topic(by: $t) { id } }`, graphtest.Variables{"t": map[string]any{"slugg": "x"}}, "the variable `$t.slugg`: TopicBy has no field `slugg`; remove it, or look at the schema"},
		{`query($f: TextFormat) { articles { nodes { body(format: $f) } } }`, graphtest.Variables{"f": "HTLM"}, "the variable `$f`: HTLM is not a valid TextFormat"},
	} {
		if err := s.Refusal(t, c.query, c.sent); err.Message != c.want {
			t.Errorf("%s = %+v, want %s", c.query, err, c.want)
		}
	}
	for _, query := range []string{
		`{ __schema { types { name } } }`, `{ topics { totalCount } ... on Query { __type(name: "Topic") { name } } }`,
		`{ ...q } fragment q on Query { __schema @skip(if: true) { types { name } } }`,
	} {
		if err := s.Refusal(t, query, nil); err.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" || !strings.HasPrefix(err.Message, "introspection is switched off on this server") {
			t.Errorf("%s = %+v, want it refused", query, err)
		}
	}
	s.Data(t, `{ __typename topics { nodes { __typename } } }`, nil)
	if got := start(t, nil).Data(t, `{ __type(name: "Topic") { name } }`, nil); got != `{"__type":{"name":"Topic"}}` {
		t.Errorf("__type elsewhere = %s, want it", got)
	}
}

// Errors of validation are few and short, and suggest names of fields only.
func TestErrorsOfValidation(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *graphtest.Config, l *gate.Limits) { *l = gate.Limits{} })
	if err := s.Refusal(t, `{ topicz { totalCount } }`, nil); !strings.Contains(err.Message, `Did you mean "topic`) {
		t.Errorf("an unknown field = %+v, want a suggestion", err)
	}
	for _, value := range []string{`"NAMES"`, "NAMES"} {
		if err := s.Refusal(t, `{ topics(orderBy: {field: `+value+`}) { totalCount } }`, nil); strings.Contains(strings.ToLower(err.Message), "did you mean") {
			t.Errorf("the enum value %s = %+v, want no suggestion", value, err)
		}
	}
	long := s.Refusal(t, `{ topics(first: "`+strings.Repeat("ط", 300)+`") { totalCount } }`, nil).Message
	if got := len([]rune(long)); got != 301 || !strings.HasSuffix(long, "…") {
		t.Errorf("a message that quotes 300 letters has %d, %q, want 300 and an ellipsis", got, long)
	}
	if got := len(s.Post(t, "{ "+strings.Repeat("a ", 1001)+"}", nil).Errors); got != 1000 {
		t.Errorf("1001 unknown fields = %d errors, want 1000", got)
	}
}

// A variable must write the values of enums as the schema does.
func TestEnumsInVariables(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const query = `query($o: [TopicOrder!], $a: ArticleFilter, $f: TextFormat) { topics(orderBy: $o) { totalCount } articles(filter: $a) { nodes { body(format: $f) } } }`
	for _, c := range []struct {
		variables graphtest.Variables
		want      string
	}{
		{graphtest.Variables{"f": "html"}, "the variable `$f`: html is not a valid TextFormat; send MARKDOWN, HTML or TEXT"},
		{graphtest.Variables{"o": []any{map[string]any{"field": "NAME"}, map[string]any{"field": "name"}}}, "the variable `$o[1].field`: name is not a valid TopicOrderField"},
		{graphtest.Variables{"o": map[string]any{"field": "NAME", "direction": "asc"}}, "asc is not a valid OrderDirection"},
		{graphtest.Variables{"a": map[string]any{"not": map[string]any{"status": map[string]any{"in": []string{"PUBLISHED", "Draft"}}}}}, "the variable `$a.not.status.in[1]`: Draft is not a valid ArticleStatus"},
		{graphtest.Variables{"f": "HTML", "o": map[string]any{"field": "NAME", "direction": nil}}, ""},
	} {
		got := ""
		if errs := s.Post(t, query, c.variables).Errors; len(errs) > 0 {
			got = errs[0].Extensions.Code + " " + errs[0].Message
		}
		if c.want == "" && got != "" || !strings.Contains(got, c.want) || c.want != "" && !strings.HasPrefix(got, "GRAPHQL_VALIDATION_FAILED ") {
			t.Errorf("%v = %q, want %q", c.variables, got, c.want)
		}
	}
}

// A document that was sent with its hash may be requested by the hash alone.
func TestPersistedOperations(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38" // of { __typename }
	request := func(query string) string {
		target := "/graphql?" + query + "extensions=" + `%7B%22persistedQuery%22%3A%7B%22version%22%3A1%2C%22sha256Hash%22%3A%22` + hash + `%22%7D%7D`
		return s.Do(httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)).Body.String()
	}
	for _, c := range []struct{ query, want string }{
		{"", "PERSISTED_QUERY_NOT_FOUND"}, {"query=%7B__typename%7D&", `"__typename":"Query"`}, {"", `"__typename":"Query"`},
	} {
		if got := request(c.query); !strings.Contains(got, c.want) {
			t.Errorf("GET ?%s = %s, want %s", c.query, got, c.want)
		}
	}
}
