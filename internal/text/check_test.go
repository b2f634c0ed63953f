package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCheckLine(t *testing.T) {
	t.Parallel()
	const isBlank = "the text is blank; write at least one visible character"
	tests := []struct{ name, line, want string }{
		{"a title is fine", "Budget vote delayed", ""},
		{"an Arabic title with tashkeel is fine", "مُحَمَّد", ""},
		{"ZWNJ, ZWJ, LRM, RLM and ALM are kept", "می\u200Cخواهم \u200D \u200E \u200F \u061C", ""},
		{"the replacement character is text", "a\uFFFDb", ""},
		{"twenty runes are twenty characters", strings.Repeat("م", 20), ""},
		{"twenty-one are too many", strings.Repeat("م", 21), "the text has 21 characters; shorten it to at most 20"},
		{"empty is blank", "", isBlank},
		{"white space is blank", " \u00A0\u3000", isBlank},
		{"invisible characters are blank", "\u200C\u200F\u00AD\u3164\u2800\uFE0F", isBlank},
		{"a line break is refused", "ab\ncd", "the text has the control character U+000A at character 3; remove it"},
		{"a tab is refused", "مر\tحبا", "the text has the control character U+0009 at character 3; remove it"},
		{"NUL is refused", "\x00", "the text has the control character U+0000 at character 1; remove it"},
		{"C1 controls are refused", "a\u0085", "the text has the control character U+0085 at character 2; remove it"},
		{"the line separator is refused", "a\u2028b", "the text has the line separator U+2028 at character 2; remove it"},
		{"the paragraph separator is refused", "a\u2029b", "the text has the paragraph separator U+2029 at character 2; remove it"},
		{"overrides are refused", "abc\u202Edef", "the text has the bidirectional override U+202E at character 4; remove it"},
		{"isolates and embeddings are fine", "a\u2067b\u2069 \u202Bc\u202C", ""},
		{"the byte order mark is refused", "\uFEFFa", "the text has the byte order mark U+FEFF at character 1; remove it"},
		{"noncharacters are refused", "a\uFFFF", "the text has the noncharacter U+FFFF at character 2; remove it"},
		{"noncharacters of other planes are refused", "a\U0001FFFE", "the text has the noncharacter U+1FFFE at character 2; remove it"},
		{"noncharacters among the presentation forms are refused", "\uFDD0", "the text has the noncharacter U+FDD0 at character 1; remove it"},
		{"the last of those is refused", "\uFDEF", "the text has the noncharacter U+FDEF at character 1; remove it"},
		{"the ligature after them is fine", "\uFDF0", ""},
		{"invalid UTF-8 is refused", "م\xff", "the text is not UTF-8 at character 2; send it as UTF-8"},
		{"encoded surrogates are refused", "\xed\xa0\x80", "the text is not UTF-8 at character 1; send it as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := message(CheckLine(tt.line, 20)); got != tt.want {
				t.Errorf("CheckLine(%+q, 20) = %q, want %q", tt.line, got, tt.want)
			}
		})
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"lines and tabs are fine", "a\r\n\tb\n", ""},
		{"blank is fine", "", ""},
		{"embeddings and isolates are fine", "\u202Bab\u202C \u2067ab\u2069", ""},
		{"twenty runes are twenty characters", strings.Repeat("م", 20), ""},
		{"twenty-one are too many", strings.Repeat("م", 21), "the text has 21 characters; shorten it to at most 20"},
		{"overrides are refused", "ab\n\u202Dc", "the text has the bidirectional override U+202D at character 4; remove it"},
		{"the other override is refused", "\u202E", "the text has the bidirectional override U+202E at character 1; remove it"},
		{"other controls are refused", "a\vb", "the text has the control character U+000B at character 2; remove it"},
		{"the line separator is refused", "a\u2028", "the text has the line separator U+2028 at character 2; remove it"},
		{"the byte order mark is refused", "\uFEFFa", "the text has the byte order mark U+FEFF at character 1; remove it"},
		{"invalid UTF-8 is refused", "a\xc3", "the text is not UTF-8 at character 2; send it as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := message(CheckText(tt.text, 20)); got != tt.want {
				t.Errorf("CheckText(%+q, 20) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"", "مرحبا", "a\nb", "\u202E", "\xff", "\uFFFD", "\u200C"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line, text := CheckLine(s, 100), CheckText(s, 100)
		if line == nil && text != nil {
			t.Errorf("CheckLine(%+q) = nil, but CheckText = %v", s, text)
		}
		if text == nil && !utf8.ValidString(s) {
			t.Errorf("CheckText(%+q) = nil, but it is not UTF-8", s)
		}
		if line == nil && strings.ContainsAny(s, "\n\r\t\u2028\u202E") {
			t.Errorf("CheckLine(%+q) = nil", s)
		}
		if line != nil && !utf8.ValidString(line.Error()) {
			t.Errorf("CheckLine(%+q) = %+q, which is not UTF-8", s, line)
		}
	})
}
