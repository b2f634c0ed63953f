package arrows

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// maxKnot is how many files of a package may use each other in a circle. Whoever
// reads one file of a knot has to read all of them. Only model is free: it has a
// file for each noun, and they refer to each other as the nouns do.
const maxKnot = 10

// knotted are the packages whose largest knot still exceeds maxKnot, with its
// size. A package that no longer has such a knot must leave the list.
func knotted() map[string]int {
	return map[string]int{}
}

func TestFilesOfAPackageFormSmallKnots(t *testing.T) {
	t.Parallel()
	allowed := knotted()
	for dir, uses := range usesBetweenFiles(t, os.DirFS("../..")) {
		if dir == "model" {
			continue
		}
		knot := largestKnot(uses)
		if most := max(maxKnot, allowed[dir]); len(knot) > most {
			t.Errorf("in %s, %d files use each other in a circle, want at most %d: %s; move what several of them need into a file that uses none of them",
				dir, len(knot), most, strings.Join(knot, " "))
		}
		if len(knot) > maxKnot {
			delete(allowed, dir)
		}
	}
	for dir := range allowed {
		t.Errorf("%s has no knot above %d files: remove it from knotted", dir, maxKnot)
	}
}

// fileUses maps a file to the files that it uses.
type fileUses map[string]map[string]bool

// usesBetweenFiles returns the uses within each package, tests left out. A file
// uses another when it mentions a name that the other declares at package level,
// a method or a struct field. Names are resolved by the type checker without the
// packages that are imported, which takes a tenth of the time; lost are the few
// uses on values that only an imported package gives a type, such as the element
// type of what slices.Clone returns.
func usesBetweenFiles(t *testing.T, tree fs.FS) map[string]fileUses {
	t.Helper()
	sources, files := handWritten(t, tree)
	packages := map[string][]*ast.File{}
	for _, s := range sources {
		if !s.isTest() {
			packages[path.Dir(s.name)] = append(packages[path.Dir(s.name)], s.syntax)
		}
	}
	uses := map[string]fileUses{}
	for dir, syntax := range packages {
		uses[dir] = usesWithin(dir, syntax, files)
	}
	return uses
}

func usesWithin(dir string, syntax []*ast.File, files *token.FileSet) fileUses {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}} // every import is an error, and no reason to stop
	pkg, _ := config.Check(dir, files, syntax, info)
	uses := fileUses{}
	for name, object := range info.Uses {
		if object.Pkg() != pkg {
			continue
		}
		from, to := path.Base(files.Position(name.Pos()).Filename), path.Base(files.Position(object.Pos()).Filename)
		if from == to { // as for every local name
			continue
		}
		if uses[from] == nil {
			uses[from] = map[string]bool{}
		}
		uses[from][to] = true
	}
	return uses
}

// noImports makes the type checker treat all that comes from other packages as
// unknown.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) {
	return nil, errors.New("imports are left out")
}

// largestKnot returns the largest set of files of which each reaches every other
// one; a single file when no two do.
func largestKnot(uses fileUses) (largest []string) {
	reached := map[string]map[string]bool{}
	for file := range uses {
		reached[file] = map[string]bool{}
		reach(uses, file, reached[file])
	}
	for _, file := range slices.Sorted(maps.Keys(reached)) {
		var knot []string
		for other := range reached {
			if other == file || reached[file][other] && reached[other][file] {
				knot = append(knot, other)
			}
		}
		if len(knot) > len(largest) {
			largest = knot
		}
	}
	slices.Sort(largest)
	return largest
}

// reach adds every file that a file uses, directly or through others.
func reach(uses fileUses, file string, reached map[string]bool) {
	for next := range uses[file] {
		if !reached[next] {
			reached[next] = true
			reach(uses, next, reached)
		}
	}
}

func TestLargestKnot(t *testing.T) {
	t.Parallel()
	const alone = "package p\n\n"
	cases := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"uses in one direction are none", map[string]string{"a.go": "var A = B", "b.go": "var B = C", "c.go": "var C = 1"}, "a.go"},
		{"two that use each other", map[string]string{"a.go": "func A() { B() }", "b.go": "func B() { A() }", "c.go": "func C() { A() }"}, "a.go b.go"},
		{"a circle of three", map[string]string{"a.go": "func A() { B() }", "b.go": "func B() { C() }", "c.go": "func C() { A() }"}, "a.go b.go c.go"},
		{"two circles that share a file are one", map[string]string{"a.go": "func A() { B() }", "b.go": "func B() { A(); C() }", "c.go": "func C() { B() }"}, "a.go b.go c.go"},
		{"two circles apart are two", map[string]string{"a.go": "func A() { B() }", "b.go": "func B() { A() }", "c.go": "func C() { D(); A() }", "d.go": "func D() { C() }"}, "a.go b.go"},
		{"a method counts", map[string]string{"a.go": "type A struct{}\nfunc f(a A) { a.B() }", "b.go": "func (A) B() {}"}, "a.go b.go"},
		{"a field counts", map[string]string{"a.go": "type A struct{ field int }\nvar x = b()", "b.go": "func b() int { return any(nil).(interface{ c() A }).c().field }", "c.go": "var y = x"}, "a.go b.go"},
		{"a local name does not", map[string]string{"a.go": "func A() { B := 1; _ = B }", "b.go": "func B() { A() }"}, "b.go"},
		{"nor does a field of another type with the same name", map[string]string{"a.go": "func A() { _ = struct{ B int }{}.B }", "b.go": "func B() { A() }"}, "b.go"},
		{"a name of another package does not", map[string]string{"a.go": "import \"io\"\nfunc A() { io.B() }", "b.go": "func B() { A() }"}, "b.go"},
		{"a test does not", map[string]string{"a.go": "func A() {}", "a_test.go": "func T() { A(); B() }", "b.go": "func B() { A() }"}, "b.go"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{}
			for name, text := range c.files {
				tree["p/"+name] = &fstest.MapFile{Data: []byte(alone + text)}
			}
			if got := strings.Join(largestKnot(usesBetweenFiles(t, tree)["p"]), " "); got != c.want {
				t.Errorf("largest knot of %v = %q, want %q", c.files, got, c.want)
			}
		})
	}
}
