package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain gives the text of a body as a reader sees it, for searching, counting
// and previews: blocks are separated by a blank line, list items and table rows
// stand on their own lines, cells are separated by tabs, an image gives its
// alternative text, and markup is gone. It is text, not HTML: escape it before
// you put it into a page.
func (r *Renderer) Plain(markdown string) string {
	var w plainWriter
	w.writeChildren(r.tree(markdown), false)
	return w.text.String()
}

// plainWriter collects text and keeps the widest gap that is due before the
// next of it, so that gaps at either end never show.
type plainWriter struct {
	text strings.Builder
	gap  gap
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

// writeChildren writes what is in n. Blocks in a list item or a table are tight:
// a new line is enough to separate them.
func (w *plainWriter) writeChildren(n *html.Node, tight bool) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			w.writeCollapsed(c.Data)
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

// writeCollapsed writes text as browsers do, with every run of white space made
// one space. No-break spaces are not white space to HTML.
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
