// Package links holds one test: that every relative link in the documentation, and
// every page that a comment names, exists.
package links

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// page is what the check needs of one Markdown file.
type page struct {
	links  []string
	anchor map[string]bool // the headings, as GitHub names them in fragments
}

var (
	// written matches the files that people write and that may name a page.
	written = regexp.MustCompile(`(?:\.(?:md|go|graphqls|sql|m?jsx?|ya?ml)|Makefile|^scripts/[\w-]+|^\.ci/.*)$`)
	// mention is the path of a page, NNNN-name.md aside.
	mention = regexp.MustCompile(`\bdocs/[\w./-]+\.md\b`)
)

// read parses a Markdown file. Code blocks hold no links.
func read(source []byte) page {
	p := page{anchor: map[string]bool{}}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // never fails
		switch n := n.(type) {
		case *ast.Heading:
			if entering {
				p.addHeading(plain(n, source))
			}
		case *ast.Link:
			if entering {
				p.links = append(p.links, string(n.Destination))
			}
		case *ast.Image:
			if entering {
				p.links = append(p.links, string(n.Destination))
			}
		}
		return ast.WalkContinue, nil
	})
	return p
}

// plain is the text of a node without its markup.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// addHeading notes a heading by the name that GitHub gives it: lower case, spaces
// as hyphens, without punctuation, and a number where the name is taken.
func (p page) addHeading(heading string) {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	unique := name
	for i := 1; p.anchor[unique]; i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	p.anchor[unique] = true
}

// check returns a sentence for each link and each mention that leads nowhere.
func check(tree fs.FS) ([]string, error) {
	pages := map[string]page{}
	var wrong []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch name {
			case ".git", "graph/gen", "internal/links": // this test names pages that are not there
				return fs.SkipDir
			}
			if d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !written.MatchString(name) {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".md" {
			pages[name] = read(source)
		}
		for _, m := range mention.FindAllString(string(source), -1) {
			if !exists(tree, m) && !strings.Contains(m, "NNNN") {
				wrong = append(wrong, fmt.Sprintf("%s names %s, which does not exist", name, m))
			}
		}
		return nil
	})
	for name, p := range pages {
		for _, link := range p.links {
			if why := broken(tree, pages, name, link); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s links to %s: %s", name, link, why))
			}
		}
	}
	slices.Sort(wrong)
	return wrong, err
}

// broken says why a link leads nowhere, and nothing when it leads somewhere or
// out of the repository.
func broken(tree fs.FS, pages map[string]page, from, link string) string {
	to, err := url.Parse(link)
	if err != nil {
		return err.Error()
	}
	if to.Scheme != "" || to.Host != "" {
		return ""
	}
	target := from
	if to.Path != "" {
		target = path.Join(path.Dir(from), to.Path)
	}
	if path.IsAbs(to.Path) || !exists(tree, target) {
		return "no such file"
	}
	if to.Fragment != "" && !pages[target].anchor[to.Fragment] {
		return "no such heading"
	}
	return ""
}

func exists(tree fs.FS, name string) bool {
	_, err := fs.Stat(tree, name)
	return err == nil
}

func TestLinksOfTheDocumentationLeadSomewhere(t *testing.T) {
	t.Parallel()
	wrong, err := check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const elsewhere = "# Élan vital, `go` & [more](b.md)!\n\n## Same\n\n## Same\n"
	for _, c := range []struct{ name, text, want string }{
		{"a file that is there", "[b](b.md)", ""},
		{"a folder", "[b](sub/)", ""},
		{"a file that is not there", "[b](c.md)", "docs/a.md links to c.md: no such file"},
		{"an image that is not there", "![b](c.png)", "docs/a.md links to c.png: no such file"},
		{"a path from the root of the site", "[b](/b.md)", "docs/a.md links to /b.md: no such file"},
		{"a heading of another file", "[b](b.md#élan-vital-go--more)", ""},
		{"the second of two equal headings", "[b](b.md#same-1)", ""},
		{"a heading that is not there", "[b](b.md#same-2)", "docs/a.md links to b.md#same-2: no such heading"},
		{"a heading of its own", "# Here\n\n[b](#here)", ""},
		{"none of its own headings", "# Here\n\n[b](#there)", "docs/a.md links to #there: no such heading"},
		{"another site", "[b](https://example.org/c.md#d)", ""},
		{"code", "`[b](c.md)`\n\n```\n[b](c.md)\n```\n", ""},
		{"a page named in a text", "See docs/b.md.", ""},
		{"a page that is not there, named in a text", "See docs/c.md.", "docs/a.md names docs/c.md, which does not exist"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{"docs/a.md": {Data: []byte(c.text)}, "docs/b.md": {Data: []byte(elsewhere)}, "docs/sub/d.md": {}}
			wrong, err := check(tree)
			if got := strings.Join(wrong, "\n"); err != nil || got != c.want {
				t.Errorf("check(%q) = %q, %v, want %q", c.text, got, err, c.want)
			}
		})
	}
}
