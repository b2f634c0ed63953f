package linking

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// passage is a text and its words. Words are counted from 0.
type passage struct {
	text  string
	words []text.Word
	// present are the folded words of the text, with and without prefixes; nil until
	// contains is called.
	present map[string]bool
}

func newPassage(s string) passage { return passage{text: s, words: text.Split(s)} }

// written returns the words from first to last as they are written.
func (p *passage) written(first, last int) string {
	return p.text[p.words[first].Start:p.words[last].End]
}

// between returns what stands between two words.
func (p *passage) between(first, second int) string {
	return p.text[p.words[first].End:p.words[second].Start]
}

// adjacent reports whether a word and the next may belong to the same name: nothing
// stands between them but spaces, a hyphen, an elided particle or the dot of an
// initial.
func (p *passage) adjacent(i int) bool {
	between := p.between(i, i+1)
	if strings.Contains(between, "\n") {
		return false
	}
	switch strings.TrimSpace(between) {
	case "", "-", "‑", "–", "d'", "d’", "l'", "l’", "'s", "’s", "'", "’":
		return true
	case ".":
		return utf8.RuneCountInString(p.words[i].Folded) <= 2
	}
	return false
}

// sameClause reports whether no punctuation that ends a clause stands between two
// words.
func (p *passage) sameClause(first, second int) bool {
	return !strings.ContainsAny(p.between(first, second), ".\n;؛:")
}

// beginsSentence reports whether a word is the first of a sentence, which has a
// capital whatever it is.
func (p *passage) beginsSentence(i int) bool {
	before := strings.TrimRightFunc(p.text[:p.words[i].Start], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"«“'’(`, r) })
	return before == "" || strings.HasSuffix(before, ".") || strings.HasSuffix(before, ":") || strings.HasSuffix(before, "!") || strings.HasSuffix(before, "?")
}

// contains reports whether a folded word stands anywhere in the text, with or without
// prefixes.
func (p *passage) contains(folded string) bool {
	if p.present == nil {
		p.present = make(map[string]bool, len(p.words))
		for _, w := range p.words {
			for _, start := range nameStarts(w.Folded) {
				p.present[start.folded] = true
			}
		}
	}
	return p.present[folded]
}

// nameStart is how the first word of a name may be read: without what Arabic joins to
// its front.
type nameStart struct {
	folded string
	prefix int // letters that do not belong to the name
}

// nameStarts returns a folded word as it stands and, in Arabic, without the
// conjunctions and prepositions that it may begin with.
func nameStarts(word string) []nameStart {
	starts := []nameStart{{word, 0}}
	if first, _ := utf8.DecodeRuneInString(word); !unicode.Is(unicode.Arabic, first) {
		return starts
	}
	rest, prefix := word, 0
	for _, letters := range []string{"وف", "بلك"} {
		first, size := utf8.DecodeRuneInString(rest)
		if !strings.ContainsRune(letters, first) || len(rest) < size+4 {
			continue
		}
		rest, prefix = rest[size:], prefix+1
		starts = append(starts, nameStart{rest, prefix})
		if first == 'ل' && strings.HasPrefix(rest, "ل") { // للعراق is ل and العراق
			starts = append(starts, nameStart{"ا" + rest, prefix})
		}
	}
	return starts
}

func isLatin(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.Is(unicode.Latin, first)
}
