package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/segment"
)

// EachToken calls f with the byte offsets of everything between two word boundaries of
// Unicode (UAX #29) that has a letter or a number in it, in the order of the text. A byte
// that is not UTF-8 counts as a space.
//
// Most words of a text are letters of a few alphabets between spaces and common
// punctuation, whose boundaries are plain: only what stands between two spaces with
// anything else in it is left to the rules of Unicode, which take eight times as long.
func EachToken(s string, f func(start, end int)) {
	s = withoutInvalid(s)
	// from is where to begin again should the rules be needed: a boundary, whatever follows.
	for at, from := 0, 0; at < len(s); {
		switch class, size := classAt(s, at); class {
		case breaks:
			from = at
			at += size
			continue
		case joins:
			at += size
			continue
		case letter:
			if end, plain := plainWord(s, at); plain {
				f(at, end)
				at, from = end, end
				continue
			}
		}
		end := len(s)
		if space := strings.IndexAny(s[at:], " \n"); space >= 0 {
			end = at + space
		}
		eachToken(s[from:end], func(start, end int) { f(from+start, from+end) })
		at, from = end, end
	}
}

// plainWord returns the end of the letters and digits that begin at a place, and whether a
// word ends there.
func plainWord(s string, at int) (end int, plain bool) {
	for {
		class, size := classAt(s, at)
		switch class {
		case letter, point:
			at += size
			continue
		case breaks:
			return at, true
		case joins: // if a letter follows
			next, _ := classAt(s, at+size)
			return at, next == breaks || next == joins
		}
		return at, false
	}
}

// class is what a character is for the boundaries of words.
type class byte

const (
	// other is everything that the rules of Unicode decide about.
	other class = iota
	// letter is a letter or a digit: no boundary parts it from another one.
	letter
	// point is a point of Arabic, which belongs to the letter before.
	point
	// breaks is what has a boundary before and, unless a mark follows, behind it.
	breaks
	// joins is the same, but for one character between two letters or digits.
	joins
)

// classAt returns the class and the length of the character at a place; the end of the
// text breaks.
func classAt(s string, at int) (class, int) {
	if at >= len(s) {
		return breaks, 0
	}
	if b := s[at]; b < utf8.RuneSelf {
		return classOfASCII[b], 1
	}
	r, size := utf8.DecodeRuneInString(s[at:])
	switch {
	case r >= 0x0620 && r <= 0x064A, r >= 0x0671 && r <= 0x06D3, r >= 0x0660 && r <= 0x0669, r >= 0x06F0 && r <= 0x06F9:
		return letter, size
	case r >= 0x064B && r <= 0x0652:
		return point, size
	case r >= 0x00C0 && r <= 0x024F && r != '×' && r != '÷':
		return letter, size
	}
	switch r {
	case '،', '‘', '’':
		return joins, size
	case '؛', '؟', '«', '»', '“', '”', '–', '—', '…':
		return breaks, size
	}
	return other, size
}

var classOfASCII = func() (classes [utf8.RuneSelf]class) {
	for b := range classes {
		switch r := rune(b); {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			classes[b] = letter
		case strings.ContainsRune(`.,:;'"`, r):
			classes[b] = joins
		case r == '_', r < ' ' && r != '\n', r == 0x7F:
		default:
			classes[b] = breaks
		}
	}
	return classes
}()

// eachToken is EachToken by the rules of Unicode.
func eachToken(s string, f func(start, end int)) {
	at := 0
	for _, token := range tokens(s) {
		start := at
		at += len(token)
		if hasLetterOrNumber(token) {
			f(start, at)
		}
	}
}

// tokens returns everything between the word boundaries of a text, including spaces and
// punctuation. A byte that is not UTF-8 counts as a space.
func tokens(s string) [][]byte {
	// The segmenter fails on incomplete and invalid texts only; this one is neither. By
	// itself, it would allocate as for a long text.
	capacity := len(s)/4 + 4
	list, _, _, _ := segment.SegmentWordsDirect([]byte(withoutInvalid(s)), make([][]byte, 0, capacity), make([]int, 0, capacity))
	return list
}

// withoutInvalid returns a text of the same length with a space for each byte that is not
// UTF-8.
func withoutInvalid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text := []byte(s)
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			text[i] = ' '
		}
	}
	return string(text)
}

func hasLetterOrNumber(token []byte) bool {
	for len(token) > 0 {
		r, size := utf8.DecodeRune(token)
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
		token = token[size:]
	}
	return false
}
