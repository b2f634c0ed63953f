package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/segment"
)

// Word is a word of a text, ready to be matched.
type Word struct {
	// Folded is what the word is matched by: as [Fold] leaves it, without what
	// grammar hung on it, at most 100 letters of it.
	Folded string
	// Start and End are bytes of the text: text[Start:End] is the word.
	Start, End int
}

const maxWord = 100 // letters

// Split divides a text into its words by the word boundaries of Unicode (UAX
// #29), as [Words] counts them. Of l'Irak the word is Irak, of France's it is
// France, and français·e·s is français.
func Split(s string) []Word {
	var words []Word
	at := 0
	for _, token := range tokens(s) {
		start := at
		at += len(token)
		if !hasLetterOrNumber(token) {
			continue
		}
		for part := range strings.SplitSeq(s[start:at], "_") { // as hashtags are written
			words = appendWords(words, s, start, start+len(part))
			start += len(part) + len("_")
		}
	}
	return words
}

// appendWords appends the word that stands between two bytes; several where one
// character is written for them, such as ﷺ.
func appendWords(words []Word, s string, start, end int) []Word {
	if start == end {
		return words
	}
	w := wordAt(s, start, end)
	for _, folded := range strings.Fields(w.Folded) {
		words = append(words, Word{folded, w.Start, w.End})
	}
	return words
}

// tokens are the pieces of a text between its word boundaries, all of them. A
// byte that is not UTF-8 is a space.
func tokens(s string) [][]byte {
	bytes := []byte(s)
	if !utf8.ValidString(s) {
		for i, r := range s {
			if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
				bytes[i] = ' '
			}
		}
	}
	// The segmenter only fails on what this call rules out: it has the whole
	// text, and the text is valid. What it allocates by itself is for long texts.
	room := len(bytes)/4 + 4
	list, _, _, _ := segment.SegmentWordsDirect(bytes, make([][]byte, 0, room), make([]int, 0, room))
	return list
}

func wordAt(s string, start, end int) Word {
	w := Word{Folded: Fold(s[start:end]), Start: start, End: end}
	if strings.ContainsAny(w.Folded, "'’·.,") {
		w = w.withoutGrammar(s)
	}
	w.Folded = Head(w.Folded, maxWord)
	return w
}

// Head is the first letters of a text, all of a shorter one.
func Head(s string, letters int) string {
	if len(s) <= letters {
		return s
	}
	for i := range s {
		if letters == 0 {
			return s[:i]
		}
		letters--
	}
	return s
}

// withoutGrammar takes from a word what English and French write within it.
func (w Word) withoutGrammar(s string) Word {
	folded := strings.ReplaceAll(w.Folded, "’", "'")
	if before, after, found := strings.Cut(folded, "'"); found && after != "" && elides(before) {
		at := w.Start + strings.IndexAny(s[w.Start:w.End], "'’")
		_, size := utf8.DecodeRuneInString(s[at:])
		w.Start = at + size
		folded = after
	}
	if owner, owned := strings.CutSuffix(folded, "'s"); owned && owner != "" {
		if at := strings.LastIndexAny(s[w.Start:w.End], "'’"); at > 0 {
			folded, w.End = owner, w.Start+at
		}
	}
	if stem, endings, both := strings.Cut(folded, "·"); both && stem != "" && len(endings) <= len("trices·s") {
		folded = stem
	}
	if letters := strings.Split(folded, "."); len(letters) > 1 && len(letters[0]) == 1 && letters[0] >= "a" {
		folded = strings.Join(letters, "") // U.S
	}
	if groups := strings.Split(folded, ","); len(groups) > 1 && !slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) {
		folded = strings.Join(groups, "") // 1,000
	}
	w.Folded = strings.ReplaceAll(folded, "'", "")
	return w
}

// elides reports whether a French word has lost its last vowel before an
// apostrophe: l', d', qu'.
func elides(folded string) bool {
	switch folded {
	case "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu":
		return true
	}
	return false
}
