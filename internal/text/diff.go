package text

import (
	"time"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Part is a part of two texts that are compared.
type Part struct {
	// In is -1 where it stands in the first of them only, 1 where in the second
	// only, and 0 where in both.
	In   int
	Text string
}

// diffWithin is how long Diff looks for the shortest way from one text to the other.
const diffWithin = 100 * time.Millisecond

// Diff compares two texts word by word, spaces and punctuation being words of
// their own. Of long texts that have little in common it tells more differences
// than there need to be, rather than take long.
func Diff(first, second string) []Part {
	var alphabet words
	compare := diffmatchpatch.New()
	compare.DiffTimeout = diffWithin
	diffs := compare.DiffMainRunes(alphabet.spell(first), alphabet.spell(second), false)
	parts := make([]Part, len(diffs))
	for i, diff := range diffs {
		parts[i] = Part{int(diff.Type), alphabet.read(diff.Text)}
	}
	return parts
}

// words gives each word a letter, so that texts of words are words.
type words struct {
	letters map[string]rune
	list    []string
}

func (w *words) spell(text string) []rune {
	if w.letters == nil {
		w.letters = map[string]rune{}
	}
	var letters []rune
	for _, token := range tokens(text) {
		word := string(token)
		letter, known := w.letters[word]
		if !known {
			letter = letterOf(len(w.list))
			w.letters[word], w.list = letter, append(w.list, word)
		}
		letters = append(letters, letter)
	}
	return letters
}

func (w *words) read(letters string) string {
	var text []byte
	for _, letter := range letters {
		text = append(text, w.list[numberOf(letter)]...)
	}
	return string(text)
}

// surrogates are the code points that are no letters.
const surrogates = 0xE000 - 0xD800

func letterOf(number int) rune {
	if letter := rune(number + 1); letter < 0xD800 {
		return letter
	}
	return rune(number + 1 + surrogates)
}

func numberOf(letter rune) int {
	if letter < 0xD800 {
		return int(letter) - 1
	}
	return int(letter) - 1 - surrogates
}
