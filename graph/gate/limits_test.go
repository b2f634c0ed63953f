package gate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/parser"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// Each limit lets pass what is just within it, and refuses what is just beyond.
func TestLimitsOfOperations(t *testing.T) {
	t.Parallel()
	numbered := func(n int, format string) string {
		var all strings.Builder
		for i := range n {
			fmt.Fprintf(&all, format, i)
		}
		return all.String()
	}
	topics := func(fields string) string { return "{ topics { nodes { " + fields + " } } }" }
	const f = " fragment f on Topic { id slug }"
	nested := func(n int) string { // fragments, each in the one before
		all := "{ ...f1 }"
		for i := range n - 1 {
			all += fmt.Sprintf(" fragment f%d on Query { ...f%d }", i+1, i+2)
		}
		return all + fmt.Sprintf(" fragment f%d on Query { __typename }", n)
	}
	name := func(n int) string { return "{ " + strings.Repeat("a", n) + ": __typename }" }
	filtered := func(n int) string {
		return "{ topics(filter: {or: [" + strings.Repeat("{}", n-1) + "]}) { totalCount } }"
	}
	ids := func(n int) string {
		return "{ topics(filter: {slug: {in: [" + strings.Repeat(`"a",`, n) + "]}}) { nodes { id } } }"
	}
	for _, c := range []struct {
		name               string
		limit              func(*gate.Limits)
		fits, large        string
		isOver, refusal    string
		variables, toolong graphtest.Variables
	}{
		{name: "tokens", limit: func(l *gate.Limits) { l.Tokens = 3 }, fits: "{ id }", large: "{ id id }", isOver: "tokens", refusal: "the document has more than 3 tokens; send lists as variables, or several requests"},
		{name: "depth", limit: func(l *gate.Limits) { l.Depth = 3 }, fits: topics("id"), large: topics("parent { id }"), isOver: "depth", refusal: "fields stand 4 deep in each other; ask for at most 3 levels"},
		{name: "fields", limit: func(l *gate.Limits) { l.Fields = 4 }, fits: topics("...f") + f, large: topics("...f version") + f, isOver: "fields", refusal: "the operation has 5 fields, its fragments unfolded; ask for at most 4"},
		{name: "fields of fragments that double", limit: func(l *gate.Limits) { l.Fields = 8 }, fits: topics("...a") + " fragment a on Topic { ...b ...b } fragment b on Topic { id slug version }", large: topics("...a") + " fragment a on Topic { ...b ...b } fragment b on Topic { id slug version createdAt }", isOver: "fields", refusal: "the operation has 10 fields, its fragments unfolded; ask for at most 8"},
		{name: "spreads of fragments", limit: func(l *gate.Limits) { l.Fields = 2 }, fits: nested(2), large: nested(3), isOver: "fields", refusal: "fragments are spread 3 times, those within fragments unfolded; spread at most 2"},
		{name: "spreads in a fragment that nobody spreads", limit: func(l *gate.Limits) { l.Fields = 1 }, fits: "{ __typename } fragment f on Query { ...g }", large: "{ __typename } fragment f on Query { ...g ...g }", isOver: "fields", refusal: "fragments are spread 2 times"},
		{name: "fragments in each other", fits: nested(100), large: nested(101), isOver: "fragments", refusal: "fragments stand 101 deep in each other; spread at most 100 levels"},
		{name: "operations", fits: numbered(50, "query q%d { __typename } "), large: numbered(51, "query q%d { __typename } "), isOver: "operations", refusal: "the document has 51 operations; send at most 50 at once"},
		{name: "letters of a name", fits: name(128), large: name(129), isOver: "name", refusal: "a name in the document has 129 letters; the longest that is read has 128"},
		{name: "repeated", limit: func(l *gate.Limits) { l.Repeated = 1 }, fits: topics("id id"), large: topics("...f id slug") + f, isOver: "repeated", refusal: "2 fields are asked for again at the same place; ask for each once (at most 1 are let pass)"},
		{name: "aliases", limit: func(l *gate.Limits) { l.Aliases = 1 }, fits: topics("a: id"), large: topics("a: id b: id"), isOver: "aliases", refusal: "the operation has 2 aliases, its fragments unfolded; use at most 1"},
		{name: "root fields", limit: func(l *gate.Limits) { l.RootFields = 1 }, fits: "{ ... on Query { __typename } }", large: "{ __typename ...q } fragment q on Query { __typename }", isOver: "root-fields", refusal: "the operation has 2 fields at its root; ask for at most 1, or send several requests"},
		{name: "root fields of a fragment that is spread twice", limit: func(l *gate.Limits) { l.RootFields = 1 }, fits: "{ ...q } fragment q on Query { __typename }", large: "{ ...q ...q } fragment q on Query { __typename }", isOver: "root-fields", refusal: "the operation has 2 fields at its root"},
		{name: "list", limit: func(l *gate.Limits) { l.List = 2 }, fits: ids(2), large: ids(3), isOver: "list", refusal: "a list in the document has 3 values; send at most 2 in one request"},
		{name: "list in a fragment", limit: func(l *gate.Limits) { l.List = 2 }, fits: "{ ...q } fragment q on Query { ... on Query " + ids(2) + " }", large: "{ ...q } fragment q on Query { ... on Query " + ids(3) + " }", isOver: "list", refusal: "a list in the document has 3 values"},
		{name: "list in place of a variable", limit: func(l *gate.Limits) { l.List = 1 }, fits: `query($a: [ID!]! = ["QXJ0aWNsZTox"]) { nodes(ids: $a) { id } }`, large: `query($a: [ID!]! = ["", ""]) { nodes(ids: $a) { id } }`, isOver: "list", refusal: "a list in the document has 2 values; send at most 1 in one request"},
		{
			name: "list in variables", limit: func(l *gate.Limits) { l.List = 1 }, fits: `query($f: TopicFilter) { topics(filter: $f) { totalCount } }`, large: `query($f: TopicFilter) { topics(filter: $f) { totalCount } }`, isOver: "list", refusal: "a list in the variables has 2 values; send at most 1 in one request",
			variables: graphtest.Variables{"f": map[string]any{"slug": map[string]any{"in": []string{"a"}}}}, toolong: graphtest.Variables{"f": map[string]any{"slug": map[string]any{"in": []string{"a", "b"}}}},
		},
		{name: "cost", limit: func(l *gate.Limits) { l.Cost = 2 }, fits: "{ topics(first: 1) { nodes { id } } }", large: "{ topics(first: 2) { nodes { id } } }", isOver: "cost", refusal: "the operation asks for up to 3 objects, more than the 2 of one request; page `topics` with first ≤ 1, or ask for less below it"},
		{name: "cost of a filter", limit: func(l *gate.Limits) { l.Cost = 1 }, fits: filtered(20), large: filtered(21), isOver: "cost", refusal: "the operation asks for up to 2 objects, more than the 1 of one request"},
		{name: "values", limit: func(l *gate.Limits) { l.Values = 3 }, fits: "{ topics(first: 1) { nodes { id } } }", large: "{ topics(first: 2) { nodes { id } } }", isOver: "values", refusal: "the operation asks for up to 4 values of fields, more than the 3 of one request; ask for smaller pages, or for fewer fields in each row"},
		{name: "errors", limit: func(l *gate.Limits) { l.Errors = 1 }, fits: "{ topics { totalCount } }", large: "{ a: topics(first: -1) { totalCount } b: topics(first: -1) { totalCount } }", isOver: "errors", refusal: "and 2 errors more; mend these first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(_ *graphtest.Config, l *gate.Limits) {
				if c.limit != nil {
					c.limit(l)
				}
			})
			if c.toolong == nil {
				c.toolong = c.variables
			}
			for _, err := range s.Post(t, c.fits, c.variables).Errors {
				if err.Extensions.Code == "LIMIT_EXCEEDED" {
					t.Errorf("just within: %s = %+v, want it within the limit", c.fits, err)
				}
			}
			errs := s.Post(t, c.large, c.toolong).Errors
			if len(errs) != 1 || errs[0].Extensions.Code != "LIMIT_EXCEEDED" || errs[0].Extensions.Limit != c.isOver || !strings.HasPrefix(errs[0].Message, c.refusal) {
				t.Errorf("just beyond: %s = %+v, want LIMIT_EXCEEDED by %s: %s", c.large, errs, c.isOver, c.refusal)
			}
		})
	}
}

