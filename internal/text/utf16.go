package text

import "strings"

// UTF16Len returns the length of a text in UTF-16 code units, as JavaScript counts it.
func UTF16Len(s string) int {
	units := 0
	for _, r := range s {
		units++
		if r > 0xFFFF {
			units++
		}
	}
	return units
}

// Slice returns the part of a text between two offsets in UTF-16 code units, as JavaScript
// does. It returns false for offsets that are outside of the text or within a character.
func Slice(s string, start, end int) (string, bool) {
	from, to := byteOffset(s, start), byteOffset(s, end)
	if from < 0 || to < from {
		return "", false
	}
	return s[from:to], true
}

// StandsAt reports whether a text has a part at a UTF-16 code unit.
func StandsAt(s string, start int, part string) bool {
	at := byteOffset(s, start)
	return at >= 0 && strings.HasPrefix(s[at:], part)
}

// byteOffset returns the byte at which a UTF-16 code unit begins, or -1 if none does.
func byteOffset(s string, unit int) int {
	at := 0
	for i, r := range s {
		switch {
		case at == unit:
			return i
		case at > unit:
			return -1
		}
		at++
		if r > 0xFFFF {
			at++
		}
	}
	if at == unit {
		return len(s)
	}
	return -1
}
