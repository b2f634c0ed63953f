package fulltext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// Query is what somebody searches for.
type Query struct {
	// Needs must all be met, except for the optional ones, which only affect the order.
	Needs []Need
	// Without are the needs that exclude whatever meets one of them.
	Without []Need
	// Blank says that nothing was written.
	Blank bool
}

// Need is a word that is searched for or, with several Words, a phrase.
type Need struct {
	// Words are folded.
	Words []string
	// Keys are the keys of the word; a phrase has none.
	Keys []string
	// Optional says that texts without the word are found, too.
	Optional bool
	// Places are where the need stands in the query.
	Places []Place
}

// Place is a part of a query, given by byte offsets.
type Place struct{ Start, End int }

// Phrases returns the phrases of which one must stand in a text that meets a need with
// several words: the phrase itself and, in Arabic, the phrase with what may be joined to
// its first word.
func (n Need) Phrases() [][]string {
	phrases := [][]string{n.Words}
	if first, _ := utf8.DecodeRuneInString(n.Words[0]); !unicode.Is(unicode.Arabic, first) {
		return phrases
	}
	prefixes, bare := []string{"و", "ب", "ل", "ف", "ك"}, n.Words[0]
	if rest, article := strings.CutPrefix(bare, "ال"); article {
		prefixes, bare = []string{"وال", "بال", "لل", "فال", "كال", "وبال", "ولل"}, rest
	}
	for _, prefix := range prefixes {
		phrases = append(phrases, append([]string{prefix + bare}, n.Words[1:]...))
	}
	return phrases
}

// ParseQuery parses a query as it was typed. Quotation marks of any kind make a phrase, a
// hyphen-minus before a word or a phrase excludes it, and everything else is words: every
// string is a query.
func ParseQuery(s string) Query {
	q := Query{Blank: strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || text.Invisible(r) }) == ""}
	for rest := s; rest != ""; {
		p := cutPiece(rest)
		at := len(s) - len(rest) + strings.Index(rest, p.text)
		rest = p.rest
		if p.excluded {
			q.Without = append(q.Without, p.needs(at)...)
		} else {
			q.Needs = append(q.Needs, p.needs(at)...)
		}
	}
	q.Needs, q.Without = withoutImplied(distinct(q.Needs)), distinct(q.Without)
	if !slices.ContainsFunc(q.Needs, func(n Need) bool { return !n.Optional }) {
		for i := range q.Needs { // somebody searches for "the who"
			q.Needs[i].Optional = false
		}
	}
	return q
}

// needs returns what a piece at a byte offset of the query asks for.
func (p piece) needs(at int) []Need {
	words := text.Split(p.text)
	if p.quoted && len(words) > 1 {
		return []Need{{Words: text.Folded(words), Places: []Place{{at, at + len(p.text)}}}}
	}
	needs := make([]Need, len(words))
	for i, w := range words {
		needs[i] = Need{
			Words: []string{w.Folded}, Keys: Keys(w.Folded, ""), Places: []Place{{at + w.Start, at + w.End}},
			Optional: !p.quoted && !p.excluded && isFunctionWord(w.Folded),
		}
	}
	return needs
}

// distinct returns each need once, with all its places.
func distinct(needs []Need) []Need {
	var list []Need
	for _, n := range needs {
		if same := slices.IndexFunc(list, func(o Need) bool { return slices.Equal(o.Words, n.Words) }); same >= 0 {
			list[same].Places = append(list[same].Places, n.Places...)
			continue
		}
		list = append(list, n)
	}
	return list
}

// withoutImplied leaves out the needs that are met wherever another is, as ومحمد is by
// محمد: they say nothing more.
func withoutImplied(needs []Need) []Need {
	given := slices.Clone(needs)
	return slices.DeleteFunc(needs, func(n Need) bool {
		return slices.ContainsFunc(given, func(o Need) bool { return o.implies(n) })
	})
}

// implies reports whether whatever meets n meets o, but not the other way round.
func (n Need) implies(o Need) bool {
	if n.Optional || o.Optional || len(n.Keys) == 0 || len(n.Keys) >= len(o.Keys) {
		return false
	}
	return !slices.ContainsFunc(n.Keys, func(key string) bool { return !slices.Contains(o.Keys, key) })
}

// quotationMarks open and close phrases, in any combination.
const quotationMarks = `"“”„«»`

// piece is a part of a query: a phrase, or what stands before the next phrase or space.
type piece struct {
	text, rest       string // rest is what follows
	quoted, excluded bool
}

// cutPiece cuts the first piece off a query.
func cutPiece(s string) piece {
	var p piece
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	if after, minus := strings.CutPrefix(s, "-"); minus && after != "" {
		if r, _ := utf8.DecodeRuneInString(after); strings.ContainsRune(quotationMarks, r) || unicode.IsLetter(r) || unicode.IsNumber(r) {
			s, p.excluded = after, true
		}
	}
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune(quotationMarks, r) && s != "" {
		inside := s[size:]
		end := strings.IndexAny(inside, quotationMarks)
		if end < 0 { // it is never closed, and its words are just words
			p.text = inside
			return p
		}
		_, closing := utf8.DecodeRuneInString(inside[end:])
		p.text, p.rest, p.quoted = inside[:end], inside[end+closing:], true
		return p
	}
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(quotationMarks, r) })
	if end < 0 {
		end = len(s)
	}
	p.text, p.rest = s[:end], s[end:]
	return p
}