// A document that is nested deeper than the parser goes is too deep, not broken.
func TestNestingBeyondTheParser(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *graphtest.Config, l *gate.Limits) { l.Depth = 0 })
	for levels, want := range map[int]string{parser.MaxNestingDepth: "Cannot query field", parser.MaxNestingDepth + 1: "the document is nested too deep; ask for fewer levels"} {
		if err := s.Refusal(t, strings.Repeat("{a", levels)+strings.Repeat("}", levels), nil); !strings.HasPrefix(err.Message, want) {
			t.Errorf("%d levels = %+v, want %q", levels, err, want)
		}
	}
}

// A subscription may cost less than a query, because of what may follow.
func TestCostOfEvents(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	refused := s.Refusal(t, `subscription { articlePublished { translations { translations { translations { related(first: 4) { slug } } } } } }`, nil)
	if want := "the operation asks for up to 656 objects, more than the 500 of one event"; !strings.HasPrefix(refused.Message, want) {
		t.Errorf("an event of 656 objects = %+v, want %q", refused, want)
	}
	subscribes := s.Refusal(t, `subscription { articlePublished { translations { translations { related(first: 15) { slug } } } } }`, nil) // 406
	if !strings.HasPrefix(subscribes.Message, "a subscription has more than one answer") {
		t.Errorf("an event of 406 objects = %+v, want it refused for its transport alone", subscribes)
	}
}

