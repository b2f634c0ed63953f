package answer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/graph/answer"
)

const sdl = `
type Query { root: Topic! }
interface Node { slug: String! }
type Topic implements Node {
  slug: String!
  summary: String
  count(of: Int): Int!
  parent: Topic
  children: [Topic!]!
  drafts: [Topic]!
  any: Node
}
type Article implements Node { slug: String!, title: String! }`

type topic struct {
	Slug             string
	Summary          *string
	Err              error
	Panic            string
	Parent           *topic
	Children, Drafts []*topic
	Any              any
	slots            map[string]any
}

func (t *topic) Slot(key string) (any, bool) { value, ok := t.slots[key]; return value, ok }

type article struct{ Slug, Title string }

var (
	topics   answer.Object
	articles = answer.Object{Name: "Article", Conditions: []string{"Article", "Node"}, Fields: map[string]*answer.Field{
		"slug":  {NonNull: true, Write: func(w *answer.Writer, _ *answer.Selected, o any) bool { return w.String(o.(*article).Slug) }},
		"title": {NonNull: true, Write: func(w *answer.Writer, _ *answer.Selected, o any) bool { return w.String(o.(*article).Title) }},
	}}
)

func writeTopic(w *answer.Writer, f *answer.Selected, t *topic) bool {
	if t == nil {
		return w.Missing()
	}
	return w.Object(f, &topics, t)
}

func init() {
	topics = answer.Object{Name: "Topic", Conditions: []string{"Topic", "Node"}, Fields: map[string]*answer.Field{
		"slug": {NonNull: true, Write: func(w *answer.Writer, _ *answer.Selected, o any) bool {
			t := o.(*topic)
			if t.Panic != "" {
				panic(t.Panic)
			}
			if t.Err != nil {
				return w.Fail(t.Err)
			}
			return w.String(t.Slug)
		}},
		"summary": {Write: func(w *answer.Writer, _ *answer.Selected, o any) bool {
			t := o.(*topic)
			if t.Summary == nil {
				return w.Null()
			}
			return w.String(*t.Summary)
		}},
		"count": {
			NonNull: true,
			Args: func(_ context.Context, _ any, raw map[string]any) (map[string]any, error) {
				if raw["of"] == int64(13) {
					return nil, errors.New("13 is no number of ours")
				}
				return raw, nil
			},
			Write: func(w *answer.Writer, f *answer.Selected, _ any) bool { return w.Int(int(answer.Arg[int64](f, "of"))) },
		},
		"parent": {Relation: true, Write: func(w *answer.Writer, f *answer.Selected, o any) bool {
			parent, ok := answer.Related[*topic](w, f, o)
			if !ok {
				return false
			}
			if parent == nil {
				return w.Null()
			}
			return writeTopic(w, f, parent)
		}},
		"children": {NonNull: true, Write: func(w *answer.Writer, f *answer.Selected, o any) bool {
			return answer.List(w, f, o.(*topic).Children, true, writeTopic)
		}},
		"drafts": {NonNull: true, Write: func(w *answer.Writer, f *answer.Selected, o any) bool {
			return answer.List(w, f, o.(*topic).Drafts, false, writeTopic)
		}},
		"any": {Write: func(w *answer.Writer, f *answer.Selected, o any) bool {
			switch any := o.(*topic).Any.(type) {
			case *topic:
				return w.Object(f, &topics, any)
			case *article:
				return w.Object(f, &articles, any)
			}
			return w.Null()
		}},
	}}
}

