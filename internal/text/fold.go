package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold reduces text to what a reader who types in a hurry would type, so that
// two spellings of one name match when their folded forms are equal. Case,
// accents, vowel points, tatweel, joiners and bidirectional marks are dropped;
// the forms of alef, ya and kaf, ta marbuta and ha, and hamza with and without
// its seat are made one; Arabic-Indic and Persian digits become ASCII. Spaces
// and punctuation stay, in their NFKC form.
//
// Folded text is for comparing, never for showing. Folding it again changes
// nothing. It costs some 10 ns for each Arabic letter, 150 ns for each of other
// scripts, and next to nothing for ASCII.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	if folded, plain := foldPlain(s); plain {
		return folded
	}
	return foldAny(s)
}

// foldAny is Fold for text of any script.
func foldAny(s string) string {
	// Package norm leaves what follows an invalid byte as it is.
	s = strings.ToValidUTF8(s, "\uFFFD")
	folded := make([]rune, 0, len(s))
	var letter rune
	for _, r := range cases.Fold().String(norm.NFKD.String(s)) {
		switch {
		case silent(r):
		case unicode.IsMark(r):
			// Whatever sits on an Arabic letter goes: the hamza of أ, ؤ and ئ
			// has its own mark once they are decomposed.
			if !unicode.Is(unicode.Arabic, letter) && spells(r, letter) {
				folded = append(folded, r)
			}
		default:
			// cases.Fold swaps the two cases of Cherokee instead of merging them.
			letter = unicode.ToLower(r)
			folded = appendFolded(folded, letter)
		}
	}
	return norm.NFC.String(string(folded))
}

func appendFolded(folded []rune, r rune) []rune {
	switch {
	case r < utf8.RuneSelf:
		return append(folded, r)
	case r >= '٠' && r <= '٩':
		return append(folded, '0'+r-'٠')
	case r >= '۰' && r <= '۹':
		return append(folded, '0'+r-'۰')
	}
	switch r {
	case '٫': // the decimal separator of Arabic digits, and that of thousands
		return append(folded, '.')
	case '٬':
		return append(folded, ',')
	case 'ٱ':
		return append(folded, 'ا')
	case 'ى', 'ی':
		return append(folded, 'ي')
	case 'ک':
		return append(folded, 'ك')
	case 'ة', 'ە': // ە is what remains of Persian ۀ, and Kurdish types it as ه
		return append(folded, 'ه')
	}
	if plain := unaccented(r); plain != "" {
		return append(folded, []rune(plain)...)
	}
	return append(folded, r)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// FoldedSet returns the set of the folded words of a list that is separated by spaces.
func FoldedSet(s string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(Fold(s)) {
		set[word] = true
	}
	return set
}
