package sql

import (
	"reflect"
	"strings"
	"testing"
)

func TestClauses(t *testing.T) {
	t.Parallel()
	a, b := Text("a = ?", 1), Text("b IN (?, ?)", "x", "y")
	for _, c := range []struct {
		rule string
		got  Clause
		sql  string
		args []any
	}{
		{"a text without arguments", Text("a"), "a", nil},
		{"joined, the arguments in the order of their placeholders", Join(", ", a, b), "a = ?, b IN (?, ?)", []any{1, "x", "y"}},
		{"what is empty is not joined", Join(" ", a, Clause{}, Where(All()), Text("LIMIT 1")), "a = ? LIMIT 1", []any{1}},
		{"where", Where(a), "WHERE a = ?", []any{1}},
		{"nothing joined", Join(", "), "", nil},
		{"all hold", All(a, b), "(a = ? AND b IN (?, ?))", []any{1, "x", "y"}},
		{"one holds", All(a), "(a = ?)", []any{1}},
		{"without conditions all hold", All(), "1 = 1", nil},
		{"what always holds is left out", All(a, Always(), All(), b), "(a = ? AND b IN (?, ?))", []any{1, "x", "y"}},
		{"unless there is nothing else", All(Always(), All()), "1 = 1", nil},
		{"what never holds is left out", Any(Never(), a, Any()), "(a = ?)", []any{1}},
		{"unless there is nothing else that may", Any(Never(), Any()), "1 = 0", nil},
		{"any holds", Any(b, a), "(b IN (?, ?) OR a = ?)", []any{"x", "y", 1}},
		{"without conditions none holds", Any(), "1 = 0", nil},
		{"what is unknown does not hold", Not(a), "NOT COALESCE(a = ?, FALSE)", []any{1}},
		{"a limit", Limit(21), "LIMIT 21", nil},
		{"wrapped", b.Wrap("(", ")"), "(b IN (?, ?))", []any{"x", "y"}},
		{"a part of a text", Like("t", "%", "a", "%"), `t LIKE ? ESCAPE '\'`, []any{"%a%"}},
		{"its beginning", Like("t", "", "a", "%"), `t LIKE ? ESCAPE '\'`, []any{"a%"}},
		{"with what patterns are made of", Like("t", "%", `50%_\`, ""), `t LIKE ? ESCAPE '\'`, []any{`%50\%\_\\`}},
		{"NUL is in no text", Like("t", "%", "a\x00b", "%"), "1 = 0", nil},
		{"the longest pattern", Like("t", "", strings.Repeat("a", maxPattern), ""), `t LIKE ? ESCAPE '\'`, []any{strings.Repeat("a", maxPattern)}},
		{"one that is longer is in no text", Like("t", "", strings.Repeat("a", maxPattern), "%"), "1 = 0", nil},
	} {
		if c.got.SQL != c.sql || !reflect.DeepEqual(c.got.Args, c.args) {
			t.Errorf("%s: %.60q %.60v, want %.60q %.60v", c.rule, c.got.SQL, c.got.Args, c.sql, c.args)
		}
	}
}
