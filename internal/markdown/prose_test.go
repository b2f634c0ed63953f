package markdown

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestProse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, markdown, want string
		ok                   bool
	}{
		{"paragraphs", "قال الوزير: «نعم».\nثم سكت.\n\n\nThe  end (2021) - 3!", "قال الوزير: «نعم». ثم سكت.\n\nThe end (2021) - 3!", true},
		{"bold", "**A b** c **ديالى**، **d**.", "A b c ديالى، d.", false}, // an Arabic comma follows
		{"bold with common punctuation", "**A b** c **ديالى** و **d**, **e**.\n**f**", "A b c ديالى و d, e. f", true},
		{"nothing", "", "", true},
		{"a heading", "# a", "", false},
		{"a list in Arabic digits", "١. أ", "", false},
		{"a hard break", "a  \nb", "", false},
		{"an underline", "a\n--", "", false},
		{"a table", "a\n:-", "", false},
		{"emphasis", "*a* b", "", false},
		{"bold behind a prefix", "و**«أ»** ب", "", false},
		{"unclosed bold", "**a b", "", false},
		{"bold that ends with punctuation", "**a.** b", "", false},
		{"a link", "[a](b)", "", false},
		{"an entity", "a &amp; b", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := prose(c.markdown)
			if ok != c.ok || ok && got != c.want {
				t.Errorf("prose(%q) = %q, %t, want %q, %t", c.markdown, got, ok, c.want, c.ok)
			}
		})
	}
}

// What is taken for prose has the text that parsing finds.
func TestProseReadsAsParsed(t *testing.T) {
	t.Parallel()
	r, earlier := NewRenderer(), NewEarlierRenderer()
	pieces := strings.Split("a b و ب ال ال» « . , ، : ; ! ? ' \" ( ) - + = # 1 ١ ۱ ** * **** \n \n\n é ّ \u00A0 \u200F \u200D \u2028 \u3000 \u0301 日 ❤ \u00AD \uFEFF $ % @ / { }", " ")
	pieces = append(pieces, " ", "  ", " **", "** ", " **a**", "**ب** ", "**a b**, ")
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			markdown := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 10).Draw(t, "pieces"), "")
			plain, ok := prose(markdown)
			for name, r := range map[string]*Renderer{"": r, " of an earlier renderer": earlier} {
				if want := r.parsedPlain(markdown); ok && plain != want {
					t.Fatalf("prose(%q) = %q, want%s %q", markdown, plain, name, want)
				}
			}
		}
	})
}

func FuzzProse(f *testing.F) {
	r := NewRenderer()
	for _, s := range []string{"a **b** c\nd\n\ne", "**و** (a)", "a\u00A0", "**a**b", "\n\na  b\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		if plain, ok := prose(markdown); ok {
			if want := r.parsedPlain(markdown); plain != want {
				t.Errorf("prose(%q) = %q, want %q", markdown, plain, want)
			}
		}
	})
}

// BenchmarkPlain reads 3 KB of paragraphs that begin with a name in bold.
func BenchmarkPlain(b *testing.B) {
	r := NewRenderer()
	body := strings.Repeat("**حسن كريم النجار** قال في بيان إن المجلس وافق على القانون، ثم سافر إلى العاصمة.\n\n", 22)
	b.Run("prose", func(b *testing.B) {
		for b.Loop() {
			r.Plain(body)
		}
	})
	b.Run("parsed", func(b *testing.B) {
		for b.Loop() {
			r.parsedPlain(body)
		}
	})
}
