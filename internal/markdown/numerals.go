package markdown

import (
	"bytes"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gold "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// arabicNumerals is an extension for ordered lists whose numbers are written in Arabic-Indic
// or Persian digits: ١. or ۱) instead of 1. or 1). They follow all rules of CommonMark's
// ordered lists, except that a number has at most four digits.
type arabicNumerals struct{}

// Extend adds the extension. It wraps goldmark's own parsers, and comes before them.
func (arabicNumerals) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(parser.WithBlockParsers(
		util.Prioritized(numbered{parser.NewListParser()}, 298),
		util.Prioritized(numbered{parser.NewListItemParser()}, 299),
	))
}

// numbered shows a parser of lists every line with its number in ASCII digits.
type numbered struct{ parser.BlockParser }

// Trigger returns the first bytes of lines that may begin an item: those of Arabic-Indic and
// of Persian digits, too.
func (n numbered) Trigger() []byte { return append([]byte{0xD9, 0xDB}, n.BlockParser.Trigger()...) }

// Open begins a list or an item.
func (n numbered) Open(parent ast.Node, reader gold.Reader, pc parser.Context) (ast.Node, parser.State) {
	inASCII, digits := renumbered(reader)
	if line, _ := reader.PeekLine(); digits == 0 && bytes.TrimLeft(line, " ")[0] >= utf8.RuneSelf {
		return nil, parser.NoChildren // a line of text that begins with the same byte as a digit
	}
	node, state := n.BlockParser.Open(parent, inASCII, pc)
	if item, ok := node.(*ast.ListItem); ok {
		item.Offset -= digits // it counts bytes, of which these digits have two each
	}
	return node, state
}

// Continue says whether a list or an item goes on.
func (n numbered) Continue(node ast.Node, reader gold.Reader, pc parser.Context) parser.State {
	inASCII, _ := renumbered(reader)
	return n.BlockParser.Continue(node, inASCII, pc)
}

// lineReader is a reader with another text in the current line.
type lineReader struct {
	gold.Reader
	line []byte
}

// PeekLine returns the current line.
func (r lineReader) PeekLine() ([]byte, gold.Segment) {
	_, segment := r.Reader.PeekLine()
	return r.line, segment
}

// maxNumber is how many digits the number of an item has: with the zeros that keep the length of a
// line, goldmark reads up to nine.
const maxNumber = 4

// renumbered returns a reader in whose current line the number of an item, if there is one in
// Arabic-Indic or Persian digits, is written in ASCII: as many zeros and then the digits,
// which takes as many bytes. It also returns how many digits that are.
func renumbered(reader gold.Reader) (gold.Reader, int) {
	line, _ := reader.PeekLine()
	begin := len(line) - len(bytes.TrimLeft(line, " "))
	var digits []byte
	end := begin
	for end < len(line) && line[end] >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(line[end:])
		switch {
		case r >= '٠' && r <= '٩':
			digits = append(digits, byte('0'+r-'٠'))
		case r >= '۰' && r <= '۹':
			digits = append(digits, byte('0'+r-'۰'))
		default:
			return reader, 0
		}
		end += size
	}
	if len(digits) == 0 || len(digits) > maxNumber || end == len(line) || line[end] != '.' && line[end] != ')' {
		return reader, 0
	}
	inASCII := bytes.Clone(line)
	copy(inASCII[begin:], bytes.Repeat([]byte("0"), len(digits)))
	copy(inASCII[begin+len(digits):], digits)
	return lineReader{reader, inASCII}, len(digits)
}