// run answers a query whose root field returns the topic, with its errors as
// "path: message".
func run(t *testing.T, query string, root *topic, extension answer.Extension) (data string, errs []string) {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	document, problems := gqlparser.LoadQueryWithRules(schema, query, nil)
	if problems != nil {
		t.Fatal(problems)
	}
	op := &graphql.OperationContext{
		Doc: document, Operation: document.Operations[0], Variables: map[string]any{},
		ResolverMiddleware: func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
		RecoverFunc:        func(_ context.Context, cause any) error { return fmt.Errorf("panic: %v", cause) },
	}
	if extension.Grow == nil {
		extension.Grow = func(context.Context, int) error { return nil }
	}
	if extension.Slot == nil {
		extension.Slot = func(_ *graphql.OperationContext, f graphql.CollectedField) (string, bool) { return f.Name, true }
	}
	ctx := graphql.WithOperationContext(t.Context(), op)
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	var answered graphql.Marshaler
	extension.InterceptOperation(ctx, func(inner context.Context) graphql.ResponseHandler {
		field := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"})[0]
		inner = graphql.WithFieldContext(inner, &graphql.FieldContext{Object: "Query", Field: field})
		answered = answer.Write(inner, nil, field.Selections, &topics, root)
		return nil
	})
	var b bytes.Buffer
	answered.MarshalGQL(&b)
	for _, err := range graphql.GetErrors(ctx) {
		errs = append(errs, err.Path.String()+": "+err.Message)
	}
	return b.String(), errs
}

func TestObjectsAreWritten(t *testing.T) {
	t.Parallel()
	summary := "a \"b\"\n"
	root := &topic{
		Slug: "a", Summary: &summary, Children: []*topic{{Slug: "b"}, {Slug: "c"}},
		Any: &article{"d", "D"}, slots: map[string]any{"parent": &topic{Slug: "e", Any: &topic{Slug: "f"}}},
	}
	for query, want := range map[string]string{
		`{ root { slug summary __typename } }`:                                                                `{"slug":"a","summary":"a \"b\"\n","__typename":"Topic"}`,
		`{ root { s: slug ...f } } fragment f on Node { slug }`:                                               `{"s":"a","slug":"a"}`,
		`{ root { slug @skip(if: true) children { slug summary } }}`:                                          `{"children":[{"slug":"b","summary":null},{"slug":"c","summary":null}]}`,
		`{ root { any { slug ... on Article { title } } parent { any { slug ... on Article { title } } } } }`: `{"any":{"slug":"d","title":"D"},"parent":{"any":{"slug":"f"}}}`,
		`{ root { drafts { slug } count(of: 7) two: count(of: 2) } }`:                                         `{"drafts":[],"count":7,"two":2}`,
	} {
		if data, errs := run(t, query, root, answer.Extension{}); data != want || errs != nil {
			t.Errorf("%s = %s, %q, want %s", query, data, errs, want)
		}
	}
}

// What fails is null, or else the nearest of what it is in that may be. All fields are
// tried, so that one answer names every error.
func TestFailuresEndAtTheNearestNullableParent(t *testing.T) {
	t.Parallel()
	bad := func() *topic { return &topic{Slug: "b", Err: errors.New("failed")} }
	for name, c := range map[string]struct {
		query string
		root  *topic
		data  string
		errs  string
	}{
		"a parent that may be null":     {`{ root { slug parent { slug } } }`, &topic{Slug: "a", slots: map[string]any{"parent": bad()}}, `{"slug":"a","parent":null}`, `root.parent.slug: failed`},
		"an item that may be null":      {`{ root { drafts { slug } } }`, &topic{Drafts: []*topic{{Slug: "x"}, bad(), {Slug: "y"}}}, `{"drafts":[{"slug":"x"},null,{"slug":"y"}]}`, `root.drafts[1].slug: failed`},
		"an item that may not":          {`{ root { children { slug } } }`, &topic{Children: []*topic{bad(), bad()}}, `null`, `root.children[0].slug: failed|root.children[1].slug: failed`},
		"nothing where an item must be": {`{ root { children { slug } } }`, &topic{Children: []*topic{nil}}, `null`, `root.children[0]: cannot return null for non-null element of field Topic.children ([Topic!]!): the list element was nil`},
		"arguments":                     {`{ root { drafts { count(of: 13) } } }`, &topic{Drafts: []*topic{{}, {}}}, `{"drafts":[null,null]}`, `root.drafts[0].count: 13 is no number of ours|root.drafts[1].count: 13 is no number of ours`},
		"a panic":                       {`{ root { drafts { slug } } }`, &topic{Drafts: []*topic{{Panic: "oh"}}}, `null`, `root.drafts[0].slug: panic: oh`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, errs := run(t, c.query, c.root, answer.Extension{})
			if got := strings.Join(errs, "|"); data != c.data || got != c.errs {
				t.Errorf("%s = %s, %s, want %s, %s", c.query, data, got, c.data, c.errs)
			}
		})
	}
}

