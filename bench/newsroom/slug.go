package newsroom

import (
	"strconv"
	"strings"
	"unicode"
)

// slug is a text as the last part of an address: plain letters and digits, joined by
// hyphens. It knows the accents of the newsroom's own words only.
func slug(text string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ç", "c", "ô", "o", "ï", "i").Replace(strings.ToLower(text))
	return strings.Join(strings.FieldsFunc(plain, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), "-")
}

// numbered is the slug of the first words of a title and a number, which no other has.
func numbered(title string, number int) string {
	words := strings.Fields(title)
	return slug(strings.Join(words[:min(5, len(words))], " ")) + "-" + strconv.Itoa(number)
}
