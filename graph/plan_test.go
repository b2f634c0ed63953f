package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

// planOf returns the plan of the first root field of an operation, and its
// arguments.
func planOf(t *testing.T, text string, variables map[string]any) *model.Plan {
	t.Helper()
	p, root := plannerOf(t, text, variables)
	return p.plan(root.Definition.Type.Name(), root.Selections)
}

func plannerOf(t *testing.T, text string, variables map[string]any) (planner, graphql.CollectedField) {
	t.Helper()
	schema, err := gate.NewSchema(gen.NewExecutableSchema(gen.Config{}).Schema())
	if err != nil {
		t.Fatal(err)
	}
	document, errs := gqlparser.LoadQueryWithRules(schema.Schema, text, nil)
	if errs != nil {
		t.Fatalf("%s: %v", text, errs)
	}
	p := planner{&graphql.OperationContext{Doc: document, Operation: document.Operations[0], Variables: variables}, schema}
	roots := graphql.CollectFields(p.operation, p.operation.Operation.SelectionSet, []string{"Query", "Mutation"})
	return p, roots[0]
}

// outline writes a plan as its fields, then its relations with their plans, then
// the plans of each type.
func outline(plan *model.Plan) string {
	parts := slices.Sorted(maps.Keys(plan.Fields))
	for _, relation := range plan.Relations {
		parts = append(parts, fmt.Sprintf("%s[%s]", relation.Key, outline(relation.Plan)))
	}
	for _, t := range slices.Sorted(maps.Keys(plan.ByType)) {
		if below := outline(plan.ByType[t]); below != "" {
			parts = append(parts, fmt.Sprintf("%s(%s)", t, below))
		}
	}
	return strings.Join(parts, " ")
}

func TestPlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, query, want string }{
		{"fields of the row", `{ article(by: {slug: "a"}) { title slug __typename } }`, "slug title"},
		{"what is embedded in the row is no relation", `{ country(by: {code: "MA"}) { names { value direction } aliases { text } } }`, "aliases names"},
		{"relations nest", `{ article(by: {slug: "a"}) { officials { country { code } } } }`, "officials[country[code]]"},
		{"nodes and edges are one relation", `{ articles { nodes { title } edges { cursor node { slug } } pageInfo { endCursor } } }`, "pageInfo nodes[slug title]"},
		{"highlights of a search belong to the page", `{ search(query: "a") { edges { highlights { text } node { __typename } } } }`, "highlights nodes[]"},
		{"aliases share what they have in common", `{ topic(by: {slug: "a"}) { a: parent { slug } b: parent { version } } }`, "parent[slug version]"},
		{"arguments tell relations apart", `{ topic(by: {slug: "a"}) { a: articles(first: 1) { totalCount } b: articles(first: 2) { totalCount } } }`, `articles{"first":1,"includeDescendants":true}[totalCount] articles{"first":2,"includeDescendants":true}[totalCount]`},
		{"fragments are expanded", `{ article(by: {slug: "a"}) { ...f ... on Article { title } ... on Node { id } } } fragment f on Article { topics { slug } }`, "id title topics[slug]"},
		{"skipped fields are not needed", `{ article(by: {slug: "a"}) { title @skip(if: true) slug @include(if: true) } }`, "slug"},
		{"a node may be of each type", `{ node(id: "QXJ0aWNsZTox") { id ... on Article { title } ... on Topic { parent { slug } } } }`, "AccessToken(id) Article(id title) Country(id) Office(id) Official(id) Tenure(id) Topic(id parent[slug])"},
		{"so may what a union holds", `{ article(by: {slug: "a"}) { mentions { surface entity { ... on Topic { slug } ... on Node { id } } } } }`, "mentions[surface entity[Country(id) Office(id) Official(id) Topic(id slug)]]"},
		{"fragments on the union itself are expanded", `{ suggest(prefix: "a") { node { ... on SearchResult { ... on Topic { slug } } } } }`, "node[Topic(slug)]"},
		{"fragments on another union are expanded", `{ article(by: {slug: "a"}) { ... on SearchResult { ... on Article { title topics { ... on MentionEntity { ... on Topic { slug } } } } } } }`, "title topics[slug]"},
		{"so are those on another union within a union", `{ suggest(prefix: "a") { node { ... on MentionEntity { ... on Topic { slug } } } } }`, "node[Topic(slug)]"},
		{"JSON-LD is made of other fields", `{ article(by: {slug: "a"}) { jsonLd } }`, "byline createdAt publishedAt sourceName sourceUrl summary title updatedAt wordCount appearances[official[name wikidataId] office[title]] countries[code name] topics[name]"},
		{"errors stand in the payload", `mutation { upsertArticles(inputs: []) { created results { index errors { message } article { slug } } } }`, "created results[errors index article[slug]]"},
		{"a list may be written as its one value", `{ official(by: {slug: "a"}) { articles(orderBy: {field: TITLE}, filter: {and: {language: {in: "en"}}}) { totalCount } } }`, `articles{"filter":{"and":[{"language":{"in":["en"]}}]},"orderBy":[{"field":"TITLE"}]}[totalCount]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := outline(planOf(t, c.query, nil)); got != c.want {
				t.Errorf("%s is planned as\n%s, want\n%s", c.query, got, c.want)
			}
		})
	}
}

// The arguments of a relation are read as the store takes them, of variables, too.
func TestArgumentsOfRelations(t *testing.T) {
	t.Parallel()
	query := `query($n: Int, $o: [ArticleOrder!], $f: ArticleFilter) { official(by: {slug: "a"}) { articles(first: $n, orderBy: $o, filter: $f) { totalCount } } }`
	plan := planOf(t, query, map[string]any{
		"n": int64(3), "o": map[string]any{"field": "TITLE", "direction": "DESC"}, "f": map[string]any{"language": map[string]any{"in": []string{"ar", "fr"}}},
	})
	args := plan.Relation("articles").Args
	if args.First == nil || *args.First != 3 || args.After != nil {
		t.Errorf("arguments = %+v, want first 3 alone of the page", args)
	}
	if terms := model.Terms(args.OrderBy); len(terms) != 1 || terms[0] != (model.Order{Field: "TITLE", Desc: true}) {
		t.Errorf("order = %+v, want TITLE, descending", terms)
	}
	if filter := args.Filter; filter == nil || filter.Language == nil || !slices.Equal(filter.Language.In, []string{"ar", "fr"}) {
		t.Errorf("filter = %+v, want the languages ar and fr", filter)
	}
}

// What cannot be read as an argument is left to the resolver of the field, which
// refuses it.
func TestArgumentsOfWrongTypes(t *testing.T) {
	t.Parallel()
	p, root := plannerOf(t, `query($n: Int) { official(by: {slug: "a"}) { articles(first: $n) { totalCount } slug } }`, map[string]any{"n": "3"})
	if got := outline(p.plan("Official", root.Selections)); got != "slug" {
		t.Errorf("plan = %s, want the slug alone", got)
	}
	articles := graphql.CollectFields(p.operation, root.Selections, []string{"Official"})[0]
	if _, err := p.relation(&model.Plan{}, articles); model.CodeOf(err) != model.ErrorCodeInvalid {
		t.Errorf("relation = %v, want INVALID", err)
	}
}
