package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is what somebody searches for.
type Query struct {
	// Needs must all be met, but for those that are optional, which only rank.
	Needs []Need
	// Without are those of which none may be met.
	Without []Need
	// Blank says that nothing was written.
	Blank bool
}

// Need is a word or, with several Words, a phrase.
type Need struct {
	// Words are the folded words.
	Words []string
	// Keys are what one word is found by; none for a phrase.
	Keys []string
	// Optional says that texts without it are found, too.
	Optional bool
	// Places are the bytes of the query where it stands.
	Places []Place
}

// Place is a part of a query, in bytes.
type Place struct{ Start, End int }

// Phrases are what a text is to have one of for a need with several words: the
// phrase, and in Arabic the phrase with what may be joined to its first word.
func (n Need) Phrases() [][]string {
	list := [][]string{n.Words}
	if first, _ := utf8.DecodeRuneInString(n.Words[0]); !unicode.Is(unicode.Arabic, first) {
		return list
	}
	joined, bare := []string{"و", "ب", "ل", "ف", "ك"}, n.Words[0]
	if rest, article := strings.CutPrefix(bare, "ال"); article {
		joined, bare = []string{"وال", "بال", "لل", "فال", "كال", "وبال", "ولل"}, rest
	}
	for _, prefix := range joined {
		list = append(list, append([]string{prefix + bare}, n.Words[1:]...))
	}
	return list
}

// ParseQuery reads what somebody typed. Quotes of any kind make a phrase, a
// hyphen-minus before a word or a phrase excludes it, and all else is words:
// everything that can be written is a query.
func ParseQuery(s string) Query {
	q := Query{Blank: strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) }) == ""}
	for rest := s; rest != ""; {
		piece, behind, quoted, excluded := cutPiece(rest)
		at := len(s) - len(rest) + strings.Index(rest, piece)
		rest = behind
		into := &q.Needs
		if excluded {
			into = &q.Without
		}
		words := Split(piece)
		if quoted && len(words) > 1 {
			*into = append(*into, Need{Words: Folded(words), Places: []Place{{at, at + len(piece)}}})
			continue
		}
		for _, w := range words {
			*into = append(*into, Need{
				Words: []string{w.Folded}, Keys: Keys(w.Folded, ""), Places: []Place{{at + w.Start, at + w.End}},
				Optional: !quoted && !excluded && functionWord(w.Folded),
			})
		}
	}
	q.Needs, q.Without = distinctNeeds(q.Needs), distinctNeeds(q.Without)
	// What is met wherever another need is, as ومحمد is by محمد, says nothing beside it.
	all := slices.Clone(q.Needs)
	q.Needs = slices.DeleteFunc(q.Needs, func(n Need) bool {
		return slices.ContainsFunc(all, func(o Need) bool { return o.implies(n) })
	})
	if !slices.ContainsFunc(q.Needs, func(n Need) bool { return !n.Optional }) {
		for i := range q.Needs { // somebody searches for "the who"
			q.Needs[i].Optional = false
		}
	}
	return q
}

// distinctNeeds leaves each need once.
func distinctNeeds(needs []Need) []Need {
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

// implies reports whether what meets n always meets o, and not the other way round.
func (n Need) implies(o Need) bool {
	if n.Optional || o.Optional || len(n.Keys) == 0 || len(n.Keys) >= len(o.Keys) {
		return false
	}
	return !slices.ContainsFunc(n.Keys, func(key string) bool { return !slices.Contains(o.Keys, key) })
}

// quotes are the marks that open a phrase, each with those that close it.
const quotes = `"“”„«»`

// cutPiece takes the next phrase, or what stands before the next, off a query.
func cutPiece(s string) (piece, rest string, quoted, excluded bool) {
	trimmed := strings.TrimLeftFunc(s, unicode.IsSpace)
	if after, minus := strings.CutPrefix(trimmed, "-"); minus && after != "" {
		if r, _ := utf8.DecodeRuneInString(after); strings.ContainsRune(quotes, r) || unicode.IsLetter(r) || unicode.IsNumber(r) {
			trimmed, excluded = after, true
		}
	}
	r, size := utf8.DecodeRuneInString(trimmed)
	if strings.ContainsRune(quotes, r) && trimmed != "" {
		if end := strings.IndexAny(trimmed[size:], quotes); end >= 0 {
			_, closing := utf8.DecodeRuneInString(trimmed[size+end:])
			return trimmed[size : size+end], trimmed[size+end+closing:], true, excluded
		}
		return trimmed[size:], "", false, excluded // never closed: words
	}
	end := strings.IndexFunc(trimmed, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(quotes, r) })
	if end < 0 {
		end = len(trimmed)
	}
	return trimmed[:end], trimmed[end:], false, excluded
}

// Folded are the folded forms of words.
func Folded(words []Word) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.Folded
	}
	return list
}
