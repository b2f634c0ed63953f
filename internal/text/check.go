package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckLine refuses what no title, name or byline may be: blank, invalid UTF-8,
// longer than limit runes, or holding a control character (a line break is one),
// a noncharacter, or one of the overrides U+202D and U+202E, which make a text
// read as another than it is. What good typesetting needs is kept: ZWNJ, ZWJ,
// the direction marks LRM, RLM and ALM, embeddings and isolates.
//
// The error is a sentence for the writer, without the name of the field; it
// names the character and its position, counted in runes from 1.
func CheckLine(s string, limit int) error {
	if err := check(s, limit, control); err != nil {
		return err
	}
	for _, r := range s {
		if !blank(r) {
			return nil
		}
	}
	return errors.New("the text is blank; write at least one visible character")
}

// CheckText is [CheckLine] for text of many lines, such as a body or a summary:
// it may be blank, and hold line breaks and tabs.
func CheckText(s string, limit int) error {
	return check(s, limit, func(r rune) string {
		if r == '\n' || r == '\r' || r == '\t' {
			return ""
		}
		return control(r)
	})
}

// check looks for the first rune that refused has a name for.
func check(s string, limit int, refused func(rune) string) error {
	if n := utf8.RuneCountInString(s); n > limit {
		return fmt.Errorf("the text has %d characters; shorten it to at most %d", n, limit)
	}
	position := 0
	for i, r := range s {
		position++
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return fmt.Errorf("the text is not UTF-8 at character %d; send it as UTF-8", position)
		}
		if kind := refused(r); kind != "" {
			return fmt.Errorf("the text has the %s U+%04X at character %d; remove it", kind, r, position)
		}
	}
	return nil
}

// control names the kind of a rune that belongs in no text at all.
func control(r rune) string {
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

// blank reports whether r leaves no ink. The blank Braille pattern is a symbol
// to Unicode, and a favourite of those who want an empty name.
func blank(r rune) bool {
	return unicode.IsSpace(r) || invisible(r) || r == 0x2800
}
