package markdown

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// bodyOf is what is within the div and the paragraph of a body's HTML.
func bodyOf(r *Renderer, markdown string) string {
	page := r.HTML(markdown, Page{Language: "ar", Prefix: "p-"})
	page = strings.TrimSuffix(strings.TrimPrefix(page, `<div dir="rtl" lang="ar">`), "</div>")
	page = strings.NewReplacer("\n", "", ` dir="auto"`, "").Replace(page)
	if inner, ok := strings.CutPrefix(page, "<p>"); ok && strings.Count(page, "<p>") == 1 {
		return strings.TrimSuffix(inner, "</p>")
	}
	return page
}

func TestEmphasisBehindJoinedPrefixes(t *testing.T) {
	t.Parallel()
	r := NewRenderer()
	for _, prefix := range []string{
		"و", "ف", "ب", "ل", "ك", "س", "ال", "وال", "فال", "بال", "كال", "لل", "وبال", "فكال", "ولل", "وب", "فل", "وك", "أ", "أو", "وس", "فس", "أفب",
		"بـ", "وبـ", "لـ", "وَ", "بِ", "وَالـ", "ب\u200d", "\u200fو", "ו", "וה", "ב", "ל", "שב",
	} {
		for _, quoted := range []string{`«التجدد»`, `"الصحيفة"`, `“الصحيفة”`, `(التجدد)`, `[التجدد]`, `‘التجدد’`, `'التجدد'`, `$5`, `٪50`, `#وسم`, "`كود`", `[رابط](/x)`, `~~قديم~~`} {
			for _, mark := range []string{"*", "**", "_", "__", "~~"} {
				if mark == "~~" && strings.Contains(quoted, "~") {
					continue
				}
				for _, around := range [][2]string{{"وشارك حزبا الأمل ", " في الجلسة"}, {"", ""}, {"قال («", "»)"}} {
					body := around[0] + prefix + mark + quoted + mark + around[1]
					element := map[string]string{"*": "em", "_": "em", "**": "strong", "__": "strong", "~~": "del"}[mark]
					got := bodyOf(r, body)
					if !strings.Contains(got, prefix+"<"+element+">") || !strings.Contains(got, "</"+element+">"+around[1]) || strings.ContainsAny(got, "*_~") {
						t.Errorf("HTML(%q) = %q, want %s behind %s", body, got, element, prefix)
					}
				}
			}
		}
	}
}

