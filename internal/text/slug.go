package text

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxSlug is the length, in runes, of the longest slug.
const MaxSlug = 96

// Slug turns a title into the last part of an address, in the script of the
// title: letters and digits stay, and every run of anything else becomes one
// hyphen. Capitals, accents, Arabic and Hebrew vowel points, tatweel and
// invisible characters go without a trace, so that one title spelled with and
// without them has one slug; hamza, alef and ta marbuta forms are spelling, and
// stay.
//
// A slug has at most [MaxSlug] runes, cut between words if that costs a third
// of it at most. It is empty when the title has no letter or digit. The slug of
// a slug is itself, so Slug(s) == s tells whether s is one.
func Slug(title string) string {
	var w slugWriter
	// Package norm leaves what follows an invalid byte as it is.
	for _, r := range norm.NFD.String(strings.ToValidUTF8(title, "\uFFFD")) {
		if !compatibilityForm(r) {
			w.write(r)
			continue
		}
		// Forms of vowel signs that stand alone decompose to a space and the
		// sign; that space is no word boundary.
		for _, r := range strings.TrimLeft(norm.NFKD.String(string(r)), " ") {
			w.write(r)
		}
	}
	return cutSlug(norm.NFC.String(string(w.slug)), MaxSlug)
}

// WithSuffix numbers a slug that is already taken, as in "budget-2", and keeps
// the result a slug of at most [MaxSlug] runes. n must not be negative. An
// empty slug becomes the number alone.
func WithSuffix(slug string, n int) string {
	suffix := "-" + strconv.Itoa(n)
	return strings.TrimLeft(cutSlug(slug, MaxSlug-len(suffix))+suffix, "-")
}

// slugWriter takes the runes of a decomposed title.
type slugWriter struct {
	slug   []rune
	letter rune // what a mark would sit on; 0 between words
	gap    bool // something that becomes a hyphen came since the last letter
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

// compatibilityForm reports whether r is another shape of ordinary letters and
// digits: ligatures and Arabic presentation forms, which PDFs are full of,
// fullwidth and halfwidth letters, and numbers such as ², Ⅷ and ½. Other
// compatibility characters are symbols (™ is not the word tm).
func compatibilityForm(r rune) bool {
	switch {
	case r >= 0xFB00 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC, r >= 0xFF00 && r <= 0xFFEF:
		return true
	}
	return unicode.In(r, unicode.No, unicode.Nl)
}

// cutSlug shortens a slug to at most limit runes: at a hyphen if there is one
// in the last third, and never between a letter and its marks.
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
