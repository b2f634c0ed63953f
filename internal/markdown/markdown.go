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
// tables, strikethrough and footnotes, with emphasis behind the prefixes of Arabic and lists
// numbered in Arabic digits, and may contain HTML. A Renderer is safe for concurrent use.
type Renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
	// earlier means that marks of notes and what stands in for a video are plain text.
	earlier bool
}

// NewRenderer builds a Renderer. As that takes about 200 µs, build one and keep it.
func NewRenderer() *Renderer { return newRenderer(footnotes{}, joinedEmphasis{}, arabicNumerals{}) }

// NewEarlierRenderer builds a Renderer that reads bodies as Diwan did before it knew
// footnotes, Arabic digits and emphasis behind prefixes. What was stored about places in
// texts then is about its plain texts.
func NewEarlierRenderer() *Renderer { return newRenderer() }

// otherwise matches what the two read differently: notes and their marks, numbers of items in
// Arabic digits, and marks of emphasis beside joined letters. Marks of direction beside
// those are looked for apart.
var otherwise = regexp.MustCompile(`\[\^|(?i:<(?:sup|audio|video))|[٠-٩۰-۹][.)]` +
	`|[\p{Arabic}\p{Hebrew}\p{M}ـ][*_~]+[^\s\p{L}\p{N}\p{M}]|[\p{Arabic}\p{Hebrew}\p{M}ـ]_+[\p{L}\p{N}]|[\p{P}\p{S}][*_~]+[\p{Arabic}\p{Hebrew}]`)

// MayReadOtherwise reports whether a body can have another plain text than NewEarlierRenderer
// gives it.
func MayReadOtherwise(markdown string) bool {
	return otherwise.MatchString(markdown) || strings.ContainsAny(markdown, "*_~") && strings.ContainsFunc(markdown, text.Invisible)
}

func newRenderer(more ...goldmark.Extender) *Renderer {
	return &Renderer{
		earlier: len(more) == 0,
		markdown: goldmark.New(
			goldmark.WithExtensions(append([]goldmark.Extender{
				extension.Strikethrough,
				extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			}, more...)...),
			// Raw HTML passes here because the policy below decides about it.
			goldmark.WithRendererOptions(goldhtml.WithUnsafe()),
		),
		policy: newPolicy(),
	}
}

// Page says where the HTML of a body will stand.
type Page struct {
	// Language is the BCP 47 tag of the body's language.
	Language string
	// Prefix begins every id in the HTML. It has to differ between bodies that may stand on
	// one page.
	Prefix string
}

// HTML renders a body. The result is one div with the language and its direction, so that an
// Arabic article reads from right to left on any page. A paragraph, heading, list item or
// table cell that is mostly written in the other direction gets dir="auto". Headings have ids,
// made from their texts as slugs are, and links within the body lead to them.
//
// The result is safe to show to anyone, whoever wrote the body: it has no scripts, styles,
// forms or embedded documents, no classes but the language of a code block, and no ids without
// the prefix; links lead to http, https, mailto, tel or relative addresses, pictures, audio
// and video come from http, https or relative ones, and every tag is closed within the div.
// Elements that are not allowed are removed, but their text stays; [Renderer.Losses] tells of
// them. A body that is nested deeper than HTML parsers accept (512 elements), or that opens
// more than 100 quotes, items or notes at once, is shown as its source.
//
// 2 kB of an ordinary body take about 1 ms. A hostile body can take much longer, as parts of
// goldmark are quadratic: limit the length of what you accept with [text.CheckText].
func (r *Renderer) HTML(markdown string, page Page) string {
	rtl := text.IsRTL(page.Language)
	root, _ := r.tree(markdown)
	finish(root, rtl)
	anchor(root, page.Prefix)
	root.Attr = []html.Attribute{{Key: "dir", Val: direction(rtl)}, {Key: "lang", Val: page.Language}}

	var rendered strings.Builder
	// A strings.Builder never fails, and the tree holds only elements that html.Parse can
	// return.
	_ = html.Render(&rendered, root)
	return rendered.String()
}

// tree renders and sanitizes a body and parses the result, which closes the tags that the
// writer left open and drops end tags that would close elements around the body. Parsing
// after sanitizing is safe here because no element that the policy allows changes how its
// content is parsed. It returns false for a body of which the source is shown.
func (r *Renderer) tree(markdown string) (root *html.Node, rendered bool) {
	root = &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	if tooDeep(markdown) {
		root.AppendChild(&html.Node{Type: html.TextNode, Data: markdown})
		return root, false
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
	return root, err == nil
}

// opening matches what opens a quote, an item of a list or a footnote.
var opening = regexp.MustCompile(`^[ \t]*(?:>|[-+*][ \t]|[0-9٠-٩۰-۹]{1,9}[.)][ \t]|\[\^[^\]]{1,99}\]:)`)

// rule matches a line that separates, such as - - -, which opens nothing.
var rule = regexp.MustCompile(`^[ \t]*(?:(?:-[ \t]*)+|(?:\*[ \t]*)+)$`)

// tooDeep reports whether a line opens more quotes, items and notes at once than any writer
// does. goldmark takes very long to parse those.
func tooDeep(markdown string) bool {
	const deepest = 100
	for line := range strings.Lines(markdown) {
		if len(line) <= deepest { // each takes a byte at least
			continue
		}
		rest := strings.TrimRight(line, "\r\n")
		opened := 0
		for found := opening.FindString(rest); found != "" && opened <= deepest; found = opening.FindString(rest) {
			rest = rest[len(found):]
			opened++
		}
		if opened > deepest && !rule.MatchString(strings.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}

// finish adds what writers need not write themselves: noopener to links, controls to audio and
// video, and dir to the blocks below n that run against the direction around them.
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
		switch c.DataAtom {
		case atom.A:
			protect(c)
		case atom.Audio, atom.Video:
			drop(c, "controls")
			c.Attr = append(c.Attr, html.Attribute{Key: "controls"})
		}
		finish(c, inner)
	}
}

// protect adds noopener to what a link says about itself. It takes opener away, which is the
// opposite.
func protect(link *html.Node) {
	said := strings.Fields(strings.ToLower(attribute(link, "rel")))
	drop(link, "rel")
	if attribute(link, "href") == "" {
		return // the name of a place
	}
	said = slices.DeleteFunc(said, func(s string) bool { return s == opener || s == "noopener" })
	link.Attr = append(link.Attr, html.Attribute{Key: "rel", Val: strings.Join(append(said, "noopener"), " ")})
}

// opener is the relation by which the page that a link opens gets hold of the page it came from.
const opener = "opener"

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

// attribute returns the value of an attribute; empty if there is none.
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