func TestEmphasisInArabic(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, markdown, want string }{
		{"behind a conjunction", "وشارك حزبا الأمل و**«التجدد»** في الجلسة", "وشارك حزبا الأمل و<strong>«التجدد»</strong> في الجلسة"},
		{"behind a preposition, in straight quotes", `ب**"الصحيفة"**`, `ب<strong>&#34;الصحيفة&#34;</strong>`},
		{"emphasis of both kinds at once", "و***«التجدد»*** هنا", "و<em><strong>«التجدد»</strong></em> هنا"},
		{"emphasis within emphasis", "و**_«التجدد»_** هنا", "و<strong><em>«التجدد»</em></strong> هنا"},
		{"underscores around a word", "و_التجدد_ هنا", "و<em>التجدد</em> هنا"},
		{"before an ending", "**«التجدد»**ي و**\"الصحيفة\"**ها", "<strong>«التجدد»</strong>ي و<strong>&#34;الصحيفة&#34;</strong>ها"},
		{"before an ending, with underscores", "_«التجدد»_ي", "<em>«التجدد»</em>ي"},
		{"a label before a word", "**ملاحظة:**النص **لماذا؟**لأن", "<strong>ملاحظة:</strong>النص <strong>لماذا؟</strong>لأن"},
		{"before a mark of direction", "و**«التجدد»**\u200f في", "و<strong>«التجدد»</strong>\u200f في"},
		{"behind a mark of direction", "كلمة \u200f**«التجدد»** في", "كلمة \u200f<strong>«التجدد»</strong> في"},
		{"twice in a line", "ل**«أ»** و**«ب»**", "ل<strong>«أ»</strong> و<strong>«ب»</strong>"},
		{"within a link", "[و**«التجدد»**](/x)", `<a href="/x" rel="noopener">و<strong>«التجدد»</strong></a>`},
		{"over two lines", "ب**«الصحيفة\nالأولى»** هنا", "ب<strong>«الصحيفةالأولى»</strong> هنا"},
		{"behind a tag", "<b>و</b>ب**«التجدد»** هنا", "<b>و</b>ب<strong>«التجدد»</strong> هنا"},

		{"plain words stay as CommonMark has them", "كلمة **ثقيلة** و**كلمة** و*كلمة*", "كلمة <strong>ثقيلة</strong> و<strong>كلمة</strong> و<em>كلمة</em>"},
		{"asterisks of notes stay", "الأسعار*، والأجور*. (الأسعار*) (و*)", "الأسعار*، والأجور*. (الأسعار*) (و*)"},
		{"asterisks behind a word stay", "الأسعار*(1) والأجور*(2)", "الأسعار*(1) والأجور*(2)"},
		{"spaces within keep marks marks", "و** «التجدد» ** هنا", "و** «التجدد» ** هنا"},
		{"underscores within words stay", "#وزارة_الخارجية_العراقية و #ب_كلمة_ و a@و_كلمة_", "#وزارة_الخارجية_العراقية و #ب_كلمة_ و a@و_كلمة_"},
		{"escaped marks stay", `و\*\*«التجدد»\*\* هنا`, "و**«التجدد»** هنا"},
		{"emphasis in quotes is not closed by what it opens", `**قال "*نعم*" ثم**`, `<strong>قال &#34;<em>نعم</em>&#34; ثم</strong>`},
		{"emphasis in guillemets too", `***قال «*نعم*» ثم***`, `<em><strong>قال «<em>نعم</em>» ثم</strong></em>`},
		{"a Latin word is no prefix", `word**"quoted"** and l**"x"**`, `word**&#34;quoted&#34;** and l**&#34;x&#34;**`},
		{"Latin endings stay refused", `**"quoted"**s`, `**&#34;quoted&#34;**s`},
		{"a number is no prefix", `٥**«أ»** ٥و**«أ»**`, `٥**«أ»** ٥و**«أ»**`},
	}
	r := NewRenderer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := bodyOf(r, tt.markdown); got != tt.want {
				t.Errorf("HTML(%q) = %q, want %q", tt.markdown, got, tt.want)
			}
			marked := strings.NewReplacer("<strong>", "", "</strong>", "", "<em>", "", "</em>", "", "<b>", "", "</b>", "", "&#34;", `"`, `<a href="/x" rel="noopener">`, "", "</a>", "")
			if got := r.Plain(tt.markdown); strings.ReplaceAll(got, "الصحيفة الأولى", "الصحيفةالأولى") != marked.Replace(tt.want) {
				t.Errorf("Plain(%q) = %q, want %q", tt.markdown, got, marked.Replace(tt.want))
			}
		})
	}
}

// Without letters that are written joined and marks of direction, emphasis is CommonMark's.
func FuzzJoinedEmphasis(f *testing.F) {
	for _, s := range []string{"**a** _b_", "*\"a\"* b", "a**(b)**", "**a *b* c**", "a*\"b\"*c", "~~a~~b", "и**«а»**и", "*a\u0300*\u0300("} {
		f.Add(s)
	}
	earlier, r := NewEarlierRenderer(), NewRenderer()
	f.Fuzz(func(t *testing.T, markdown string) {
		if strings.ContainsFunc(markdown, func(r rune) bool { return r == '[' || isJoined(r) || text.Invisible(r) }) || !utf8.ValidString(markdown) {
			t.Skip()
		}
		if got, want := r.Plain(markdown), earlier.Plain(markdown); got != want && !strings.ContainsFunc(markdown, unicode.IsDigit) && !strings.Contains(markdown, "<") {
			t.Errorf("Plain(%q) = %q, want %q as CommonMark has it", markdown, got, want)
		}
	})
}
