package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldMap is [Fold] with the way back: from[i] is the byte of s at which what
// became folded rune i begins, and from[len(from)-1] is len(s). Cutting s at
// two of them gives an exact slice of the original: vowel points, tatweel and
// whatever else folding drops stay with the letter before.
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
	if whole := Fold(s); whole != b.String() { // letters that met because what stood between them was dropped
		return whole, append(make([]int, utf8.RuneCountInString(whole)), len(s))
	}
	return b.String(), append(from, len(s))
}

// UTF16 counts the UTF-16 code units of a text, as JavaScript does.
func UTF16(s string) int {
	units := 0
	for _, r := range s {
		units++
		if r > 0xFFFF {
			units++
		}
	}
	return units
}

// foldPlain folds what is ASCII or in the Arabic block, which is most of what is
// read here, one rune at a time: there, no rune changes what another becomes.
func foldPlain(s string) (string, bool) {
	table := arabicBlock()
	folded := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			folded = append(folded, byte(unicode.ToLower(r)))
		case r >= 0x600 && r <= 0x6FF:
			folded = append(folded, table[r-0x600]...)
		default:
			return "", false
		}
	}
	return string(folded), true
}

// arabicBlock is what each rune of the Arabic block becomes, standing alone.
var arabicBlock = sync.OnceValue(func() (table [256]string) {
	for i := range table {
		table[i] = foldAny(string(rune(0x600 + i)))
	}
	return table
})
