package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Word is a word of a text.
type Word struct {
	// Folded is the word as [Fold] leaves it, without elided articles and possessive
	// endings, cut to 100 letters.
	Folded string
	// Start and End are byte offsets: text[Start:End] is the word.
	Start, End int
}

const maxWord = 100 // letters

// Split returns the words of a text by the word boundaries of Unicode (UAX #29), as
// [CountWords] counts them, and parts words at underscores. Of l'Irak it returns Irak, of
// France's France, and of français·e·s français.
func Split(s string) []Word {
	words, _ := SplitAndCount(s)
	return words
}

// SplitAndCount is [Split] and [CountWords] in one go.
func SplitAndCount(s string) (words []Word, counted int) {
	words = make([]Word, 0, len(s)/8+1)
	EachToken(s, func(start, end int) {
		counted++
		words = appendToken(words, s, start, end)
	})
	return words, counted
}

// WordsOf returns the folded words of a token of [EachToken]: mostly one, several if it has
// underscores, and none if nothing of it is left.
func WordsOf(token string) []string { return Folded(appendToken(nil, token, 0, len(token))) }

// appendToken appends the words of a token between two byte offsets.
func appendToken(words []Word, s string, start, end int) []Word {
	if strings.IndexByte(s[start:end], '_') < 0 {
		return appendWords(words, s, start, end)
	}
	for part := range strings.SplitSeq(s[start:end], "_") { // as in hashtags
		words = appendWords(words, s, start, start+len(part))
		start += len(part) + len("_")
	}
	return words
}

// appendWords appends the word between two byte offsets; of a character that stands for
// several words, such as ﷺ, all of them.
func appendWords(words []Word, s string, start, end int) []Word {
	if start == end {
		return words
	}
	w := wordAt(s, start, end)
	if w.Folded != "" && !strings.Contains(w.Folded, " ") {
		return append(words, w)
	}
	for _, folded := range strings.Fields(w.Folded) {
		words = append(words, Word{folded, w.Start, w.End})
	}
	return words
}

func wordAt(s string, start, end int) Word {
	w := Word{Folded: Fold(s[start:end]), Start: start, End: end}
	if strings.ContainsAny(w.Folded, "'’·.,") {
		w = w.withoutGrammar(s)
	}
	w.Folded = Head(w.Folded, maxWord)
	return w
}

// Head returns the first letters of a text: the whole text when it has fewer.
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

// Folded returns the folded forms of words.
func Folded(words []Word) []string {
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = w.Folded
	}
	return folded
}

// withoutGrammar removes what English and French add to a word within its boundaries.
func (w Word) withoutGrammar(s string) Word {
	folded := strings.ReplaceAll(w.Folded, "’", "'")
	if before, after, found := strings.Cut(folded, "'"); found && after != "" && isElided(before) {
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

// isElided reports whether a folded word before an apostrophe is a French word that lost
// its last vowel: l', d', qu'.
func isElided(folded string) bool {
	switch folded {
	case "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu":
		return true
	}
	return false
}
