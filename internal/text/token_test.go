package text

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tokensOf returns the tokens that a function finds in a text.
func tokensOf(s string, each func(string, func(start, end int))) (found []string) {
	each(s, func(start, end int) { found = append(found, s[start:end]) })
	return found
}

func TestEachToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"letters between spaces", "The  vote\nof 2021", "The|vote|of|2021"},
		{"Arabic with its points and digits", "قال مُحَمَّدٌ: ١٢٣، ثم", "قال|مُحَمَّدٌ|١٢٣|ثم"},
		{"punctuation at either end", `("Oil", gas).`, "Oil|gas"},
		{"what joins two letters", "O'Neil's U.S.A. 3.14 1,000 a:b", "O'Neil's|U.S.A|3.14|1,000|a:b"},
		{"what joins one letter only", "a. b, 'c' d.. e", "a|b|c|d|e"},
		{"an Arabic comma joins digits only", "١،٢ ا،ب", "١،٢|ا|ب"},
		{"what never joins", "a-b/c—d…e", "a|b|c|d|e"},
		{"underscores join", "#a_b", "a_b"},
		{"a mark belongs to what stands before", "a \u0301b -\u0301c a\u0301b", "a|b|c|a\u0301b"},
		{"an invisible character stays within a word", "می\u200Cخواهم, a.\u200Db", "می\u200Cخواهم|a.\u200Db"},
		{"other scripts", "日本 выборы ｶﾅ", "日|本|выборы|ｶﾅ"},
		{"Hebrew has abbreviations with quotation marks", `צה"ל`, `צה"ל`},
		{"invalid bytes separate words", "a\xffb", "a|b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(tokensOf(c.text, EachToken), "|"); got != c.want {
				t.Errorf("EachToken(%q) = %s, want %s", c.text, got, c.want)
			}
		})
	}
}

// byRules is EachToken by the rules of Unicode alone.
func byRules(s string, f func(start, end int)) { eachToken(withoutInvalid(s), f) }

// The short way and the rules of Unicode find the same in any mixture of what they treat
// differently.
func TestEachTokenFollowsTheRules(t *testing.T) {
	t.Parallel()
	mixture := []rune("ab1 .,:;'\"-_/()\n\t\réß×ªابة،؛؟٬٫١ـًٰ\u0301\u200D\u200C\u00ADא״日ｶ🇮🇫❤‘’“”…۔\uFFFD\u00A0\u2028ۀ\u06DD\u0600ก٪°§ǅɐ")
	rapid.Check(t, func(r *rapid.T) {
		for _, s := range rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom(mixture), 1, 9, -1), 100, 100).Draw(r, "texts") {
			if got, want := tokensOf(s, EachToken), tokensOf(s, byRules); !slices.Equal(got, want) {
				r.Fatalf("EachToken(%q) = %q, want %q", s, got, want)
			}
		}
	})
}

func FuzzEachToken(f *testing.F) {
	for _, s := range []string{"l’Irak's \"a\" 1.5, x_y", "مُحَمَّد، ١٬٠٠٠ \u0301a", "a.\u0301b ..c \u200D❤ é", "\xff'\xffs a\r\nb\t-", "א\"ב ٪ ۔ ـً"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := tokensOf(s, EachToken), tokensOf(s, byRules); !slices.Equal(got, want) {
			t.Errorf("EachToken(%q) = %q, want %q", s, got, want)
		}
	})
}

// BenchmarkSplit splits 3 KB of Arabic.
func BenchmarkSplit(b *testing.B) {
	prose := strings.Repeat("قال الوزير، في بيان: إن «المجلس» وافق على 12 قانونا. ", 32)
	for b.Loop() {
		Split(prose)
	}
}
