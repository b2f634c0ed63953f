package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Edit is a change of a text. It finds parts of the text before the change in the text
// after it. Offsets are in UTF-16 code units.
type Edit struct {
	after string
	// Both texts are the same up to prefixEnd, and from suffixStart, an offset in the
	// text before, to their ends. The latter part moved by shift.
	prefixEnd, suffixStart, shift int
	// places holds where parts stand in the text after, in its order.
	places map[string][]int
}

// NewEdit compares the text before and after a change.
func NewEdit(before, after string) *Edit {
	prefix := 0
	for prefix < len(before) && prefix < len(after) && before[prefix] == after[prefix] {
		prefix++
	}
	suffix := 0
	for suffix < len(before)-prefix && suffix < len(after)-prefix && before[len(before)-1-suffix] == after[len(after)-1-suffix] {
		suffix++
	}
	for prefix > 0 && prefix < len(before) && !utf8.RuneStart(before[prefix]) {
		prefix--
	}
	for suffix > 0 && !utf8.RuneStart(before[len(before)-suffix]) {
		suffix--
	}
	units := UTF16Len(before)
	return &Edit{
		after: after, prefixEnd: UTF16Len(before[:prefix]), suffixStart: units - UTF16Len(before[len(before)-suffix:]), shift: UTF16Len(after) - units,
		places: map[string][]int{},
	}
}

// Untouched returns where a part that stood at start stands now, and false when the change
// touched it or the words around it.
func (e *Edit) Untouched(start int, part string) (int, bool) {
	end := start + UTF16Len(part)
	switch {
	case end < e.prefixEnd || end == e.prefixEnd && e.standsAlone(start, part):
		return start, true
	case start > e.suffixStart || start == e.suffixStart && e.standsAlone(start+e.shift, part):
		return start + e.shift, true
	}
	return 0, false
}

// Nearest returns the place nearest to start where the same words stand and that is free,
// and false when there is none.
func (e *Edit) Nearest(start int, part string, free func(at int) bool) (int, bool) {
	nearest, found := 0, false
	for _, at := range e.placesOf(part) {
		if free(at) && (!found || distance(at, start) < distance(nearest, start)) {
			nearest, found = at, true
		}
	}
	return nearest, found
}

// placesOf returns where a part stands as words of its own in the text after the change.
func (e *Edit) placesOf(part string) []int {
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
		units += UTF16Len(e.after[from : from+at])
		from += at
		if isBounded(e.after, from, from+len(part)) {
			places = append(places, units)
		}
		units += UTF16Len(part)
		from += len(part)
	}
	e.places[part] = places
	return places
}

// standsAlone reports whether a part stands at an offset of the text after the change, as
// words of its own.
func (e *Edit) standsAlone(start int, part string) bool {
	at := byteOffset(e.after, start)
	return at >= 0 && strings.HasPrefix(e.after[at:], part) && isBounded(e.after, at, at+len(part))
}

// isBounded reports whether a part of a text, given by its bytes, begins and ends with
// words. In Arabic, up to two letters may be joined to the front of a word.
func isBounded(s string, start, end int) bool {
	return startsWord(s, start) && endsWord(s, end)
}

// endsWord reports whether no letter follows. Characters that nobody sees, such as a soft
// hyphen, do not end a word.
func endsWord(s string, end int) bool {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(s[end:], isUnseen))
	return !unicode.IsLetter(next) && !unicode.IsNumber(next) && !unicode.IsMark(next)
}

func isUnseen(r rune) bool { return unicode.Is(unicode.Cf, r) }

func startsWord(s string, start int) bool {
	joined := 0
	for start > 0 {
		before, size := utf8.DecodeLastRuneInString(s[:start])
		switch {
		case unicode.IsMark(before), isUnseen(before):
		case strings.ContainsRune("وفبلك", before) && joined < 2:
			joined++
		default:
			return !unicode.IsLetter(before) && !unicode.IsNumber(before)
		}
		start -= size
	}
	return true
}

// IsWords reports whether a part of a text, given by its UTF-16 code units, begins and
// ends with words. Words are those of Unicode (UAX #29), and the parts of what is joined:
// Irak in l'Irak, العراق in بالعراق.
func IsWords(s string, start, end int) bool {
	from, to := byteOffset(s, start), byteOffset(s, end)
	if from < 0 || to <= from {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s[from:to])
	last, _ := utf8.DecodeLastRuneInString(s[from:to])
	if unicode.IsSpace(first) || unicode.IsSpace(last) || unicode.IsMark(first) || !hasLetterOrNumber([]byte(s[from:to])) {
		return false
	}
	return (startsWord(s, from) || isBoundary(s, from)) && (endsWord(s, to) || isBoundary(s, to))
}

// isBoundary reports whether a word of Unicode begins or ends at a byte. In some scripts
// words stand side by side.
func isBoundary(s string, at int) bool {
	for _, token := range tokens(s) {
		if at <= 0 {
			break
		}
		at -= len(token)
	}
	return at == 0
}

func distance(a, b int) int { return max(a-b, b-a) }
