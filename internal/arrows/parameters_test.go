package arrows

import (
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// maxParameters is how many parameters a function may declare. The receiver is
// not counted.
const maxParameters = 5

// longSignatures are the functions that still exceed maxParameters. A function
// that no longer does must leave the list.
func longSignatures() []string {
	return []string{}
}

func TestFunctionsTakeAtMostFiveParameters(t *testing.T) {
	t.Parallel()
	found := overlong(t, os.DirFS("../.."))
	for _, function := range slices.Sorted(maps.Keys(found)) {
		if !slices.Contains(longSignatures(), function) {
			t.Errorf("%s takes %d parameters, want at most %d: put those that belong together into a struct", function, found[function], maxParameters)
		}
	}
	for _, function := range longSignatures() {
		if found[function] == 0 {
			t.Errorf("%s takes at most %d parameters now: remove it from longSignatures", function, maxParameters)
		}
	}
}

// overlong returns the number of parameters of every function that exceeds
// maxParameters, keyed by file and name. It counts functions and methods in
// tests and elsewhere, but neither function literals nor resolvers, whose
// parameters are the arguments of a field in the schema.
func overlong(t *testing.T, tree fs.FS) map[string]int {
	t.Helper()
	found := map[string]int{}
	sources, _ := handWritten(t, tree)
	for _, s := range sources {
		for _, declaration := range s.syntax.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Recv != nil && strings.HasSuffix(s.name, ".resolvers.go") {
				continue
			}
			if n := function.Type.Params.NumFields(); n > maxParameters {
				found[fmt.Sprintf("%s %s", s.name, function.Name.Name)] = n
			}
		}
	}
	return found
}

func TestOverlongFindsLongSignatures(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file, text string
		want             map[string]int
	}{
		{"five parameters are allowed", "model/a.go", "func f(a, b int, c, d, e string) {}", map[string]int{}},
		{"six are not", "model/a.go", "func f(a, b, c int, d, e, g string) {}", map[string]int{"model/a.go f": 6}},
		{"unnamed ones count", "model/a.go", "func f(int, int, int, int, int, ...int) {}", map[string]int{"model/a.go f": 6}},
		{"a receiver does not count", "model/a.go", "func (t T) f(a, b, c, d, e int) {}", map[string]int{}},
		{"a method is held to it", "model/a.go", "func (t T) f(a, b, c, d, e, g int) {}", map[string]int{"model/a.go f": 6}},
		{"a test is held to it", "model/a_test.go", "func f(a, b, c, d, e, g int) {}", map[string]int{"model/a_test.go f": 6}},
		{"a resolver follows the schema", "graph/a.resolvers.go", "func (t T) f(a, b, c, d, e, g int) {}", map[string]int{}},
		{"a helper beside it does not", "graph/a.resolvers.go", "func f(a, b, c, d, e, g int) {}", map[string]int{"graph/a.resolvers.go f": 6}},
		{"generated code is left alone", "graph/gen/a.go", "func f(a, b, c, d, e, g int) {}", map[string]int{}},
		{"wherever it is", "model/models_gen.go", "func f(a, b, c, d, e, g int) {}", map[string]int{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := overlong(t, fstest.MapFS{c.file: {Data: []byte("package p\n\n" + c.text)}})
			if !maps.Equal(got, c.want) {
				t.Errorf("overlong(%s) = %v, want %v", c.text, got, c.want)
			}
		})
	}
}
