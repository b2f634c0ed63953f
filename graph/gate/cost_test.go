package gate

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"

	"github.com/diwan-cms/diwan/graph/gen"
)

// priceOf returns the cost of an operation.
func priceOf(t *testing.T, text string, variables map[string]any) cost {
	t.Helper()
	schema, err := NewSchema(gen.NewExecutableSchema(gen.Config{}).Schema())
	if err != nil {
		t.Fatal(err)
	}
	document, errs := gqlparser.LoadQueryWithRules(schema.Schema, text, nil)
	if errs != nil {
		t.Fatalf("%s: %v", text, errs)
	}
	operation := &graphql.OperationContext{Doc: document, Operation: document.Operations[0], Variables: variables}
	return costOf(operation, schema, schema.selected(operation))
}

// Cost is the arithmetic of docs/reference/limits.md.
func TestCost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, query     string
		objects, values int
	}{
		{"a field of the root", `{ __typename }`, 0, 1},
		{"an object", `{ article(by: {slug: "a"}) { title } }`, 1, 2},
		{"a page of the default size", `{ articles { nodes { title } } }`, 1 + 20, 2 + 20},
		{"a page of a size", `{ articles(first: 3) { nodes { title } } }`, 1 + 3, 2 + 3},
		{"a page from its end", `{ articles(last: 3) { nodes { title } } }`, 1 + 3, 2 + 3},
		{"a page is no larger than it may be", `{ articles(first: 1000) { nodes { title } } }`, 1 + 100, 2 + 100},
		{"nor smaller than one row", `{ articles(first: -5) { nodes { title } } }`, 1 + 1, 2 + 1},
		{"a row with its cursor is one object", `{ articles(first: 3) { edges { cursor node { title } } } }`, 1 + 3, 2 + 3*3},
		{"a page without its rows", `{ articles { totalCount pageInfo { endCursor } } }`, 1, 4},
		{"a page below a page", `{ topics(first: 2) { nodes { articles(first: 3) { nodes { title } } } } }`, 1 + 2*(1+1+3), 2 + 2*(2+3)},
		{"a list that is not paged", `{ article(by: {slug: "a"}) { officials { slug } } }`, 1 + 5, 2 + 5},
		{"a list of a size", `{ article(by: {slug: "a"}) { related(first: 2) { slug } } }`, 1 + 2, 2 + 2},
		{"what is embedded in the row", `{ country(by: {code: "MA"}) { names { value } localizedName { value } } }`, 1, 3 + 5 + 1},
		{"ids", `{ nodes(ids: ["a", "b", "c", "d", "e", "f"]) { id } }`, 6, 1 + 6},
		{"a list is no shorter than one that is not given", `{ nodes(ids: []) { id } }`, 5, 1 + 5},
		{"the text of an article", `{ article(by: {slug: "a"}) { body } }`, 1 + 20, 2},
		{"its JSON-LD", `{ article(by: {slug: "a"}) { jsonLd } }`, 1 + 20, 2},
		{"its mentions", `{ article(by: {slug: "a"}) { mentions { surface entity { ... on Topic { slug } } } } }`, 1 + 20 + 5, 2 + 5*3},
		{"highlights", `{ search(query: "a", first: 2) { edges { highlights { text } } } }`, 1 + 2*20, 2 + 2*(1+5)},
		{"a comparison of revisions", `{ article(by: {slug: "a"}) { revisions(first: 2) { nodes { diff { field } } } } }`, 1 + 1 + 2*(1+200), 3 + 2},
		{"facets", `{ articles(first: 1) { facets { countries { count } topics(first: 2) { count } } } }`, 1 + (20 + 5 + 5) + (20 + 2), 2 + 2 + 10 + 2},
		{"what a mutation returns", `mutation { createTopic(input: {names: []}) { topic { slug } errors { message } } }`, 1, 3 + 1 + 5},
		{"a bulk mutation", `mutation { upsertArticles(inputs: [` + upserts(3) + `]) { results { index } } }`, 3 + 3, 2 + 3},
		{"a bulk mutation that answers its counts", `mutation { upsertArticles(inputs: [` + upserts(7) + `]) { created updated } }`, 7, 3},
		{"a bulk mutation that answers its articles", `mutation { upsertArticles(inputs: [` + upserts(3) + `]) { results { article { topics { slug } } errors { message } } } }`, 3 + 3*(1+1+5), 2 + 3*(2+1+5+5)},
		{"an input that is no list", `mutation { upsertArticles(inputs: ` + upserts(1) + `) { results { index } } }`, 1 + 1, 2 + 1},
		{"no inputs", `mutation { upsertArticles(inputs: []) { results { index } } }`, 0, 2},
		{"two bulk mutations", `mutation { a: upsertArticles(inputs: [` + upserts(2) + `]) { failed } b: upsertArticles(inputs: [` + upserts(3) + `]) { failed } }`, 5, 4},
		{"analysis of a short text", `{ analyzeText(text: "a", language: "en") { tokens } }`, 2, 2},
		{"a filter of 20 objects", `{ topics(filter: {or: [` + strings.Repeat("{} ", 19) + `]}) { totalCount } }`, 1, 2},
		{"a filter of 22 objects", `{ topics(filter: {or: [` + strings.Repeat("{} ", 21) + `]}) { totalCount } }`, 3, 2},
		{"a search of four words", `{ topics(search: "a b c d") { totalCount } }`, 1, 2},
		{"a search of six words", `{ search(query: "a b c d e f") { totalCount } }`, 1 + 2*20, 2},
		{"a node of any type costs what the dearest does", `{ node(id: "a") { ... on Article { topics { slug } } ... on Topic { children { slug } } } }`, 1 + 5 + 5, 3 + 10},
		{"fragments", `{ articles(first: 2) { ...f } } fragment f on ArticleConnection { nodes { ... on Node { id } title } }`, 3, 2 + 2*2},
		{"fragments on another union", `{ suggest(prefix: "a", first: 1) { node { ... on MentionEntity { ... on Topic { parent { slug } } } } } }`, 1 + 1 + 1, 4},
		{"fragments on a union of the object", `{ topic(by: {slug: "a"}) { ... on SearchResult { ... on Topic { children { slug } } } } }`, 1 + 5, 2 + 5},
		{"skipped fields", `{ article(by: {slug: "a"}) { body @skip(if: true) } }`, 1, 1},
		{"the schema", `{ __schema { types { name } } }`, 0, 1},
		{"an event", `subscription { changes { kind node { id } } }`, 2, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := priceOf(t, c.query, nil); got.objects != c.objects || got.values != c.values {
				t.Errorf("cost of %s = %d objects and %d values, want %d and %d", c.query, got.objects, got.values, c.objects, c.values)
			}
		})
	}
}

