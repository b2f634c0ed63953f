package text

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxSlug is the length, in runes, of the longest slug.
const MaxSlug = 96

// Slug turns a title into the last part of an address, in the script of the title. Letters
// and digits stay, in lower case, and every run of anything else becomes one hyphen. Accents,
// Arabic and Hebrew vowel points, tatweel and invisible characters are dropped, so that a
// title has the same slug with and without them; the forms of hamza, alef and ta marbuta are
// spelling and stay.
//
// A slug has at most [MaxSlug] runes. It is cut between words if that costs at most a third
// of it. It is empty when the title has no letter or digit. The slug of a slug is the slug
// itself, so Slug(s) == s tells whether s is a slug.
func Slug(title string) string {
	var w slugWriter
	// Package norm does not normalize what follows an invalid byte.
	for _, r := range norm.NFD.String(strings.ToValidUTF8(title, "\uFFFD")) {
		if !compatibilityForm(r) {
			w.write(r)
			continue
		}
		// The forms of vowel signs that stand alone decompose into a space and the
		// sign. That space is not a word boundary.
		for _, r := range strings.TrimLeft(norm.NFKD.String(string(r)), " ") {
			w.write(r)
		}
	}
	return cutSlug(norm.NFC.String(string(w.slug)), MaxSlug)
}

// NumberedSlug adds a number to a slug that is already taken, as in "budget-2". The result is
// a slug of at most [MaxSlug] runes; of an empty slug, the number alone. n must not be
// negative.
func NumberedSlug(slug string, n int) string {
	suffix := "-" + strconv.Itoa(n)
	return strings.TrimLeft(cutSlug(slug, MaxSlug-len(suffix))+suffix, "-")
}

// slugWriter makes a slug from the runes of a decomposed title.
type slugWriter struct {
	slug   []rune
	letter rune // the letter that a mark would sit on; 0 between words
	gap    bool // something since the last letter becomes a hyphen
}

func (w *slugWriter) write(r rune) {
	r = unicode.ToLower(r)
	switch {
	case silent(r):
	case unicode.IsMark(r):
		if spells(r, w.letter) {
			w.slug = append(w.slug, r)
		}
	case unicode.IsLetter(r), unicode.IsNumber(r):
		if w.gap && len(w.slug) > 0 {
			w.slug = append(w.slug, '-')
		}
		w.gap, w.letter = false, r
		if plain := unaccented(r); plain != "" {
			w.slug = append(w.slug, []rune(plain)...)
			return
		}
		w.slug = append(w.slug, r)
	default:
		w.gap, w.letter = true, 0
	}
}

// compatibilityForm reports whether r is another form of ordinary letters and digits:
// ligatures and Arabic presentation forms, which PDFs are full of, fullwidth and halfwidth
// letters, and numbers such as ², Ⅷ and ½. Other compatibility characters are symbols (™ is
// not the word tm).
func compatibilityForm(r rune) bool {
	switch {
	case r >= 0xFB00 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC, r >= 0xFF00 && r <= 0xFFEF:
		return true
	}
	return unicode.In(r, unicode.No, unicode.Nl)
}

// cutSlug shortens a slug to at most limit runes: at a hyphen if the last third has one, and
// never between a letter and its marks.
func cutSlug(slug string, limit int) string {
	runes := []rune(slug)
	if len(runes) <= limit {
		return slug
	}
	end := limit
	for hyphen := limit; hyphen >= limit*2/3; hyphen-- {
		if runes[hyphen] == '-' {
			end = hyphen
			break
		}
	}
	for end > 0 && unicode.IsMark(runes[end]) {
		end--
	}
	return strings.TrimRight(string(runes[:end]), "-")
}
