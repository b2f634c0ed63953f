package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func TestLosses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, markdown string
		want           []string
	}{
		{"nothing of an ordinary body", "# أ\n\nو**«ب»**[^1] [ج](https://x.org) <tel:+964> ![د](/a.png)\n\n١. ه\n\n```go\nx\n```\n\n|a|\n|-|\n|b|\n\n[^1]: و", nil},
		{"nothing of allowed HTML", `<p id="a" dir="rtl" lang="ar">أ <a href="/b" rel="nofollow">ب</a><a name="c"></a></p><video src="a.mp4" controls></video>`, nil},
		{"nothing without HTML and links", "a b c", nil},
		{"an element, whose text stays", "أ\n\n<font color=red>ب</font>", []string{"3 ×1 `<font>` is left out; the text in it stays"}},
		{"an element, with what is in it", "<script>x()</script>\n\n<iframe src=\"https://x.org\"></iframe>", []string{"1 ×1 `<script>` is left out, with what is in it", "3 ×1 `<iframe>` is left out, with what is in it"}},
		{"a tag that does not end", "أ\n\n<p title=\"ب\n\nج", []string{"3 ×1 \"<p title=\\\"ب\" does not end, and is left out with what follows it"}},
		{"the language of code, if it is none", "```go\na\n```\n\n```x!\nb\n```", []string{"5 ×1 `class=\"language-x!\"` of `<code>` is left out"}},
		{"elements within a line", "أ <u>ب</u>\nج <marquee>د</marquee>", []string{"2 ×1 `<marquee>` is left out; the text in it stays"}},
		{"elements in a quote and a list", "> أ\n> <font>ب</font>\n\n- ج\n\n  <font>د</font>", []string{"2 ×2 `<font>` is left out; the text in it stays"}},
		{"the second line of a block", "<div>\n<p onclick=\"x()\">أ</p>\n<p style=\"color:red\">ب</p>\n</div>", []string{"2 ×1 `onclick=\"x()\"` of `<p>` is left out", "3 ×1 `style=\"color:red\"` of `<p>` is left out"}},
		{"an attribute over several lines", "<div\n  class=\"a\">أ</div>", []string{"1 ×1 `class=\"a\"` of `<div>` is left out"}},
		{"the same again is counted", "<p class=\"a\">أ</p>\n<p class=\"a\">ب</p>\n<p class=\"b\">ج</p>", []string{"1 ×2 `class=\"a\"` of `<p>` is left out", "3 ×1 `class=\"b\"` of `<p>` is left out"}},
		{"addresses of Markdown", "أ\n[ب](javascript:x) ![ج](data:image/png;base64,AA==)\n<ftp://x.org>", []string{
			"2 ×1 `href=\"javascript:x\"` of `<a>` is left out", "2 ×1 `src=\"data:image/png;base64,AA==\"` of `<img>` is left out", "3 ×1 `href=\"ftp://x.org\"` of `<a>` is left out",
		}},
		{"addresses of references", "أ [ب]\n\n[ب]: vbscript:x", []string{"1 ×1 `href=\"vbscript:x\"` of `<a>` is left out"}},
		{"an address that is none", "[أ](http://[::1)", []string{"1 ×1 `href=\"http://%5B::1\"` of `<a>` is left out"}},
		{"addresses of media", `<video src="ftp://x/a.mp4" autoplay></video>`, []string{"1 ×1 `src=\"ftp://x/a.mp4\"` of `<video>` is left out", "1 ×1 `autoplay=\"\"` of `<video>` is left out"}},
		{"opener", `<a href="/a" rel="Opener me">أ</a>`, []string{"1 ×1 `rel=\"Opener me\"` of `<a>` is left out"}},
		{"comments", "أ <!-- ب --> ج\n\n<!-- د -->", []string{"1 ×2 a comment is left out"}},
		{"an id that stands twice", "<p id=\"a\">أ</p>\n<p id=\"a\">ب</p>", []string{"2 ×1 `id=\"a\"` is left out: an element before has it"}},
		{"an id that is none", `<p id="a b">أ</p>`, []string{"1 ×1 `id=\"a b\"` of `<p>` is left out"}},
		{"long values are cut", `<img src="data:` + strings.Repeat("x", 100) + `">`, []string{"1 ×1 `src=\"data:" + strings.Repeat("x", 55) + "…\"` of `<img>` is left out"}},
		{"in footnotes", "أ[^1]\n\n[^1]: <font>ب</font>", []string{"3 ×1 `<font>` is left out; the text in it stays"}},
		{"nothing in code", "`<font>`\n\n    <script>", nil},
		{"the formatting of deep quotes", strings.Repeat(">", 101) + "a", []string{"1 ×1 the body is nested too deeply; its source is shown"}},
		{"the formatting of deep lists", strings.Repeat("١. ", 101) + "a", []string{"1 ×1 the body is nested too deeply; its source is shown"}},
		{"the formatting of deep elements", strings.Repeat("<div>", 513) + "a", []string{"1 ×1 the body is nested too deeply; its source is shown"}},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, l := range r.Losses(tt.markdown) {
				got = append(got, fmt.Sprintf("%d ×%d %s", l.Line, l.Count, l.Message))
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("Losses(%.200q) =\n%q, want\n%q", tt.markdown, got, tt.want)
			}
		})
	}
}

