package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// marks are the characters that may mean something to Markdown or to HTML wherever they
// stand, with bytes that are no text. Asterisks are looked at on their own.
const marks = "\\`_[]<>&~|^\t\r\f\v\x00"

var isMark = func() (is [utf8.RuneSelf]bool) {
	for _, mark := range marks {
		is[mark] = true
	}
	return is
}()

// begins are the characters that may mean something at the beginning of a line.
const begins = " #-+=:0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"

// prose returns the plain text of a body of paragraphs with nothing but words in bold, which
// most news is. Parsing takes fifty times as long. It returns false for
// any other body.
func prose(markdown string) (plain string, ok bool) {
	for i := range len(markdown) {
		if b := markdown[i]; b < utf8.RuneSelf && isMark[b] {
			return "", false
		}
	}
	if !utf8.ValidString(markdown) {
		return "", false
	}
	var b strings.Builder
	b.Grow(len(markdown))
	gap := ""
	for line := range strings.SplitSeq(markdown, "\n") {
		if line == "" {
			gap = "\n\n"
			continue
		}
		if first, _ := utf8.DecodeRuneInString(line); strings.ContainsRune(begins, first) || line[len(line)-1] == ' ' {
			return "", false
		}
		if b.Len() > 0 {
			b.WriteString(gap)
		}
		if !proseLine(&b, line) {
			return "", false
		}
		gap = " "
	}
	return b.String(), true
}

// proseLine writes a line without its bold marks.
func proseLine(b *strings.Builder, line string) bool {
	for strings.Contains(line, "  ") {
		line = strings.ReplaceAll(line, "  ", " ")
	}
	for {
		at := strings.IndexByte(line, '*')
		if at < 0 {
			b.WriteString(line)
			return true
		}
		bold, after, found := cutBold(line[at:])
		if !found || at > 0 && line[at-1] != ' ' {
			return false
		}
		b.WriteString(line[:at])
		b.WriteString(bold)
		line = after
	}
}

// cutBold cuts what stands between two pairs of asterisks off the beginning of a line, where
// no reading of the asterisks differs.
func cutBold(line string) (bold, after string, found bool) {
	line, found = strings.CutPrefix(line, "**")
	if !found {
		return "", "", false
	}
	bold, after, found = strings.Cut(line, "**")
	first, _ := utf8.DecodeRuneInString(bold)
	last, _ := utf8.DecodeLastRuneInString(bold)
	if !found || strings.Contains(bold, "*") || !isWordRune(first) || !isWordRune(last) {
		return "", "", false
	}
	return bold, after, after == "" || strings.IndexByte(" ,.;!?", after[0]) >= 0
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r))
}
