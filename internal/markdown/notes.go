package markdown

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gold "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// footnotes is goldmark's extension for footnotes, [^1] and [^1]: …, which also keeps the
// notes that nothing refers to, after the others, and those that stand in another note.
type footnotes struct{}

// Extend adds the extension.
func (footnotes) Extend(m goldmark.Markdown) {
	extension.Footnote.Extend(m)
	m.Parser().AddOptions(
		parser.WithBlockParsers(util.Prioritized(note{extension.NewFootnoteBlockParser()}, 998)),
		parser.WithASTTransformers(util.Prioritized(keepNotes{}, 998)),
	)
}

// note takes a note that stands in another one out of it. goldmark puts the outer one into the
// list of notes, which is in the outer one, and so loses both: see
// findings/goldmark-footnote-in-footnote.sh.
type note struct{ parser.BlockParser }

// Close adds a note to the list of notes.
func (n note) Close(node ast.Node, reader gold.Reader, pc parser.Context) {
	var outermost ast.Node
	for above := node.Parent(); above != nil; above = above.Parent() {
		if above.Kind() == extended.KindFootnote {
			outermost = above
		}
	}
	if outermost != nil {
		node.Parent().RemoveChild(node.Parent(), node)
		outermost.Parent().InsertBefore(outermost.Parent(), outermost, node)
	}
	n.BlockParser.Close(node, reader, pc)
}

// keepNotes numbers the notes without a reference, before goldmark drops those without a
// number.
type keepNotes struct{}

// Transform numbers the notes.
func (keepNotes) Transform(document *ast.Document, reader gold.Reader, _ parser.Context) {
	if !bytes.Contains(reader.Source(), []byte("[^")) {
		return
	}
	// The walk cannot fail: its function never does.
	_ = ast.Walk(document, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		notes, ok := n.(*extended.FootnoteList)
		if !ok {
			return ast.WalkContinue, nil
		}
		for c := notes.FirstChild(); c != nil; c = c.NextSibling() {
			if note := c.(*extended.Footnote); note.Index < 0 {
				notes.Count++
				note.Index = notes.Count
			}
		}
		return ast.WalkStop, nil
	})
}
