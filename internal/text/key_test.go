package text

import (
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, key, want string }{
		{"a decomposed alef madda is composed", "ا\u0653ثار", "آثار"},
		{"a decomposed hamza is composed", "ا\u0654حمد-و\u0654", "أحمد-ؤ"},
		{"Latin accents are composed", "e\u0301te\u0301", "été"},
		{"composed letters stay", "آثار", "آثار"},
		{"joiners stay", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"presentation forms stay", "ﻻ", "ﻻ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Key(tt.key); got != tt.want {
				t.Errorf("Key(%+q) = %+q, want %+q", tt.key, got, tt.want)
			}
		})
	}
}

func TestCheckKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, key, want string }{
		{"letters of any script are fine", "خبر-12", ""},
		{"a blank within is fine", "dpa 12", ""},
		{"ZWNJ within is fine", "می\u200Cخواهم", ""},
		{"a blank at the end is refused", "12 ", `the key ends with U+0020, which nobody sees; send "12"`},
		{"a no-break space at the start is refused", "\u00A012", `the key begins with U+00A0, which nobody sees; send "12"`},
		{"a direction mark at the end is refused", "خبر\u200F", `the key ends with U+200F, which nobody sees; send "خبر"`},
		{"ALM at the start is refused", "\u061Cخبر", `the key begins with U+061C, which nobody sees; send "خبر"`},
		{"ZWNJ at the end is refused", "خبر\u200C", `the key ends with U+200C, which nobody sees; send "خبر"`},
		{"an isolate around it is refused", "\u2067خبر\u2069", `the key begins with U+2067, which nobody sees; send "خبر"`},
		{"a soft hyphen at the end is refused", "ab\u00AD", `the key ends with U+00AD, which nobody sees; send "ab"`},
		{"a variation selector at the end is refused", "ab\uFE0F", `the key ends with U+FE0F, which nobody sees; send "ab"`},
		{"all of them are left out of what to send", " \u200F\u200Cab\u200E \u00AD", `the key begins with U+0020, which nobody sees; send "ab"`},
		{"what is no line is told so", "a\nb", "the text has the control character U+000A at character 2; remove it"},
		{"twenty-one characters are too many", strings.Repeat("م", 21), "the text has 21 characters; shorten it to at most 20"},
		{"nothing visible is blank", "\u200F ", "the text is blank; write at least one visible character"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := CheckKey(tt.key, 20); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("CheckKey(%+q, 20) = %q, want %q", tt.key, got, tt.want)
			}
		})
	}
}
