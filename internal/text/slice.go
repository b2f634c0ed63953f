package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Slice cuts a text at UTF-16 code units, as JavaScript does. False where they are
// none of the text, or would cut a character in two.
func Slice(s string, start, end int) (string, bool) {
	from, to := byteAt(s, start), byteAt(s, end)
	if from < 0 || to < from {
		return "", false
	}
	return s[from:to], true
}

// byteAt is the byte at which a UTF-16 code unit begins, -1 where none does.
func byteAt(s string, unit int) int {
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

// Edit is what an edit made of a text: it knows where parts of the text of before
// stand now.
type Edit struct {
	after string
	// kept are the units at the start of both texts that are the same, behind those
	// from where on both are the same to their ends, and shift how far these moved.
	kept, behind, shift int
	// places are where parts stand in the text, by the part, in its order.
	places map[string][]int
}

// NewEdit compares two texts.
func NewEdit(before, after string) *Edit {
	first := 0
	for first < len(before) && first < len(after) && before[first] == after[first] {
		first++
	}
	last := 0
	for last < len(before)-first && last < len(after)-first && before[len(before)-1-last] == after[len(after)-1-last] {
		last++
	}
	for first > 0 && first < len(before) && !utf8.RuneStart(before[first]) {
		first--
	}
	for last > 0 && !utf8.RuneStart(before[len(before)-last]) {
		last--
	}
	units := UTF16(before)
	return &Edit{
		after: after, kept: UTF16(before[:first]), behind: units - UTF16(before[len(before)-last:]), shift: UTF16(after) - units,
		places: map[string][]int{},
	}
}

// Still answers where a part stands that no change touched, in UTF-16 code units.
func (e *Edit) Still(start int, part string) (int, bool) {
	end := start + UTF16(part)
	switch {
	case end < e.kept || end == e.kept && e.standsAlone(start, part):
		return start, true
	case start > e.behind || start == e.behind && e.standsAlone(start+e.shift, part):
		return start + e.shift, true
	}
	return 0, false
}

// Nearest answers the nearest place where the same words stand and free says that
// there is room; false when there is none.
func (e *Edit) Nearest(start int, part string, free func(at int) bool) (int, bool) {
	best, found := 0, false
	for _, at := range e.of(part) {
		if free(at) && (!found || distance(at, start) < distance(best, start)) {
			best, found = at, true
		}
	}
	return best, found
}

// of are the places where a part stands as words of its own.
func (e *Edit) of(part string) []int {
	if places, known := e.places[part]; known || part == "" {
		return places
	}
	var places []int
	units, from := 0, 0
	for {
		at := strings.Index(e.after[from:], part)
		if at < 0 {
			break
		}
		units += UTF16(e.after[from : from+at])
		from += at
		if bounded(e.after, from, from+len(part)) {
			places = append(places, units)
		}
		units += UTF16(part)
		from += len(part)
	}
	e.places[part] = places
	return places
}

func (e *Edit) standsAlone(start int, part string) bool {
	at := byteAt(e.after, start)
	return at >= 0 && strings.HasPrefix(e.after[at:], part) && bounded(e.after, at, at+len(part))
}

// bounded reports whether no word goes on at either end of a part of a text. In
// Arabic, up to two letters may be joined to the front of a word.
func bounded(s string, start, end int) bool {
	if next, _ := utf8.DecodeRuneInString(s[end:]); unicode.IsLetter(next) || unicode.IsNumber(next) || unicode.IsMark(next) {
		return false
	}
	joined := 0
	for start > 0 {
		before, size := utf8.DecodeLastRuneInString(s[:start])
		switch {
		case unicode.IsMark(before):
		case strings.ContainsRune("وفبلك", before) && joined < 2:
			joined++
		default:
			return !unicode.IsLetter(before) && !unicode.IsNumber(before)
		}
		start -= size
	}
	return true
}

func distance(a, b int) int { return max(a-b, b-a) }
