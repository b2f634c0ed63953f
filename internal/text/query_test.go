package text

import (
	"fmt"
	"strings"
	"testing"
)

// written shows a query: words with + are needed, with ? optional, with - excluded.
func written(q Query) string {
	var list []string
	for _, n := range q.Needs {
		mark := "+"
		if n.Optional {
			mark = "?"
		}
		list = append(list, mark+strings.Join(n.Words, "_"))
	}
	for _, n := range q.Without {
		list = append(list, "-"+strings.Join(n.Words, "_"))
	}
	if q.Blank {
		list = append(list, "blank")
	}
	return strings.Join(list, " ")
}

func TestParseQuery(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, query, want string }{
		{"words are needed", "Foreign minister", "+foreign +minister"},
		{"a word twice is one", "oil Oil", "+oil"},
		{"function words are optional", "Minister of Finance", "+minister ?of +finance"},
		{"function words alone are needed", "of the", "+of +the"},
		{"quotes make a phrase", `"prime minister" Iraq`, "+prime_minister +iraq"},
		{"typographic quotes do", "«رئيس الوزراء» “a b” „c d“", "+رييس_الوزراء +a_b +c_d"},
		{"a quoted word is a word", `"the"`, "+the"},
		{"a quote that is never closed is nothing", `"prime minister`, "+prime +minister"},
		{"a hyphen excludes", "Iraq -oil", "+iraq -oil"},
		{"a hyphen excludes a phrase", `Iraq -"oil price"`, "+iraq -oil_price"},
		{"a hyphen inside of a word does not", "cease-fire", "+cease +fire"},
		{"a hyphen alone is nothing", "c - b --", "+c +b"},
		{"operators are words", "NEAR(a b) OR NOT x*", "+near ?a +b ?or +not +x"},
		{"elisions are not words", "l'Irak d’État", "+irak +etat"},
		{"nothing is blank", " \u200F\n", "blank"},
		{"punctuation is not blank, but no words", "!? *", ""},
		{"invalid bytes are spaces", "oil\xffgas", "+oil +gas"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := written(ParseQuery(tt.query)); got != tt.want {
				t.Errorf("ParseQuery(%q) = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"words with their places", "The vote.", "the[The] vote[vote]"},
		{"Arabic with its points", "مُحَمَّدٌ، و", "محمد[مُحَمَّدٌ] و[و]"},
		{"an elision is left out", "l'Irak d’État", "irak[Irak] etat[État]"},
		{"what looks like one is not", "aujourd'hui O'Brien", "aujourdhui[aujourd'hui] obrien[O'Brien]"},
		{"a possessive is left out", "France's Iraq’s", "france[France] iraq[Iraq]"},
		{"inclusive endings are", "français·e·s", "francais[français·e·s]"},
		{"an underscore parts words", "#العراق_اليوم", "العراق[العراق] اليوم[اليوم]"},
		{"a character for several words is several", "ﷻ", "جل[ﷻ] جلاله[ﷻ]"},
		{"separators of thousands are left out", "1,000 ١٬٠٠٠ 3,5", "1000[1,000] 1000[١٬٠٠٠] 3,5[3,5]"},
		{"an acronym has no dots", "U.S. 3.14", "us[U.S] 3.14[3.14]"},
		{"ZWNJ stays within a word", "می\u200Cخواهم", "ميخواهم[می\u200Cخواهم]"},
		{"invalid bytes part words", "a\xffb", "a[a] b[b]"},
		{"letters without ink are no word", "\u0640", ""},
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
		ParseQuery(s)
		new(Indexer).Of([]Field{{s, "ar", 1}, {s, "en", 6}}, nil)
	})
}