// A relation that no plan foresaw is loaded in the context of its field.
func TestRelationsAreLoadedLate(t *testing.T) {
	t.Parallel()
	load := func(ctx context.Context, object any) (any, error) {
		field := graphql.GetFieldContext(ctx)
		if !field.IsResolver || object.(*topic).Slug != "b" {
			return nil, errors.New("not there")
		}
		return &topic{Slug: field.Object + " " + field.Path().String()}, nil
	}
	root := &topic{Slug: "a", Drafts: []*topic{{Slug: "b"}, {Slug: "c"}}}
	data, errs := run(t, `{ root { drafts { up: parent { slug } } } }`, root, answer.Extension{Load: load})
	if want := `{"drafts":[{"up":{"slug":"Topic root.drafts[0].up"}},{"up":null}]}`; data != want || strings.Join(errs, "|") != "root.drafts[1].up: not there" {
		t.Errorf("late = %s, %q, want %s", data, errs, want)
	}
}

// Nothing more is written once an answer is too long, and one error says so.
func TestAnswersThatAreTooLong(t *testing.T) {
	t.Parallel()
	grown := 0
	root := &topic{}
	for range 100 {
		root.Children = append(root.Children, &topic{Slug: strings.Repeat("x", 1000)})
	}
	data, errs := run(t, `{ root { children { slug } } }`, root, answer.Extension{Grow: func(_ context.Context, bytes int) error {
		if grown += bytes; grown > 20_000 {
			return errors.New("too long")
		}
		return nil
	}})
	if data != "null" || len(errs) != 1 || !strings.HasSuffix(errs[0], "too long") || grown > 30_000 {
		t.Errorf("a long answer = %s, %q after %d bytes, want null and an error soon after 20,000", data, errs, grown)
	}
}

// The fields of one object are as bounded as objects of a list.
func TestObjectsThatAreTooLong(t *testing.T) {
	t.Parallel()
	grown, query := 0, "{ root {"
	for i := range 100 {
		query += fmt.Sprintf(" f%d: slug", i)
	}
	data, errs := run(t, query+" } }", &topic{Slug: strings.Repeat("x", 5000)}, answer.Extension{Grow: func(_ context.Context, bytes int) error {
		if grown += bytes; grown > 20_000 {
			return errors.New("too long")
		}
		return nil
	}})
	if data != "null" || len(errs) != 1 || grown > 30_000 {
		t.Errorf("a long object = %.100s, %q after %d bytes, want null and an error soon after 20,000", data, errs, grown)
	}
}

// The answer is escaped for HTML as encoding/json does it.
func TestTextsAreWrittenAsGqlgenDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\x00-\x24"\\اَ<>&“\x{2027}-\x{202a}]*`)).Draw(t, "text")
		var marshalled, want bytes.Buffer
		graphql.MarshalString(text).MarshalGQL(&marshalled)
		json.HTMLEscape(&want, marshalled.Bytes())
		var w answer.Writer
		w.String(text)
		if got := w.Bytes(); !bytes.Equal(got, want.Bytes()) || !json.Valid(got) {
			t.Fatalf("%q = %s, want %s", text, got, &want)
		}
	})
}
