package gate

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"

	"github.com/diwan-cms/diwan/graph/gen"
)

// Requests share what was prepared if the operation selects the same for them.
func TestPreparedOperationsAreShared(t *testing.T) {
	t.Parallel()
	schema, err := NewSchema(gen.NewExecutableSchema(gen.Config{}).Schema())
	if err != nil {
		t.Fatal(err)
	}
	type variables = map[string]any
	const below = `query ($n: Int) { articles { nodes { related(first: $n) { slug } } } }`
	const inFragment = `query ($n: Int) { articles { nodes { ...f } } } fragment f on Article { related(first: $n) { slug } }`
	const directive = `query ($x: Boolean!) { articles @skip(if: $x) { totalCount } topics { totalCount } }`
	const list = `query ($s: [ArticleOrderField!]) { country(by: {code: "MA"}) { articles(orderBy: [{field: $s}]) { totalCount } } }`
	for _, c := range []struct {
		name, query string
		one, other  variables
		shared      bool
	}{
		{"no variables", `{ articles { totalCount } }`, nil, nil, true},
		{"a variable of a root field", `query ($n: Int) { articles(first: $n) { totalCount } }`, variables{"n": int64(1)}, variables{"n": int64(2)}, true},
		{"a variable that has the same value", below, variables{"n": int64(1)}, variables{"n": int64(1)}, true},
		{"a variable that has another value", below, variables{"n": int64(1)}, variables{"n": int64(2)}, false},
		{"null is not what is left out", below, variables{"n": nil}, variables{}, false},
		{"a variable in a fragment", inFragment, variables{"n": int64(1)}, variables{"n": int64(2)}, false},
		{"a variable of @skip", directive, variables{"x": true}, variables{"x": false}, false},
		{"a variable in a list", strings.Replace(list, "[ArticleOrderField!]", "ArticleOrderField!", 1), variables{"s": "TITLE"}, variables{"s": "PUBLISHED_AT"}, false},
		{"a value that is too long for a key", `query ($s: String) { article(by: {slug: "a"}) { revisions(after: $s) { totalCount } } }`, variables{"s": strings.Repeat("x", maxValues)}, variables{"s": strings.Repeat("x", maxValues)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			parsed, errs := gqlparser.LoadQueryWithRules(schema.Schema, c.query, nil)
			if errs != nil {
				t.Fatalf("%s: %v", c.query, errs)
			}
			documents, preparations := newDocuments(), newPreparations(schema)
			documents.Add(t.Context(), c.query, parsed)
			known, _ := documents.kept.Get(t.Context(), c.query)
			prepared := func(values variables) *Prepared {
				operation := &graphql.OperationContext{Doc: parsed, Operation: parsed.Operations[0], Variables: values}
				operation.Stats.SetExtension(documentKey, known)
				return preparations.of(t.Context(), operation)
			}
			if shared := prepared(c.one) == prepared(c.other); shared != c.shared {
				t.Errorf("%s with %v and %v is shared = %t, want %t", c.query, c.one, c.other, shared, c.shared)
			}
		})
	}
}

// A document that left the cache between two looks at it is prepared for one request.
func TestOperationsOfOtherDocumentsAreNotShared(t *testing.T) {
	t.Parallel()
	schema, err := NewSchema(gen.NewExecutableSchema(gen.Config{}).Schema())
	if err != nil {
		t.Fatal(err)
	}
	const query = `{ articles { totalCount } }`
	documents, preparations := newDocuments(), newPreparations(schema)
	kept, _ := gqlparser.LoadQueryWithRules(schema.Schema, query, nil)
	documents.Add(t.Context(), query, kept)
	known, _ := documents.kept.Get(t.Context(), query)
	again, _ := gqlparser.LoadQueryWithRules(schema.Schema, query, nil)
	operation := &graphql.OperationContext{Doc: again, Operation: again.Operations[0]}
	operation.Stats.SetExtension(documentKey, known)
	first := preparations.of(t.Context(), operation)
	if second := preparations.of(t.Context(), operation); second == first {
		t.Error("an operation of another document is kept, want it to be prepared anew")
	}
}
