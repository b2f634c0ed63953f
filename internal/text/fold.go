package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold reduces a text to what a reader would type in a hurry, so that two spellings of a
// name match when their folded forms are equal. It drops case, accents, vowel points,
// tatweel, joiners and bidirectional marks; it unifies the forms of alef, of ya and of kaf,
// ta marbuta with ha, and hamza with and without its seat; and it turns Arabic-Indic and
// Persian digits into ASCII. Spaces and punctuation stay, in their NFKC form.
//
// Folded text is for comparing, never for showing. Folding it again changes nothing. An
// Arabic letter takes about 10 ns, one of another script 150 ns, and ASCII almost no time.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	if folded, plain := foldPlain(s); plain {
		return folded
	}
	return foldAny(s)
}

// foldPlain folds a text of ASCII and the Arabic block, which most texts here are, rune by
// rune: in such a text, no rune changes what another becomes. It returns false for others.
func foldPlain(s string) (string, bool) {
	table := foldedArabic()
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

// foldedArabic holds what each rune of the Arabic block becomes when it stands alone.
var foldedArabic = sync.OnceValue(func() (table [256]string) {
	for i := range table {
		table[i] = foldAny(string(rune(0x600 + i)))
	}
	return table
})

// foldAny is Fold for text in any script.
func foldAny(s string) string {
	// Package norm does not normalize what follows an invalid byte.
	s = strings.ToValidUTF8(s, "\uFFFD")
	folded := make([]rune, 0, len(s))
	var letter rune
	for _, r := range cases.Fold().String(norm.NFKD.String(s)) {
		switch {
		case silent(r):
		case unicode.IsMark(r):
			// Arabic letters lose all their marks, including the hamza of أ, ؤ and
			// ئ, which is a mark once they are decomposed.
			if !unicode.Is(unicode.Arabic, letter) && spells(r, letter) {
				folded = append(folded, r)
			}
		default:
			// cases.Fold swaps the two cases of Cherokee instead of unifying them.
			letter = unicode.ToLower(r)
			folded = appendFolded(folded, letter)
		}
	}
	return norm.NFC.String(string(folded))
}

// appendFolded appends what a rune that is not a mark folds to.
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
	case '٫': // the decimal and thousands separators of Arabic digits
		return append(folded, '.')
	case '٬':
		return append(folded, ',')
	case 'ٱ':
		return append(folded, 'ا')
	case 'ى', 'ی':
		return append(folded, 'ي')
	case 'ک':
		return append(folded, 'ك')
	case 'ة', 'ە': // ە is a decomposed Persian ۀ without its mark, and Kurdish types it as ه
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
