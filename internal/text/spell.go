package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Misspells reports whether a folded word may be what somebody meant who wrote
// another: words of 3 to 40 letters, not numbers.
func Misspells(folded string) bool {
	letters := 0
	for _, r := range folded {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
		letters++
	}
	return letters >= 3 && letters <= 40
}

// Spelling is a word as dictionaries write it: without vowel points and tatweel,
// and in small letters.
func Spelling(word string) string {
	return strings.ToLower(norm.NFC.String(strings.Map(func(r rune) rune {
		if silent(r) || arabicPoint(r) {
			return -1
		}
		return r
	}, word)))
}

// Distance is how many letters of a are to be written anew, left out, put in or
// swapped with the next to get b; most+1 when it is more than most. (Optimal
// string alignment.)
func Distance(a, b string, most int) int {
	if d := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); d > most || -d > most {
		return most + 1
	}
	x, y := []rune(a), []rune(b)
	before, last, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(last[j]+1, next[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least > most {
			return most + 1
		}
		before, last, next = last, next, before
	}
	return min(last[len(y)], most+1)
}

// Typos is how many letters of a folded word may be wrong for it to be corrected.
func Typos(folded string) int {
	switch letters := utf8.RuneCountInString(folded); {
	case letters < 3:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}
