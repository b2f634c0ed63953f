package arrows

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"
	"testing"
)

// source is a Go file that people write and read.
type source struct {
	name   string // path from the root of the tree, with slashes
	syntax *ast.File
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// handWritten parses every Go file of the tree except generated ones.
func handWritten(t *testing.T, tree fs.FS) (sources []source, files *token.FileSet) {
	t.Helper()
	files = token.NewFileSet()
	err := eachGoFile(tree, func(name string) error {
		if within(name, "graph/gen") || strings.HasSuffix(name, "_gen.go") {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		sources = append(sources, source{name, syntax})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources, files
}

// eachGoFile calls do for every Go file that belongs to the module.
func eachGoFile(tree fs.FS, do func(name string) error) error {
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipForeign(tree, name)
		case path.Ext(name) != ".go":
			return nil
		}
		return do(name)
	})
}

// skipForeign leaves out the directories that the go command leaves out of
// ./..., and modules of their own, such as tools.
func skipForeign(tree fs.FS, dir string) error {
	if dir == "." {
		return nil
	}
	base := path.Base(dir)
	if base == "node_modules" || base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	_, err := fs.Stat(tree, path.Join(dir, "go.mod"))
	if err == nil {
		return fs.SkipDir
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
