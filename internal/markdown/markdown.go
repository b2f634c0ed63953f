// Package markdown turns the bodies of articles from Markdown into HTML that is safe to
// show, and into plain text.
package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/bidi"

	"github.com/diwan-cms/diwan/internal/text"
)

// Renderer renders article bodies as HTML and as plain text. Bodies are CommonMark with
// tables and strikethrough, and may contain HTML. A Renderer is safe for concurrent use.
type Renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

// NewRenderer builds a Renderer. As that takes about 200 µs, build one and keep it.
func NewRenderer() *Renderer {
	return &Renderer{
		markdown: goldmark.New(
			goldmark.WithExtensions(
				extension.Strikethrough,
				extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			),
			// Raw HTML passes here because the policy below decides about it.
			goldmark.WithRendererOptions(goldhtml.WithUnsafe()),
		),
		policy: newPolicy(),
	}
}

// HTML renders a body whose language is given by its BCP 47 tag. The result is one div with
// the language and its direction, so that an Arabic article reads from right to left on any
// page. A paragraph, heading, list item or table cell that is mostly written in the other
// direction gets dir="auto".
//
// The result is safe to show to anyone, whoever wrote the body: it has no scripts, styles,
// classes, ids, forms or embedded documents; links lead to http, https, mailto or relative
// addresses, images come from http, https or relative ones, and every tag is closed within
// the div. Elements that are not allowed are removed, but their text stays. A body that is
// nested deeper than HTML parsers accept (512 elements), or that opens more than 100 quotes
// at once, is shown as its source.
//
// 2 kB of an ordinary body take about 1 ms. A hostile body can take much longer, as parts of
// goldmark are quadratic: limit the length of what you accept with [text.CheckText].
func (r *Renderer) HTML(markdown, language string) string {
	rtl := text.IsRTL(language)
	root := r.tree(markdown)
	finish(root, rtl)
	root.Attr = []html.Attribute{{Key: "dir", Val: direction(rtl)}, {Key: "lang", Val: language}}

	var page strings.Builder
	// A strings.Builder never fails, and the tree holds only elements that html.Parse can
	// return.
	_ = html.Render(&page, root)
	return page.String()
}

// tree renders and sanitizes a body and parses the result, which closes the tags that the
// writer left open and drops end tags that would close elements around the body. Parsing
// after sanitizing is safe here because no element that the policy allows changes how its
// content is parsed.
func (r *Renderer) tree(markdown string) *html.Node {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	if quotedTooDeep(markdown) {
		root.AppendChild(&html.Node{Type: html.TextNode, Data: markdown})
		return root
	}
	var page bytes.Buffer
	// A bytes.Buffer never fails, and goldmark has no other error.
	_ = r.markdown.Convert([]byte(markdown), &page)
	nodes, err := html.ParseFragment(r.policy.SanitizeReader(&page), root)
	if err != nil {
		nodes = []*html.Node{{Type: html.TextNode, Data: markdown}}
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root
}

// quotedTooDeep reports whether a line opens more quotes at once than any writer does.
// goldmark takes very long to parse deeply nested quotes.
func quotedTooDeep(markdown string) bool {
	const deepest = 100
	for line := range strings.Lines(markdown) {
		opened := strings.TrimLeft(line, "> \t")
		if strings.Count(line[:len(line)-len(opened)], ">") > deepest {
			return true
		}
	}
	return false
}

// newPolicy returns what HTML is allowed. Unlike bluemonday's UGCPolicy, it refuses ids, image
// maps and sizes except of images, and allows alternative texts and titles in any script:
// UGCPolicy drops those with an Arabic comma or vowel sign.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "br", "div",
		"ul", "ol", "li", "dl", "dt", "dd",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"figure", "figcaption", "details", "summary",
		"em", "strong", "b", "i", "u", "s", "del", "ins", "small", "mark", "sub", "sup",
		"code", "kbd", "samp", "var", "abbr", "cite", "dfn", "q", "time",
		"span", "bdi", "bdo", "ruby", "rt", "rp", "wbr",
	)
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?:rtl|ltr|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$`)).Globally()
	p.AllowAttrs("title").OnElements("a", "abbr", "dfn", "img")
	p.AllowAttrs("datetime").OnElements("time", "del", "ins")
	p.AllowAttrs("open").OnElements("details")

	number := regexp.MustCompile(`^[0-9]{1,4}$`)
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("value").Matching(number).OnElements("li")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("th", "td")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")

	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("cite").OnElements("blockquote", "q", "del", "ins")
	// Either http or https, or no scheme, which means no colon before the path begins.
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^\s*(?:(?i:https?):|[^:/?#]*(?:[/?#]|$))`)).OnElements("img")
	p.AllowAttrs("width", "height").Matching(number).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	return p
}

// finish adds what writers cannot write themselves: rel on links, and dir on the blocks below
// n that run against the direction around them.
func finish(n *html.Node, rtl bool) {
	for c := range n.ChildNodes() {
		if c.Type != html.ElementNode {
			continue
		}
		inner := rtl
		switch dir := attribute(c, "dir"); {
		case dir == "rtl", dir == "ltr":
			inner = dir == "rtl"
		case dir == "" && isTextBlock(c) && runsAgainst(c, rtl):
			c.Attr = append(c.Attr, html.Attribute{Key: "dir", Val: "auto"})
			inner = !rtl
		}
		if c.DataAtom == atom.A {
			c.Attr = append(c.Attr, html.Attribute{Key: "rel", Val: "noopener"})
		}
		finish(c, inner)
	}
}

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

func attribute(n *html.Node, key string) string {
	if i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key }); i >= 0 {
		return n.Attr[i].Val
	}
	return ""
}

// isTextBlock reports whether n is a block of running text.
func isTextBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li, atom.Dt, atom.Dd,
		atom.Th, atom.Td, atom.Caption, atom.Figcaption, atom.Summary, atom.Blockquote, atom.Pre:
		return true
	}
	return false
}

// runsAgainst reports whether most letters of a block belong to scripts of the other
// direction. Browsers go by the first letter alone, but many an Arabic paragraph begins with
// BBC or NATO.
func runsAgainst(block *html.Node, rtl bool) bool {
	balance := rightness(block)
	if rtl {
		return balance < 0
	}
	return balance > 0
}

// rightness returns how many more letters in n run from right to left than from left to
// right, not counting blocks within it.
func rightness(n *html.Node) int {
	balance := 0
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.ElementNode && !isTextBlock(c):
			balance += rightness(c)
		case c.Type == html.TextNode:
			for _, r := range c.Data {
				switch properties, _ := bidi.LookupString(string(r)); properties.Class() {
				case bidi.R, bidi.AL:
					balance++
				case bidi.L:
					balance--
				}
			}
		}
	}
	return balance
}
