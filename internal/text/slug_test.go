package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSlug(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, title, want string }{
		{"words are joined with hyphens", "Budget vote delayed", "budget-vote-delayed"},
		{"punctuation between words is one hyphen", "Beirut — port: one year on…", "beirut-port-one-year-on"},
		{"hyphens at the ends are dropped", "  «Beirut»! ", "beirut"},
		{"Latin is lower-cased and unaccented", "L’Été à Évry", "l-ete-a-evry"},
		{"letters without a decomposition are spelled out", "Straße Œuvre Ærø Łódź Đorđe İzmir Iğdır Þór", "strasse-oeuvre-aero-lodz-dorde-izmir-igdir-thor"},
		{"capital sharp s is two letters", "GROẞ", "gross"},
		{"decomposed accents are dropped", "E\u0301te\u0301", "ete"},
		{"transliterated ayn and hamza are dropped", "Saʿid al-Qurʾan", "said-al-quran"},
		{"transliterated soft sign and glottal stop are dropped", "Kazanʹ ˀAbd", "kazan-abd"},
		{"Icelandic, Maltese, Sami and old letters are spelled out", "Guðrún Ħamrun Ŧŧ ſo", "gudrun-hamrun-tt-so"},
		{"Arabic keeps its script", "مجلس النواب يقر الموازنة", "مجلس-النواب-يقر-الموازنة"},
		{"tashkeel is dropped", "مُحَمَّدٌ", "محمد"},
		{"superscript alef and Quranic marks are dropped", "هٰذَا ٱللَّهِۖ", "هذا-ٱلله"},
		{"small Quranic letters are dropped", "لهۥ بهۦ", "له-به"},
		{"Arabic points are dropped from any letter", "क\u0610\u0652\u0656\u06ED\u0898\u08FF\U00010EFD", "क"},
		{"a Latin accent is dropped from an Arabic letter", "م\u0301", "م"},
		{"tatweel is dropped", "بيـــروت", "بيروت"},
		{"hamza, alef, ya and ta marbuta forms are kept", "أإآ ؤئء ى ي ة ه", "أإآ-ؤئء-ى-ي-ة-ه"},
		{"combining hamza is composed after tashkeel is dropped", "ا\u06D6\u0654حمد", "أحمد"},
		{"hamza on tatweel takes the letter before", "ا\u0640\u0654", "أ"},
		{"Persian hamza on ha is kept", "خانه\u0654", "خانهٔ"},
		{"presentation forms become letters", "ﺑﻴﺮﻭﺕ ﻻ", "بيروت-لا"},
		{"presentation forms of tashkeel are dropped", "مﹶحﱠمد", "محمد"},
		{"the ligature for blessing is spelled out", "محمد ﷺ", "محمد-صلى-الله-عليه-وسلم"},
		{"the first and last presentation forms become letters", "ﬀ مﹰ ﻼ ｶﾞ", "ff-م-لا-ガ"},
		{"Arabic punctuation is a hyphen", "لماذا؟ الآن، وغداً", "لماذا-الآن-وغدا"},
		{"ZWNJ and direction marks are dropped without a hyphen", "می\u200Cخواهم \u200Fبيروت\u200E", "میخواهم-بيروت"},
		{"bidirectional controls and soft hyphens are dropped", "\u202Bsoft\u00ADware\u202C", "software"},
		{"digits stay in their script", "عام ٢٠٢٤ و۱۴۰۳ and 2024", "عام-٢٠٢٤-و۱۴۰۳-and-2024"},
		{"numbers in other shapes are spelled plainly", "CO₂, m², Ⅷ", "co2-m2-viii"},
		{"numbers without a plain shape are kept", "二〇二四 ፲፪", "二〇二四-፲፪"},
		{"symbols are not letters", "Foo™ & Bar® 50%", "foo-bar-50"},
		{"ligatures and fullwidth letters become plain", "ﬁn ＡＢ", "fin-ab"},
		{"Hebrew points are dropped", "שָׁלוֹם", "שלום"},
		{"Hindi vowel signs are kept", "हिन्दी समाचार", "हिन्दी-समाचार"},
		{"Thai and Bengali marks are kept", "ภาษาไทย বাংলা", "ภาษาไทย-বাংলা"},
		{"Japanese voicing marks are kept", "ガギ か\u3099", "ガギ-が"},
		{"Russian letters are kept and stress marks dropped", "Ёлка Россий\u0301ский за\u0301мок за\u0300мок", "ёлка-российский-замок-замок"},
		{"Macedonian letters are kept", "Ѓорче Ќе", "ѓорче-ќе"},
		{"Greek accents are dropped", "Αθήνα ᾳ", "αθηνα-α"},
		{"mixed directions keep their order", "فيسبوك Facebook تعلن", "فيسبوك-facebook-تعلن"},
		{"emoji are hyphens", "war 🕊️ peace", "war-peace"},
		{"a mark without a letter is dropped", "a -\u0301 b", "a-b"},
		{"a vowel sign without a letter is dropped", "क \u093Fख", "क-ख"},
		{"variation selectors are dropped", "葛\U000E0100飾", "葛飾"},
		{"invisible letters are dropped", "\u3164\u115F", ""},
		{"nothing to keep gives an empty slug", " …!؟ ", ""},
		{"invalid UTF-8 is a hyphen", "a\xffb", "a-b"},
		{"invalid UTF-8 harms nothing after it", "a\xf1\xf1é", "a-e"},
		{"an empty title gives an empty slug", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Slug(tt.title); got != norm.NFC.String(tt.want) {
				t.Errorf("Slug(%+q) = %q, want %q", tt.title, got, tt.want)
			}
			if again := Slug(tt.want); again != norm.NFC.String(tt.want) {
				t.Errorf("Slug(%q) = %q, want itself", tt.want, again)
			}
		})
	}
}

