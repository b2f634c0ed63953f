package text

import (
	"strings"
	"unicode"
)

const tatweel = 'ـ'

// silent reports whether r adds nothing to a word: the tatweel that stretches a line,
// invisible characters, the small letters of the Quran, and the modifier letters with which
// transliterations write ayn and hamza, as in Saʿid.
func silent(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == tatweel, r == 0x06E5, r == 0x06E6:
		return true
	case r >= 0x02B9 && r <= 0x02FF:
		return true
	}
	return Invisible(r)
}

// Invisible reports whether r leaves no ink: joiners and bidirectional marks, soft hyphens,
// variation selectors, and letters that are blank by definition. Spaces are not included.
func Invisible(r rune) bool {
	return r >= 0xAD && unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// spells reports whether a mark is part of the spelling of the letter it sits on, as a
// Hindi vowel sign and the hamza of أ are. Accents and the vowel points of Arabic and Hebrew
// are not: most writers leave them out.
func spells(mark, letter rune) bool {
	switch {
	case arabicPoint(mark):
		return false
	case unicode.Is(unicode.Arabic, letter):
		return mark >= 0x0653 && mark <= 0x0655
	case unicode.In(letter, unicode.Latin, unicode.Greek, unicode.Hebrew):
		return false
	case unicode.Is(unicode.Cyrillic, letter):
		// й and ё are letters of their own, and so are Macedonian ѓ and ќ. The
		// stress marks of dictionaries and schoolbooks are not spelling.
		return mark != 0x0300 && (mark != 0x0301 || strings.ContainsRune("гкГК", letter))
	}
	return unicode.IsLetter(letter)
}

// arabicPoint reports whether r is tashkeel or another Arabic mark that is seldom written.
// Madda and hamza (U+0653 to U+0655) are spelling.
func arabicPoint(r rune) bool {
	switch {
	case r >= 0x0653 && r <= 0x0655:
		return false
	case r >= 0x0610 && r <= 0x06ED, r >= 0x0898 && r <= 0x08FF, r >= 0x10EC0 && r <= 0x10EFF:
		return unicode.Is(unicode.Mn, r)
	}
	return false
}

// unaccented returns how readers type a small Latin letter that Unicode does not decompose
// that way; it is empty for every other rune.
func unaccented(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ł':
		return "l"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ŧ':
		return "t"
	case 'ſ':
		return "s"
	}
	return ""
}
