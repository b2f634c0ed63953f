// Package bcp47 says how language tags relate: which is more general than another, and
// which belong to a language range (RFC 4647). It knows that Arabic is a macrolanguage:
// Standard Arabic (arb) and the spoken ones (arz, ary, apc) are Arabic (ar), in which most
// of them are written. It expects tags in canonical form, and imports only the standard
// library, as package model needs it.
package bcp47

import (
	"slices"
	"strings"
)

// Arabic is the macrolanguage.
const Arabic = "ar"

// Varieties returns the individual languages of Arabic: those of the macrolanguage ara in
// ISO 639-3. bbz and ajp are withdrawn, and still in use.
func Varieties() []string {
	return []string{
		"aao", "abh", "abv", "acm", "acq", "acw", "acx", "acy", "adf", "aeb", "aec", "afb", "ajp", "apc", "apd", "arb", "arq", "ars",
		"ary", "arz", "auz", "avl", "ayh", "ayl", "ayn", "ayp", "bbz", "pga", "shu", "ssh",
	}
}

// Base returns the language of a tag, without script and region: ar for arz-EG.
func Base(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	if isVariety(base) {
		return Arabic
	}
	return base
}

// isVariety is quick for languages that are none.
func isVariety(base string) bool { return len(base) == 3 && slices.Contains(Varieties(), base) }

// Parent returns the next more general tag, as in the lookup of RFC 4647: ar for ar-IQ,
// arz for arz-EG, and ar for arz. It is empty if there is none.
func Parent(tag string) string {
	cut := strings.LastIndexByte(tag, '-')
	if cut < 0 && isVariety(tag) {
		return Arabic
	}
	if cut >= 2 && tag[cut-2] == '-' { // what a single letter introduces goes with it
		cut -= 2
	}
	return tag[:max(cut, 0)]
}

// Every is the language range of everything in a language: ar-* for ar.
func Every(base string) string { return base + "-*" }

// IsRange reports whether a text is a range, as Every returns it, and not a tag.
func IsRange(text string) bool { return strings.HasSuffix(text, "-*") }

// Within reports whether a tag belongs to a range: that of a tag such as ar, or of Every. A
// tag belongs to itself and to what is more general: arz-EG to arz and ar, but arn, which
// is Mapuche, to neither.
func Within(tag, of string) bool {
	of = strings.TrimSuffix(of, "-*")
	for ; tag != ""; tag = Parent(tag) {
		if tag == of {
			return true
		}
	}
	return false
}

// Ranges returns the tags with which the tags in a range begin: ar and its varieties for
// ar, otherwise the tag itself.
func Ranges(of string) []string {
	of = strings.TrimSuffix(of, "-*")
	if of != Arabic {
		return []string{of}
	}
	return append([]string{of}, Varieties()...)
}
