package text

import (
	"strings"
	"unicode"
)

const tatweel = 'ـ'

// silent reports whether r adds nothing to a word: the tatweel that stretches a
// line, characters nobody sees, the Quranic small letters, and the modifier
// letters that transliterations write for ayn and hamza, as in Saʿid.
func silent(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == tatweel, r == 0x06E5, r == 0x06E6:
		return true
	case r >= 0x02B9 && r <= 0x02FF:
		return true
	}
	return invisible(r)
}

// invisible reports whether r leaves no ink: joiners and bidirectional marks,
// soft hyphens, variation selectors, and letters that are blank by definition.
func invisible(r rune) bool {
	return r >= 0xAD && unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// spells reports whether a mark belongs to the spelling of the letter it sits
// on, as a Hindi vowel sign or the hamza of أ does. An accent or an Arabic or
// Hebrew vowel point does not: most writers leave it out.
func spells(mark, letter rune) bool {
	switch {
	case arabicPoint(mark):
		return false
	case unicode.Is(unicode.Arabic, letter):
		return mark >= 0x0653 && mark <= 0x0655
	case unicode.In(letter, unicode.Latin, unicode.Greek, unicode.Hebrew):
		return false
	case unicode.Is(unicode.Cyrillic, letter):
		// й and ё are letters of their own, and so are Macedonian ѓ and ќ. What
		// may go is the stress mark of dictionaries and schoolbooks.
		return mark != 0x0300 && (mark != 0x0301 || strings.ContainsRune("гкГК", letter))
	}
	return unicode.IsLetter(letter)
}

// arabicPoint reports whether r is tashkeel or another Arabic mark that is read
// and seldom written. Madda and hamza (U+0653 to U+0655) are spelling.
func arabicPoint(r rune) bool {
	switch {
	case r >= 0x0653 && r <= 0x0655:
		return false
	case r >= 0x0610 && r <= 0x06ED, r >= 0x0898 && r <= 0x08FF, r >= 0x10EC0 && r <= 0x10EFF:
		return unicode.Is(unicode.Mn, r)
	}
	return false
}

// unaccented spells a small Latin letter that Unicode does not decompose the
// way readers type it, and is empty for every other rune.
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
