package match

import "testing"

func TestExpressions(t *testing.T) {
	t.Parallel()
	a, b, c := Term("a"), Term("b"), Term("c")
	for _, e := range []struct {
		rule           string
		expression     Expression
		fts5, postgres string
	}{
		{"a term", a, `"a"`, `('a')`},
		{"a phrase", Phrase([]string{"a", "b"}), `"a b"`, `('a' <-> 'b')`},
		{"all", All(a, b), `("a" AND "b")`, `(('a') & ('b'))`},
		{"any", Any(a, b, c), `("a" OR "b" OR "c")`, `(('a') | ('b') | ('c'))`},
		{"of one, all and any are itself", All(Any(a)), `"a"`, `('a')`},
		{"within each other", All(a, Any(b, c)), `("a" AND ("b" OR "c"))`, `(('a') & (('b') | ('c')))`},
		{"without others", a.Without([]Expression{b, c}), `("a" NOT ("b" OR "c"))`, `(('a') & !(('b') | ('c')))`},
		{"without none", a.Without(nil), `"a"`, `('a')`},
		{"quotes and operators are letters", Phrase([]string{`a" OR "b`, `it's \`}), `"a"" OR ""b it's \"`, `('a" OR "b' <-> 'it''s \\')`},
	} {
		if got := e.expression.FTS5(); got != e.fts5 {
			t.Errorf("%s: FTS5() = %s, want %s", e.rule, got, e.fts5)
		}
		if got := e.expression.TSQuery(); got != e.postgres {
			t.Errorf("%s: TSQuery() = %s, want %s", e.rule, got, e.postgres)
		}
		if e.expression.Empty() {
			t.Errorf("%s: it is empty", e.rule)
		}
	}
	for rule, e := range map[string]Expression{"the zero expression": {}, "all of none": All(), "any of none": Any()} {
		if !e.Empty() {
			t.Errorf("%s is not empty", rule)
		}
	}
}