func TestLossesAreBounded(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	for i := range 100 {
		fmt.Fprintf(&body, "<x-%d>\n\n", i)
	}
	losses := NewRenderer().Losses(body.String())
	last := losses[len(losses)-1]
	if len(losses) != MaxLosses || last.Kind != LostMore || last.Count != 100-(MaxLosses-1) || last.Line != 2*(MaxLosses-1)+1 {
		t.Errorf("Losses of 100 = %d, the last %+v, want %d and a last one of all others", len(losses), last, MaxLosses)
	}
}

// Whatever the sanitiser takes away is told.
func FuzzLosses(f *testing.F) {
	for _, s := range []string{
		"<b onclick=x>a</b> <font>b</font>", "[a](javascript:b) ![c](data:d)", "<ftp://a> <!-- b -->", "<object><p>a</p></object>", "a[^1]\n\n[^1]: <i class=b>c",
		"<script>a</script>\n\n<style>b", "|a|\n|-|\n|<u style=b>|", "<a>b</a><a href>c</a>", "<video><source><track src=//a>", "> <p\n> title=a>", "# a <b id='c d'>",
		"[a]: javascript:b\n[a]", "[a](https://x.org/ب?c=d#e \"f\") [g](/h) [i](mailto:j@k.l)", "[a](http://b:c) [d](//e) [f](/g%zz)", "[a](\n/b) ![c](/d)", "```a b\nc\n```", "1000000000. a", "<ol start=x><li value=-1>", "<?a?> <!A> <![CDATA[a]]>",
	} {
		f.Add(s)
	}
	r := NewRenderer()
	f.Fuzz(func(t *testing.T, markdown string) {
		if tooDeep(markdown) || !utf8.ValidString(markdown) {
			t.Skip()
		}
		var page bytes.Buffer
		if err := r.markdown.Convert([]byte(markdown), &page); err != nil {
			t.Fatal(err)
		}
		before, after := tagsOf(page.String()), tagsOf(r.policy.Sanitize(page.String()))
		if losses := r.Losses(markdown); len(losses) == 0 && !slices.Equal(before, after) {
			t.Errorf("Losses(%q) = none, but %q became %q", markdown, before, after)
		}
	})
}

// tagsOf lists the start tags of a page with the names of their attributes, and its comments.
func tagsOf(page string) (tags []string) {
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return tags
		case html.CommentToken, html.DoctypeToken:
			tags = append(tags, "comment")
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			tag := token.Data
			for _, a := range token.Attr {
				if !strings.HasPrefix(a.Val, "footnote") { // goldmark's own classes
					tag += " " + a.Key
				}
			}
			if !slices.Contains([]string{"a", "img", "source", "track"}, tag) { // which are nothing without attributes
				tags = append(tags, tag)
			}
		}
	}
}
