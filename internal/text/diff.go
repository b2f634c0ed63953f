package text

import (
	"strings"
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

const (
	// diffWithin is how long is looked for the shortest way from one text to another.
	diffWithin = 50 * time.Millisecond
	// diffWords is how many words both texts have together that are compared word by
	// word.
	diffWords = 10_000
)

// Diff compares two texts word by word, spaces and punctuation being words of
// their own. Long texts are compared line by line, and only what differs word by
// word, if it is short enough for that; of those that have little in common it tells
// more differences than there need to be, rather than take long.
func Diff(first, second string) []Part {
	before, after := wordsOf(first), wordsOf(second)
	if len(before)+len(after) <= diffWords {
		return compare(before, after)
	}
	var parts []Part
	lines := compare(strings.SplitAfter(first, "\n"), strings.SplitAfter(second, "\n"))
	for i := 0; i < len(lines); i++ {
		if i+1 < len(lines) && lines[i].In == -1 && lines[i+1].In == 1 {
			before, after := wordsOf(lines[i].Text), wordsOf(lines[i+1].Text)
			if len(before)+len(after) <= diffWords {
				parts = append(parts, compare(before, after)...)
				i++
				continue
			}
		}
		parts = append(parts, lines[i])
	}
	return joined(parts)
}

func wordsOf(s string) []string {
	var words []string
	at := 0
	for _, token := range tokens(s) {
		words = append(words, s[at:at+len(token)])
		at += len(token)
	}
	return words
}

// joined makes one of parts beside each other that are alike.
func joined(parts []Part) []Part {
	var list []Part
	for _, part := range parts {
		if last := len(list) - 1; last >= 0 && list[last].In == part.In {
			list[last].Text += part.Text
			continue
		}
		list = append(list, part)
	}
	return list
}

// compare compares two texts unit by unit.
func compare(before, after []string) []Part {
	var known alphabet
	differ := diffmatchpatch.New()
	differ.DiffTimeout = diffWithin
	diffs := differ.DiffMainRunes(known.spell(before), known.spell(after), false)
	parts := make([]Part, 0, len(diffs))
	for _, diff := range diffs {
		if read := known.read(diff.Text); read != "" { // the last line of a text may be empty
			parts = append(parts, Part{int(diff.Type), read})
		}
	}
	return parts
}

// alphabet gives each unit a letter, so that a text of units is a word.
type alphabet struct {
	letters map[string]rune
	units   []string
}

func (a *alphabet) spell(units []string) []rune {
	if a.letters == nil {
		a.letters = map[string]rune{}
	}
	letters := make([]rune, len(units))
	for i, unit := range units {
		letter, known := a.letters[unit]
		if !known {
			letter = letterOf(len(a.units))
			a.letters[unit], a.units = letter, append(a.units, unit)
		}
		letters[i] = letter
	}
	return letters
}

func (a *alphabet) read(letters string) string {
	var text strings.Builder
	for _, letter := range letters {
		text.WriteString(a.units[numberOf(letter)])
	}
	return text.String()
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
