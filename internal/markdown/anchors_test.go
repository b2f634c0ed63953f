package markdown

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestAnchors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, markdown, want string }{
		{"a heading is called as slugs are made", "## المصادر والمراجع", `<h2 id="p-المصادر-والمراجع">المصادر والمراجع</h2>`},
		{"vowel signs and marks make no difference", "# **المَصادر**\u200f!", `<h1 id="p-المصادر"><strong>المَصادر</strong>` + "\u200f!</h1>"},
		{"headings of one text are numbered", "# أ\n# أ\n# أ-2\n# أ", `<h1 id="p-أ">أ</h1><h1 id="p-أ-2">أ</h1><h1 id="p-أ-2-2">أ-2</h1><h1 id="p-أ-3">أ</h1>`},
		{"a heading without letters is a section", "# …\n# !", `<h1 id="p-section">…</h1><h1 id="p-section-2">!</h1>`},
		{"a heading underlined", "أ\n===", `<h1 id="p-أ">أ</h1>`},
		{"a heading in HTML", "<h2>أ</h2>", `<h2 id="p-أ">أ</h2>`},
		{"the writer's id is kept", `<h2 id="sources">أ</h2>`, `<h2 id="p-sources">أ</h2>`},
		{"and no heading gets it", "# sources\n\n" + `<p id="sources">أ</p>`, `<h1 dir="auto" id="p-sources-2">sources</h1><p id="p-sources">أ</p>`},
		{"links within lead to ids", `<h2 id="sources">أ</h2>` + "\n\n[اذهب](#sources)", `<h2 id="p-sources">أ</h2><p><a href="#p-sources" rel="noopener">اذهب</a></p>`},
		{"links within lead to headings", "[اذهب](#المصادر)\n\n# المصادر", `<p><a href="#p-المصادر" rel="noopener">اذهب</a></p><h1 id="p-المصادر">المصادر</h1>`},
		{"as people write them", "[a](#Sources) [b](#المَصادر)\n\n# Sources\n# المصادر", `<p dir="auto"><a href="#p-sources" rel="noopener">a</a> <a href="#p-المصادر" rel="noopener">b</a></p><h1 dir="auto" id="p-sources">Sources</h1><h1 id="p-المصادر">المصادر</h1>`},
		{"links to the page stay", "[أ](#comments) [ج](/x#أ)\n\n# أ", `<p><a href="#comments" rel="noopener">أ</a> <a href="/x#%D8%A3" rel="noopener">ج</a></p><h1 id="p-أ">أ</h1>`},
		{"marks and notes in HTML", `<p>نص<sup id="r1"><a href="#n1">1</a></sup></p><p id="n1">مصدر <a href="#r1">↩</a></p>`, `<p>نص<sup id="p-r1"><a href="#p-n1" rel="noopener">1</a></sup></p><p id="p-n1">مصدر <a href="#p-r1" rel="noopener">↩</a></p>`},
		{"names of HTML 4", `<p><a name="أ">أ</a> <a href="#أ">ب</a></p>`, `<p><a id="p-أ">أ</a> <a href="#p-أ" rel="noopener">ب</a></p>`},
		{"names with colons and dots, as other programs make them", `<p id="fn:1">أ</p><p id="cite_note-a.b(1)">ب</p><a href="#cite_note-a.b(1)">ج</a>`, `<p id="p-fn:1">أ</p><p id="p-cite_note-a.b(1)">ب</p><a href="#p-cite_note-a.b(1)" rel="noopener">ج</a>`},
		{"the first of two keeps its id", `<p id="a">أ</p><p id="a">ب</p>`, `<p id="p-a">أ</p><p>ب</p>`},
		{"what is no id goes", `<p id="a b">أ</p><p id="">ب</p>`, `<p>أ</p><p>ب</p>`},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := r.HTML(tt.markdown, Page{Language: "ar", Prefix: "p-"})
			got := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(page, `<div dir="rtl" lang="ar">`), "</div>"), "\n", "")
			if got != tt.want {
				t.Errorf("HTML(%q) = %q, want %q", tt.markdown, got, tt.want)
			}
		})
	}
}

