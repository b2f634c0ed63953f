package text

import (
	"fmt"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"words with their places", "The vote.", "the[The] vote[vote]"},
		{"Arabic with its points", "مُحَمَّدٌ، و", "محمد[مُحَمَّدٌ] و[و]"},
		{"an elided article is left out", "l'Irak d’État", "irak[Irak] etat[État]"},
		{"what looks like one stays", "aujourd'hui O'Brien", "aujourdhui[aujourd'hui] obrien[O'Brien]"},
		{"a possessive is left out", "France's Iraq’s", "france[France] iraq[Iraq]"},
		{"inclusive endings are left out", "français·e·s", "francais[français·e·s]"},
		{"an underscore separates words", "#العراق_اليوم", "العراق[العراق] اليوم[اليوم]"},
		{"a character that stands for several words is all of them", "ﷻ", "جل[ﷻ] جلاله[ﷻ]"},
		{"separators of thousands are left out", "1,000 ١٬٠٠٠ 3,5", "1000[1,000] 1000[١٬٠٠٠] 3,5[3,5]"},
		{"an acronym has no dots", "U.S. 3.14", "us[U.S] 3.14[3.14]"},
		{"ZWNJ stays within a word", "می\u200Cخواهم", "ميخواهم[می\u200Cخواهم]"},
		{"invalid bytes separate words", "a\xffb", "a[a] b[b]"},
		{"letters without ink are not a word", "\u0640", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, w := range Split(tt.text) {
				got = append(got, fmt.Sprintf("%s[%s]", w.Folded, tt.text[w.Start:w.End]))
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("Split(%q) = %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"l’Irak's", "·'’", "a.b", "\xff'\xffs", "d'", "'’s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, w := range Split(s) {
			if w.Start < at || w.End <= w.Start || w.End > len(s) || strings.ContainsAny(w.Folded, " _") || w.Folded == "" {
				t.Fatalf("Split(%q) has the word %q, %d to %d, after %d", s, w.Folded, w.Start, w.End, at)
			}
			at = w.Start
		}
	})
}
