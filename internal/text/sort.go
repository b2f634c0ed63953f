package text

import (
	"bytes"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// MaxSortKey is the length, in bytes, of the longest sort key. It is enough to
// tell names apart by their first 50 letters or so.
const MaxSortKey = 120

// SortKey gives the key under which a database stores s to list it where
// readers look for it. Keys compare byte by byte, so that every database sorts
// alike whatever collations it knows.
//
// The order is the root collation of the Unicode CLDR: vowel points, accents
// and case only decide between names that are otherwise the same, and Latin
// comes before Arabic. As everywhere in CLDR the letters with hamza come before
// the bare alef (آ أ ؤ إ ئ ا ب), and the article ال is read as part of the name.
//
// Keys longer than [MaxSortKey] bytes are cut, so very long texts that begin
// alike may share one. The key of an empty string is empty and not nil, and
// comes first. A key takes about 8 µs to make, most of it for the collator,
// which is not safe to share.
func SortKey(s string) []byte {
	if s == "" {
		return []byte{}
	}
	var buffer collate.Buffer
	key := collate.New(language.Und).KeyFromString(&buffer, s)
	return bytes.Clone(key[:min(len(key), MaxSortKey)])
}
