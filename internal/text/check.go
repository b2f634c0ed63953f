package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckLine checks a title, name or byline. It refuses text that is blank, invalid UTF-8 or
// longer than limit runes, or that contains a control character (such as a line break), a
// noncharacter, or one of the overrides U+202D and U+202E, which make a text appear as
// another. It accepts what good typesetting needs: ZWNJ, ZWJ, the direction marks LRM, RLM
// and ALM, embeddings and isolates.
//
// The error is a sentence for the writer that does not name the field. It gives the
// character and its position, counted in runes from 1.
func CheckLine(s string, limit int) error {
	if err := checkRunes(s, limit, refusedKind); err != nil {
		return err
	}
	for _, r := range s {
		if !blank(r) {
			return nil
		}
	}
	return errors.New("the text is blank; write at least one visible character")
}

// CheckText is [CheckLine] for text of several lines, such as a body or a summary: it may be
// blank, and contain line breaks and tabs.
func CheckText(s string, limit int) error {
	return checkRunes(s, limit, func(r rune) string {
		if r == '\n' || r == '\r' || r == '\t' {
			return ""
		}
		return refusedKind(r)
	})
}

// checkRunes checks the length and the encoding of a text, and that kindOf names no kind for
// any of its runes.
func checkRunes(s string, limit int, kindOf func(rune) string) error {
	if n := utf8.RuneCountInString(s); n > limit {
		return fmt.Errorf("the text has %d characters; shorten it to at most %d", n, limit)
	}
	position := 0
	for i, r := range s {
		position++
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return fmt.Errorf("the text is not UTF-8 at character %d; send it as UTF-8", position)
		}
		if kind := kindOf(r); kind != "" {
			return fmt.Errorf("the text has the %s U+%04X at character %d; remove it", kind, r, position)
		}
	}
	return nil
}

// refusedKind names the kind of a rune that belongs in no text; it is empty for others.
func refusedKind(r rune) string {
	switch {
	case unicode.IsControl(r):
		return "control character"
	case r == 0x202D, r == 0x202E:
		return "bidirectional override"
	case r == 0x2028:
		return "line separator"
	case r == 0x2029:
		return "paragraph separator"
	case r == 0xFEFF:
		return "byte order mark"
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return "noncharacter"
	}
	return ""
}

// blank reports whether r leaves no ink. To Unicode, the blank Braille pattern is a symbol;
// it is a popular way to get an empty name.
func blank(r rune) bool {
	return unicode.IsSpace(r) || Invisible(r) || r == 0x2800
}