func TestFootnotes(t *testing.T) {
	t.Parallel()
	const mark, back = `<sup id="p-fnref:1"><a href="#p-fn:1" role="doc-noteref" rel="noopener">1</a></sup>`, "\u00a0" + `<a href="#p-fnref:1" role="doc-backlink" rel="noopener">↩︎</a>`
	notes := func(items string) string { return `<div role="doc-endnotes"><hr/><ol>` + items + `</ol></div>` }
	tests := []struct{ name, markdown, want, plain string }{
		{"a note", "نص[^1]\n\n[^1]: مصدر", `<p>نص` + mark + `</p>` + notes(`<li id="p-fn:1"><p>مصدر`+back+`</p></li>`), "نص\n\nمصدر"},
		{"a note of several words, with a link", "نص[^a] آخر\n\n[^a]: انظر [هنا](/x).", `<p>نص` + mark + ` آخر</p>` + notes(`<li id="p-fn:1"><p>انظر <a href="/x" rel="noopener">هنا</a>.`+back+`</p></li>`), "نص آخر\n\nانظر هنا."},
		{"an Arabic label", "نص[^مصدر]\n\n[^مصدر]: أ", `<p>نص` + mark + `</p>` + notes(`<li id="p-fn:1"><p>أ`+back+`</p></li>`), "نص\n\nأ"},
		{
			"a note that is referred to twice", "أ[^1] ب[^1]\n\n[^1]: ج",
			`<p>أ` + mark + ` ب<sup id="p-fnref1:1"><a href="#p-fn:1" role="doc-noteref" rel="noopener">1</a></sup></p>` +
				notes(`<li id="p-fn:1"><p>ج`+back+"\u00a0"+`<a href="#p-fnref1:1" role="doc-backlink" rel="noopener">↩︎</a></p></li>`), "أ ب\n\nج",
		},
		{
			"a note to which nothing refers is kept", "أ[^1]\n\n[^0]: منسي\n[^1]: ب",
			`<p>أ` + mark + `</p>` + notes(`<li id="p-fn:1"><p>ب`+back+`</p></li><li id="p-fn:2"><p>منسي</p></li>`), "أ\n\nب\nمنسي",
		},
		{
			"a note in a note is one beside it", "أ[^1]\n\n[^1]: ب[^2]\n\n    [^2]: ج",
			`<p>أ` + mark + `</p>` + notes(`<li id="p-fn:1"><p>ب<sup id="p-fnref:2"><a href="#p-fn:2" role="doc-noteref" rel="noopener">2</a></sup>`+back+`</p></li>`+
				`<li id="p-fn:2"><p>ج`+"\u00a0"+`<a href="#p-fnref:2" role="doc-backlink" rel="noopener">↩︎</a></p></li>`), "أ\n\nب\nج",
		},
		{"a note in a quote", "أ[^1]\n\n> [^1]: ب", `<p>أ` + mark + `</p><blockquote></blockquote>` + notes(`<li id="p-fn:1"><p>ب`+back+`</p></li>`), "أ\n\nب"},
		{"nothing but a note", "[^1]: منسي", notes(`<li id="p-fn:1"><p>منسي</p></li>`), "منسي"},
		{"a mark without a note is text", "نص[^1]", "<p>نص[^1]</p>", "نص[^1]"},
		{"marks in HTML are no words", `نص<sup><a href="#n1">1</a></sup>، م<sup>2</sup>`, `<p>نص<sup><a href="#n1" rel="noopener">1</a></sup>، م<sup>2</sup></p>`, "نص، م2"},
		{"a mark in a heading is no part of its id", "# أ[^1]\n\n[^1]: ب", `<h1 id="p-أ">أ` + mark + `</h1>` + notes(`<li id="p-fn:1"><p>ب`+back+`</p></li>`), "أ\n\nب"},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := r.HTML(tt.markdown, Page{Language: "ar", Prefix: "p-"})
			got := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(page, `<div dir="rtl" lang="ar">`), "</div>"), "\n", "")
			if got != tt.want {
				t.Errorf("HTML(%q) =\n%q, want\n%q", tt.markdown, got, tt.want)
			}
			if got := r.Plain(tt.markdown); got != tt.plain {
				t.Errorf("Plain(%q) = %q, want %q", tt.markdown, got, tt.plain)
			}
		})
	}
}

// Whatever a body is, its ids are different from each other and have the prefix, and so have
// the links that lead to them.
func FuzzAnchors(f *testing.F) {
	for _, s := range []string{
		"# a\n# a\n[b](#a)", "a[^1] b[^2]\n\n[^1]: c\n[^2]: d[^1]", `<p id="a">b</p><a name=a href="#a">c</a>`, "# fn:1\n\na[^1]\n\n[^1]: b",
		`<p id="fn:1">a</p>b[^1]` + "\n\n[^1]: c", "[a](#%61)\n\n# a", "# a-2\n# a\n# a", "<h1><h2>a</h1>", "[a](#a%zz)",
	} {
		f.Add(s)
	}
	r := NewRenderer()
	f.Fuzz(func(t *testing.T, markdown string) {
		page := r.HTML(markdown, Page{Language: "ar", Prefix: "p-"})
		document, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for n := range document.Descendants() {
			if id := attribute(n, "id"); id != "" {
				if ids[id] || !strings.HasPrefix(id, "p-") {
					t.Errorf("HTML(%q) = %q, which has the id %q", markdown, page, id)
				}
				ids[id] = true
			} else if isHeading(n) {
				t.Errorf("HTML(%q) = %q, which has a heading without an id", markdown, page)
			}
		}
		for _, link := range regexp.MustCompile(`href="#(p-[^"]*)"`).FindAllStringSubmatch(page, -1) {
			if target := html.UnescapeString(link[1]); !ids[target] && !strings.Contains(markdown, "p-") {
				t.Errorf("HTML(%q) = %q, which links to %q", markdown, page, target)
			}
		}
	})
}