func TestSlugLength(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, title, want string }{
		{"96 runes are kept", strings.Repeat("م", 96), strings.Repeat("م", 96)},
		{"a word too long is cut within", strings.Repeat("م", 97), strings.Repeat("م", 96)},
		{"a hyphen in the last third is where the cut goes", strings.Repeat("a", 70) + " " + strings.Repeat("b", 40), strings.Repeat("a", 70)},
		{"a hyphen right after the limit costs no word", strings.Repeat("a", 70) + " " + strings.Repeat("b", 25) + " c", strings.Repeat("a", 70) + "-" + strings.Repeat("b", 25)},
		{"a hyphen before the last third would cost too much", strings.Repeat("a", 60) + " " + strings.Repeat("b", 40), strings.Repeat("a", 60) + "-" + strings.Repeat("b", 35)},
		{"the last third begins after 64 runes", strings.Repeat("a", 64) + " " + strings.Repeat("b", 40), strings.Repeat("a", 64)},
		{"and not after 63", strings.Repeat("a", 63) + " " + strings.Repeat("b", 40), strings.Repeat("a", 63) + "-" + strings.Repeat("b", 32)},
		{"a letter is not cut from its vowel sign", strings.Repeat("क", 95) + "कि", strings.Repeat("क", 95)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Slug(tt.title); got != tt.want {
				t.Errorf("Slug(%q) = %q, want %q", tt.title, got, tt.want)
			}
		})
	}
}

func TestNumberedSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("م", 96)
	tests := []struct {
		name, slug string
		n          int
		want       string
	}{
		{"the number follows a hyphen", "budget", 2, "budget-2"},
		{"Arabic slugs get the same digits", "الموازنة", 12, "الموازنة-12"},
		{"a long slug makes room", long, 100, long[:2*92] + "-100"},
		{"the room is made at a hyphen", strings.Repeat("a", 90) + "-bcde", 2, strings.Repeat("a", 90) + "-2"},
		{"an empty slug is the number", "", 2, "2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := NumberedSlug(tt.slug, tt.n); got != tt.want {
				t.Errorf("NumberedSlug(%q, %d) = %q, want %q", tt.slug, tt.n, got, tt.want)
			}
		})
	}
}

func FuzzSlug(f *testing.F) {
	for _, s := range []string{"L’Été", "مُحَمَّد ﷺ", "हिन्दी", "ا\u06D6\u0654", "GROẞ İ", "か\u3099\u200D", strings.Repeat("कि-", 60)} {
		f.Add(s, uint8(2))
	}
	tashkeel := strings.NewReplacer("\u064B", "", "\u064C", "", "\u064D", "", "\u064E", "", "\u064F", "", "\u0650", "", "\u0651", "", "\u0652", "", "\u0670", "", "ـ", "")
	f.Fuzz(func(t *testing.T, title string, n uint8) {
		slug := Slug(title)
		if again := Slug(slug); again != slug {
			t.Errorf("Slug(%+q) = %+q, but its slug is %+q", title, slug, again)
		}
		if bare := tashkeel.Replace(title); utf8.ValidString(title) && Slug(bare) != slug {
			t.Errorf("Slug(%+q) = %+q, but without tashkeel %+q", title, slug, Slug(bare))
		}
		if utf8.RuneCountInString(slug) > MaxSlug || strings.Trim(slug, "-") != slug || strings.Contains(slug, "--") || strings.ContainsAny(slug, " /?#%\n") {
			t.Errorf("Slug(%+q) = %+q, which is no slug", title, slug)
		}
		if numbered := NumberedSlug(slug, int(n)); Slug(numbered) != numbered {
			t.Errorf("NumberedSlug(%+q, %d) = %+q, which is no slug", slug, n, numbered)
		}
	})
}
