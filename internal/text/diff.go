package text

import (
	"strings"
	"time"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// DiffPart is a part of two texts that are compared.
type DiffPart struct {
	// In is -1 when the part is in the first text only, 1 when it is in the second only,
	// and 0 when it is in both.
	In   int
	Text string
}

const (
	// diffTimeout bounds the search for the shortest difference.
	diffTimeout = 50 * time.Millisecond
	// maxDiffWords is how many words two texts may have together to be compared word by
	// word.
	maxDiffWords = 10_000
)

// Diff compares two texts word by word; spaces and punctuation count as words. Long texts
// are compared line by line, and only the lines that differ word by word, when there are few
// enough. Between long texts that have little in common, it finds more differences than
// necessary, so as not to take long.
func Diff(first, second string) []DiffPart {
	before, after := wordsOf(first), wordsOf(second)
	if len(before)+len(after) <= maxDiffWords {
		return compare(before, after)
	}
	var parts []DiffPart
	lines := compare(strings.SplitAfter(first, "\n"), strings.SplitAfter(second, "\n"))
	for i := 0; i < len(lines); i++ {
		if i+1 < len(lines) && lines[i].In == -1 && lines[i+1].In == 1 {
			before, after := wordsOf(lines[i].Text), wordsOf(lines[i+1].Text)
			if len(before)+len(after) <= maxDiffWords {
				parts = append(parts, compare(before, after)...)
				i++
				continue
			}
		}
		parts = append(parts, lines[i])
	}
	return merged(parts)
}

// wordsOf returns everything between the word boundaries of a text.
func wordsOf(s string) []string {
	var words []string
	at := 0
	for _, token := range tokens(s) {
		words = append(words, s[at:at+len(token)])
		at += len(token)
	}
	return words
}

// merged merges neighbouring parts that are in the same texts.
func merged(parts []DiffPart) []DiffPart {
	var list []DiffPart
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
func compare(before, after []string) []DiffPart {
	var code alphabet
	differ := diffmatchpatch.New()
	differ.DiffTimeout = diffTimeout
	diffs := differ.DiffMainRunes(code.encode(before), code.encode(after), false)
	parts := make([]DiffPart, 0, len(diffs))
	for _, diff := range diffs {
		if decoded := code.decode(diff.Text); decoded != "" { // the last line of a text may be empty
			parts = append(parts, DiffPart{int(diff.Type), decoded})
		}
	}
	return parts
}

// alphabet encodes each unit of a text as a letter, as diffmatchpatch compares letters.
type alphabet struct {
	letters map[string]rune
	units   []string
}

func (a *alphabet) encode(units []string) []rune {
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

func (a *alphabet) decode(letters string) string {
	var text strings.Builder
	for _, letter := range letters {
		text.WriteString(a.units[indexOf(letter)])
	}
	return text.String()
}

// surrogates is the number of code points that cannot be letters.
const surrogates = 0xE000 - 0xD800

func letterOf(index int) rune {
	if letter := rune(index + 1); letter < 0xD800 {
		return letter
	}
	return rune(index + 1 + surrogates)
}

func indexOf(letter rune) int {
	if letter < 0xD800 {
		return int(letter) - 1
	}
	return int(letter) - 1 - surrogates
}