// upserts writes inputs of upsertArticles.
func upserts(n int) string {
	return strings.TrimSuffix(strings.Repeat(`{externalId: "a", language: "en", title: "a"}, `, n), ", ")
}

func TestCostOfVariables(t *testing.T) {
	t.Parallel()
	const page = `query($n: Int, $ids: [ID!]!) { articles(first: $n) { nodes { title } } nodes(ids: $ids) { id } }`
	for _, n := range []any{7, int64(7)} {
		if got := priceOf(t, page, map[string]any{"n": n, "ids": []string{"", "", "", "", "", ""}}); got.objects != 1+7+6 {
			t.Errorf("a page of 7 and 6 ids cost %d, want 14", got.objects)
		}
	}
	const bulk = `mutation($all: [UpsertArticleInput!]!, $one: UpsertArticleInput!) { a: upsertArticles(inputs: $all) { failed } b: upsertArticles(inputs: [$one, $one]) { failed } }`
	if got := priceOf(t, bulk, map[string]any{"all": []any{map[string]any{}, map[string]any{}, map[string]any{}}, "one": map[string]any{}}); got.objects != 3+2 {
		t.Errorf("five inputs by variables cost %d, want 5", got.objects)
	}
	const analysis = `query($text: String!) { analyzeText(text: $text, language: "en") { mentions { surface } } }`
	for length, want := range map[int]int{999: 2 + 20, 1000: 2 * (2 + 20)} {
		if got := priceOf(t, analysis, map[string]any{"text": strings.Repeat("a", length)}); got.objects != want {
			t.Errorf("analysis of %d bytes costs %d, want %d", length, got.objects, want)
		}
	}
}

func TestCostDoesNotOverflow(t *testing.T) {
	t.Parallel()
	if got := (amount{ceiling, 1}).plus(amount{1, 1}).times(100); got != (amount{ceiling, 200}) {
		t.Errorf("sum = %+v, want %d objects and 200 values", got, ceiling)
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query string
		limit int
		want  string
	}{
		{`{ articles(first: 50) { nodes { slug } } topics(first: 10) { nodes { slug } } }`, 30, "page `articles` with first ≤ 24, or ask for less below it"},
		{`{ articles(first: 10) { nodes { related(first: 20) { slug } } } }`, 100, "page `articles` with first ≤ 4, or ask for less below it"},
		{`mutation { upsertArticles(inputs: [` + upserts(10) + `]) { results { article { topics { slug } } } } }`, 16, "send `upsertArticles` at most 2 inputs at a time, or ask for less of each result"},
		{`{ articles { nodes { body } } }`, 10, "ask for smaller pages below other pages"},
		{`{ article(by: {slug: "a"}) { body } }`, 10, "ask for smaller pages below other pages"},
	} {
		if got := priceOf(t, c.query, nil).advice(c.limit); got != c.want {
			t.Errorf("advice for %s = %q, want %q", c.query, got, c.want)
		}
	}
}
