package text

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Spelling returns a word as dictionaries write it: in lower case, without vowel points
// and tatweel.
func Spelling(word string) string {
	return strings.ToLower(norm.NFC.String(strings.Map(func(r rune) rune {
		if silent(r) || arabicPoint(r) {
			return -1
		}
		return r
	}, word)))
}
