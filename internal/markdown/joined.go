package markdown

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	gold "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/diwan-cms/diwan/internal/text"
)

// joinedEmphasis is an extension for emphasis in scripts whose little words are written
// joined to the next one: و**«التجدد»**, ب*"الصحيفة"*. CommonMark takes the prefix for the
// beginning of a word in which the asterisks stand, and shows them. To this extension, such a
// prefix is no letter, nor are letters that follow a closing mark, as in **«التجدد»**ي, nor
// are direction marks. It only lets more runs open and close: what CommonMark understands
// stays as it is.
type joinedEmphasis struct{}

// Extend adds the extension. It wraps goldmark's own parsers, and comes before them.
func (joinedEmphasis) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(parser.WithInlineParsers(
		util.Prioritized(joined{parser.NewEmphasisParser()}, 450),
		util.Prioritized(joined{extension.NewStrikethroughParser()}, 450),
	))
}

type joined struct{ parser.InlineParser }

// Parse reads a run of * or _ or ~, and judges anew what it can do.
func (j joined) Parse(parent ast.Node, block gold.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	node := j.InlineParser.Parse(parent, block, pc)
	run, ok := node.(*parser.Delimiter)
	if !ok {
		return node
	}
	p := placed{mark: run.Char, before: endOf(block.Source()[:segment.Start]), after: startOf(line[run.OriginalLength:])}
	run.CanOpen = run.CanOpen || p.opens()
	run.CanClose = run.CanClose || p.closes()
	return node
}

// near is how many bytes around a run are looked at: more than any prefix has.
const near = 64

func endOf(before []byte) []byte {
	before = before[max(0, len(before)-near):]
	for len(before) > 0 && !utf8.RuneStart(before[0]) {
		before = before[1:]
	}
	return bytes.TrimRightFunc(before[bytes.LastIndexByte(before, '\n')+1:], text.Invisible)
}

func startOf(after []byte) []byte {
	return bytes.TrimLeftFunc(after[:min(near, len(after))], text.Invisible)
}

// placed is a run of marks between what can be seen before and after it in its line.
type placed struct {
	mark          byte
	before, after []byte
}

// last and next are the runes beside the run; a space at the ends of the line.
func (p placed) last() rune {
	if len(p.before) == 0 {
		return ' '
	}
	r, _ := utf8.DecodeLastRune(p.before)
	return r
}

func (p placed) next() rune {
	if len(p.after) == 0 {
		return ' '
	}
	r, _ := utf8.DecodeRune(p.after)
	return r
}

// opens and closes are CommonMark's rules (6.2, emphasis), where a joined prefix and a joined
// ending are punctuation.
func (p placed) opens() bool {
	before, after := kindOf(p.last()), kindOf(p.next())
	if after != blank && p.followsPrefix() && !stops(p.next()) {
		before = punctuation
	}
	left, right := flanking(before, after), flanking(after, before)
	if p.mark == '_' {
		return left && (!right || before == punctuation)
	}
	return left
}

func (p placed) closes() bool {
	before, after := kindOf(p.last()), kindOf(p.next())
	if before == punctuation && isJoined(p.next()) && !p.quoteOpens() {
		after = punctuation
	}
	left, right := flanking(before, after), flanking(after, before)
	if p.mark == '_' {
		return right && (!left || after == punctuation)
	}
	return right
}

type kind int

const (
	letter kind = iota // or anything else that is neither of the others
	punctuation
	blank
)

func kindOf(r rune) kind {
	switch {
	case util.IsSpaceRune(r):
		return blank
	case util.IsPunctRune(r):
		return punctuation
	}
	return letter
}

// flanking reports whether a run belongs to what is on its inner side.
func flanking(outer, inner kind) bool {
	return inner != blank && (inner != punctuation || outer != letter)
}

// prefixes are the little words that Arabic and Hebrew join to the next: of Arabic the
// question, the conjunctions, the prepositions with س of the future, and the article.
var prefixes = regexp.MustCompile(`^(?:أ?[وف]?[بكلس]?(?:ال|ل)?|[ומשהכלב]{1,4})$`)

// followsPrefix reports whether a prefix, and no more of a word, is before the run. Hashtags
// and addresses are no such words.
func (p placed) followsPrefix() bool {
	if !isJoined(p.last()) {
		return false
	}
	ahead := bytes.TrimRightFunc(p.before, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || text.Invisible(r)
	})
	if len(ahead) > 0 && strings.IndexByte("#@/_", ahead[len(ahead)-1]) >= 0 {
		return false
	}
	return prefixes.Match(bytes.Map(func(r rune) rune {
		if r == 'ـ' || unicode.IsMark(r) || text.Invisible(r) {
			return -1
		}
		return r
	}, p.before[len(ahead):]))
}

// isJoined reports whether a letter, its point or its tatweel is of a script that joins
// little words.
func isJoined(r rune) bool {
	switch {
	case r == 'ـ', unicode.Is(unicode.Mn, r) && r >= 0x0591 && r <= 0x08FF:
		return true
	}
	return unicode.IsLetter(r) && unicode.In(r, unicode.Arabic, unicode.Hebrew)
}

// stops reports whether a mark ends a phrase, so that an asterisk between it and a prefix is
// a note's and begins nothing.
func stops(r rune) bool {
	return unicode.Is(unicode.Pe, r) || strings.ContainsRune(".,;:!?…،؛؟۔", r)
}

// quoteOpens reports whether the mark before the run opens a quotation or a bracket, so that
// what follows belongs to what is within.
func (p placed) quoteOpens() bool {
	last := p.last()
	if last != '"' && last != '\'' {
		return unicode.In(last, unicode.Ps, unicode.Pi)
	}
	ahead := p.before[:len(p.before)-1]
	if len(ahead) == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRune(ahead)
	return kindOf(r) == blank || unicode.In(r, unicode.Ps, unicode.Pi)
}
