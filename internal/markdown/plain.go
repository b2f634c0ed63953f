package markdown

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain returns the text of a body as a reader sees it, for searching, counting and previews.
// A blank line separates blocks, list items and table rows stand on lines of their own, tabs
// separate cells, and images become their alternative texts. Footnotes follow the text; the
// marks that refer to them are left out, and so is what stands in for audio and video. The
// result is not HTML: escape it before you put it into a page.
func (r *Renderer) Plain(markdown string) string {
	if plain, ok := prose(markdown); ok {
		return plain
	}
	return r.parsedPlain(markdown)
}

func (r *Renderer) parsedPlain(markdown string) string {
	root, _ := r.tree(markdown)
	w := plainWriter{earlier: r.earlier}
	w.writeChildren(root, false)
	return w.text.String()
}

// plainWriter collects text. It keeps the widest gap that is due and writes it only when text
// follows, so that there is none at either end.
type plainWriter struct {
	text    strings.Builder
	gap     gap
	earlier bool // see Renderer
}

type gap int

const (
	noGap gap = iota
	space
	tab
	line
	blankLine
)

func (w *plainWriter) want(g gap) { w.gap = max(w.gap, g) }

func (w *plainWriter) write(s string) {
	if s == "" {
		return
	}
	if w.text.Len() > 0 {
		w.text.WriteString([]string{"", " ", "\t", "\n", "\n\n"}[w.gap])
	}
	w.gap = noGap
	w.text.WriteString(s)
}

// writeChildren writes what n contains. Within list items and tables, blocks are tight: a
// single line break separates them.
func (w *plainWriter) writeChildren(n *html.Node, tight bool) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode && c.NextSibling != nil && isBacklink(c.NextSibling):
			w.writeCollapsed(strings.TrimSuffix(c.Data, "\u00A0"))
		case c.Type == html.TextNode:
			w.writeCollapsed(c.Data)
		case !w.earlier && isUnread(c):
		case c.DataAtom == atom.Img:
			w.writeCollapsed(attribute(c, "alt"))
		case c.DataAtom == atom.Br:
			w.want(line)
		case c.DataAtom == atom.Pre:
			w.want(blankLine)
			w.write(strings.Trim(textContent(c), "\n"))
			w.want(blankLine)
		default:
			w.writeElement(c, tight)
		}
	}
}

// isUnread reports whether readers see n only as a way to something else: the marks of
// notes, and what stands in for audio and video.
func isUnread(n *html.Node) bool {
	return n.DataAtom == atom.Audio || n.DataAtom == atom.Video || isReference(n) || isBacklink(n)
}

func (w *plainWriter) writeElement(n *html.Node, tight bool) {
	around := noGap
	switch n.DataAtom {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote,
		atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Figure, atom.Details, atom.Hr:
		around = blankLine
		if tight {
			around = line
		}
	case atom.Div, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Caption, atom.Figcaption, atom.Summary:
		around = line
	case atom.Th, atom.Td:
		around = tab
	}
	w.want(around)
	w.writeChildren(n, tight || n.DataAtom == atom.Li || n.DataAtom == atom.Dd || n.DataAtom == atom.Table)
	w.want(around)
}

// writeCollapsed writes text as browsers do, with one space for each run of white space. To
// HTML, no-break spaces are not white space.
func (w *plainWriter) writeCollapsed(s string) {
	if s != "" && isHTMLSpace(rune(s[0])) {
		w.want(space)
	}
	for i, word := range strings.FieldsFunc(s, isHTMLSpace) {
		if i > 0 {
			w.want(space)
		}
		w.write(word)
	}
	if s != "" && isHTMLSpace(rune(s[len(s)-1])) {
		w.want(space)
	}
}

func isHTMLSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\f' || r == '\r'
}

func textContent(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}
