package text

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"ASCII is lower-cased and otherwise kept", "Prime Minister, 2024!\n", "prime minister, 2024!\n"},
		{"accents are dropped", "Élysée Ærø Œuvre Łódź", "elysee aero oeuvre lodz"},
		{"sharp s is two letters in both cases", "Straße STRAẞE", "strasse strasse"},
		{"dotted and dotless i are one", "İzmir ızgara", "izmir izgara"},
		{"transliteration marks are dropped", "ʿAbd al-Qādir", "abd al-qadir"},
		{"tashkeel is dropped", "مُحَمَّدٌ هٰذا", "محمد هذا"},
		{"tatweel is dropped", "بيـــروت", "بيروت"},
		{"alef forms are one", "أحمد إحمد آحمد ٱحمد", "احمد احمد احمد احمد"},
		{"alef maqsura is ya", "مصطفى", "مصطفي"},
		{"ta marbuta is ha", "فاطمة", "فاطمه"},
		{"hamza loses its seat", "مؤتمر رئيس", "موتمر رييس"},
		{"hamza alone stays", "سماء", "سماء"},
		{"decomposed hamza is the same", "ا\u0654حمد ر\u064A\u0654يس", "احمد رييس"},
		{"Persian ya and kaf are the Arabic ones", "ایران کتاب", "ايران كتاب"},
		{"Persian and Kurdish he are ha", "خانۀ ە", "خانه ه"},
		{"Arabic-Indic and Persian digits are ASCII", "٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹", "0123456789 0123456789"},
		{"joiners and direction marks are dropped", "می\u200Cخواهم\u200F \u202Ba\u202C", "ميخواهم a"},
		{"presentation forms are letters", "ﺑﻴﺮﻭﺕ ﻻ ﬁ", "بيروت لا fi"},
		{"compatibility characters are plain", "ＡＢ ² ™ …", "ab 2 tm ..."},
		{"no-break space is a space", "a\u00A0b", "a b"},
		{"Hindi vowel signs are kept", "हिन्दी", "हिन्दी"},
		{"Russian is case-folded and keeps its letters", "Йод ЁЛКА", "йод ёлка"},
		{"Greek sigma is one letter", "ΟΔΟΣ οδός", "οδοσ οδοσ"},
		{"both cases of Cherokee are one", "\u13A5 \uAB75", "\uAB75 \uAB75"},
		{"Hebrew points are dropped", "שָׁלוֹם", "שלום"},
		{"an accent on nothing is dropped", "a \u0301", "a "},
		{"invalid UTF-8 harms nothing after it", "\xf1\xf1é", "\uFFFDe"},
		{"invalid bytes in a row are one", "\x80\x80", "\uFFFD"},
		{"an empty text stays empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Fold(tt.text); got != norm.NFC.String(tt.want) {
				t.Errorf("Fold(%+q) = %q, want %q", tt.text, got, tt.want)
			}
			if again := Fold(tt.want); again != norm.NFC.String(tt.want) {
				t.Errorf("Fold(%q) = %q, want itself", tt.want, again)
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Élysée", "مُحَمَّد ﷺ ٢٠٢٤", "हिन्दी", "ᾳ\u0345", "GROẞ İ", "か\u200D\u3099", "한국어"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold(%+q) = %+q, but folded again it is %+q", s, folded, again)
		}
		if other := Fold(norm.NFD.String(s)); other != folded {
			t.Errorf("Fold(%+q) = %+q, but decomposed it is %+q", s, folded, other)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"ASCII", strings.Repeat("Prime Minister of Lebanon ", 40)},
		{"Arabic", strings.Repeat("رَئيس مجلس الوزراء ٢٠٢٤ ", 40)},
		{"French", strings.Repeat("L’été à l’Élysée ", 40)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(bb.text)))
			for b.Loop() {
				Fold(bb.text)
			}
		})
	}
}
