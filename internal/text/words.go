package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words counts the words of a text by the word boundaries of Unicode (UAX #29).
// A word has a letter or a number in it; an Arabic word with its vowel points
// is one. Scripts that put no spaces between words are counted by the
// character: every Han, Hiragana or Thai letter is a word.
func Words(s string) int {
	words := 0
	for _, token := range tokens(s) {
		if hasLetterOrNumber(token) {
			words++
		}
	}
	return words
}

func hasLetterOrNumber(token []byte) bool {
	for len(token) > 0 {
		r, size := utf8.DecodeRune(token)
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
		token = token[size:]
	}
	return false
}

// ReadingMinutes estimates how long it takes to read that many words, as
// counted by [Words], in a language given by its tag: whole minutes, rounded
// up, and 0 for no words.
//
// The speeds are those that S. Trauzettel-Klosinski and K. Dietz measured with
// the International Reading Speed Texts (IReST; Invest. Ophthalmol. Vis. Sci.
// 53, 2012, pages 5452–5461), by reading aloud; a language that they did not
// measure gets the mean of the seventeen.
func ReadingMinutes(words int, language string) int {
	if words <= 0 {
		return 0
	}
	speed := readingSpeed(language)
	return (words + speed - 1) / speed
}

// readingSpeed is in what Words counts in a minute: characters for Chinese and
// Japanese (the study has 158 and 193 words as a linguist would count them).
func readingSpeed(language string) int {
	base, _, _ := strings.Cut(language, "-")
	switch strings.ToLower(base) {
	case "ar":
		return 138
	case "de":
		return 179
	case "en":
		return 228
	case "es":
		return 218
	case "fi":
		return 161
	case "fr":
		return 195
	case "he":
		return 187
	case "it":
		return 188
	case "ja":
		return 357
	case "nl":
		return 202
	case "pl":
		return 166
	case "pt":
		return 181
	case "ru":
		return 184
	case "sl":
		return 180
	case "sv":
		return 199
	case "tr":
		return 166
	case "zh":
		return 255
	}
	return 184
}
