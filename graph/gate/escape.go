package gate

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// checkEscapes refuses a document, which can be parsed, if one of its strings has half of
// a surrogate pair as an escape, such as \uD83D without \uDE00 behind it. The GraphQL
// specification forbids that (2.9.4), and gqlparser makes U+FFFD of it.
func checkEscapes(document string) *gqlerror.Error {
	at := halfPair(document)
	if at < 0 {
		return nil
	}
	before := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(document[:at])
	line, column := strings.Count(before, "\n")+1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])+1
	err := gqlerror.ErrorLocf("", line, column, "the escape %s is half of a surrogate pair; send both halves, or the character itself", document[at:at+6])
	errcode.Set(err, errcode.ParseFailed)
	return err
}

// halfPair returns the place of the first such escape, -1 if there is none.
func halfPair(document string) int {
	if !strings.Contains(document, `\u`) {
		return -1
	}
	for i := 0; i < len(document); {
		switch rest := document[i:]; {
		case rest[0] == '#':
			i += max(1, strings.IndexAny(rest+"\n", "\r\n"))
		case strings.HasPrefix(rest, `"""`):
			i += blockLength(rest)
		case rest[0] == '"':
			length, half := stringLength(rest)
			if half {
				return i + length
			}
			i += length
		default:
			i++
		}
	}
	return -1
}

// blockLength returns the length of the block string at the beginning of a text. It has no
// escapes but \""", and ends with the last quotes of three or more.
func blockLength(text string) int {
	for i := 3; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], `\"""`):
			i += 4
		case strings.HasPrefix(text[i:], `"""`):
			return len(text) - len(strings.TrimLeft(text[i:], `"`))
		default:
			i++
		}
	}
	return len(text)
}

// stringLength returns the length of the string at the beginning of a text, or the place of
// half a pair in it.
func stringLength(text string) (length int, half bool) {
	for i := 1; i < len(text); {
		switch unit := codeUnit(text[i:]); {
		case text[i] == '"':
			return i + 1, false
		case isLeading(unit) && isTrailing(codeUnit(text[i+6:])):
			i += 12
		case isLeading(unit) || isTrailing(unit):
			return i, true
		case text[i] == '\\':
			i += 2
		default:
			i++
		}
	}
	return len(text), false
}

func isLeading(unit uint64) bool  { return unit >= 0xD800 && unit < 0xDC00 }
func isTrailing(unit uint64) bool { return unit >= 0xDC00 && unit < 0xE000 }

// codeUnit returns the code unit of the escape at the beginning of a text, 0 if there is
// none. Escapes such as \u{1F600} are code points, of which gqlparser refuses halves.
func codeUnit(text string) uint64 {
	if len(text) < 6 || text[:2] != `\u` {
		return 0
	}
	unit, _ := strconv.ParseUint(text[2:6], 16, 16)
	return unit
}
