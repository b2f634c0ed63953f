package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldMap is [Fold] with a map back to the text: folded rune i comes from the part of s
// that begins at byte from[i], and the last element of from is len(s). Cutting s at two of
// them gives an exact slice of the text: vowel points, tatweel and whatever else folding
// drops stay with the letter before.
func FoldMap(s string) (folded string, from []int) {
	var b strings.Builder
	for at := 0; at < len(s); {
		end := at + max(1, norm.NFKD.NextBoundaryInString(s[at:], true))
		piece := Fold(s[at:end])
		for range piece {
			from = append(from, at)
		}
		b.WriteString(piece)
		at = end
	}
	if whole := Fold(s); whole != b.String() { // dropping what stood between two letters joined them
		return whole, append(make([]int, utf8.RuneCountInString(whole)), len(s))
	}
	return b.String(), append(from, len(s))
}