// Zero is no limit.
func TestNoLimits(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *graphtest.Config, l *gate.Limits) { *l = gate.Limits{} })
	answer := s.Post(t, `query($in: [String!]) { a: topics(first: 100, filter: {slug: {in: $in, notIn: ["b"]}}) { nodes { slug slug } } }`, graphtest.Variables{"in": []string{"politics", "b"}})
	if want := `{"a":{"nodes":[{"slug":"politics"}]}}`; string(answer.Data) != want {
		t.Errorf("without limits = %s, want %s", answer.Body, want)
	}
	if cost := answer.Extensions.Cost; cost.Max != 0 || cost.Requested != 101 {
		t.Errorf("cost = %+v, want 101 of 0", cost)
	}
	if errs := s.Post(t, `{ a: topics(first: -1) { totalCount } b: topics(first: -1) { totalCount } }`, nil).Errors; len(errs) != 2 {
		t.Errorf("errors without limits = %+v, want both", errs)
	}
}

// Errors come in the order of their paths. Beyond the limit, the last says how many
// are left out.
func TestErrorsOfAResponse(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *graphtest.Config, l *gate.Limits) { l.Errors = 3 })
	wrong := func(aliases ...string) (paths []string, last graphtest.Error) {
		query := ""
		for _, alias := range aliases {
			query += alias + ": topics(first: -1) { totalCount } "
		}
		errs := s.Post(t, "{ "+query+"}", nil).Errors
		for _, err := range errs {
			paths = append(paths, fmt.Sprint(err.Path...))
		}
		return paths, errs[len(errs)-1]
	}
	if got, _ := wrong("c", "a", "b"); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("three errors are at %q, want a, b and c", got)
	}
	got, last := wrong("d", "c", "b", "a")
	if len(got) != 3 || last.Message != "and 2 errors more; mend these first" || last.Extensions.RequestID != graphtest.RequestID {
		t.Errorf("four errors end with %+v at %q, want two and how many more", last, got)
	}
}

// Of very many errors the first thousand are kept, and all are counted.
func TestVeryManyErrors(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *graphtest.Config, l *gate.Limits) { *l = gate.Limits{} })
	query := ""
	for i := range 1001 {
		query += fmt.Sprintf("a%d: topics(first: -1) { totalCount } ", i)
	}
	if errs := s.Post(t, "{ "+query+"}", nil).Errors; len(errs) != 1000 {
		t.Errorf("1001 errors = %d, want 1000 of them", len(errs))
	}
	s = start(t, func(_ *graphtest.Config, l *gate.Limits) { *l = gate.Limits{Errors: 100} })
	errs := s.Post(t, "{ "+query+"}", nil).Errors
	if last := errs[len(errs)-1]; len(errs) != 100 || last.Message != "and 902 errors more; mend these first" {
		t.Errorf("1001 errors = %d, the last %+v, want 100 and that there are 902 more", len(errs), last)
	}
}

// A mutation that would return what the request may not see is refused before it
// writes.
func TestMutationsThatReturnRevisions(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphtest.Config, _ *gate.Limits) {
		c.Actor = graphtest.Editor()
		c.Actor.Drafts = false
	})
	for _, selection := range []string{"article { revisions { totalCount } }", "...f", "... on ArticlePayload { article { revisions { totalCount } } }"} {
		text := `mutation { createArticle(input: {language: "en", title: "Secret"}) { ` + selection + ` } }`
		if selection == "...f" {
			text += " fragment f on ArticlePayload { article { revisions { totalCount } } }"
		}
		if err := s.Refusal(t, text, nil); err.Extensions.Code != "FORBIDDEN" {
			t.Errorf("%s = %+v, want FORBIDDEN", text, err)
		}
	}
	editor := auth.WithActor(t.Context(), graphtest.Editor())
	if _, err := s.Service.Article(editor, model.ArticleBy{Slug: new("secret")}, nil, nil, &model.Plan{}); model.CodeOf(err) != model.ErrorCodeNotFound {
		t.Errorf("the article = %v, want it not written", err)
	}
	s.Data(t, `mutation { createArticle(input: {language: "en", title: "Open"}) { article { title } } }`, nil)
}
