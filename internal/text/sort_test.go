package text

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSortKeyOrdersNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		order []string
	}{
		{"an empty name comes first", []string{"", "\u200F", " ", "a"}},
		{"a shorter name comes before the longer", []string{"Ali", "Ali Baba", "Alia"}},
		{"words count one by one", []string{"عبد الرحمن", "عبد الله", "عبدالله", "عبدو"}},
		{"digits come before Latin, and Latin before Arabic", []string{"7 Days", "Al Akhbar", "Zahle", "ابتسام"}},
		{"digits of one value stand together", []string{"2020", "٢٠٢٠", "۲۰۲۰", "2021", "٢٠٢٢"}},
		{"numbers are not compared by value", []string{"10 أيام", "٩ أيام"}},
		{"case and accents only decide between equals", []string{"Eclair", "eclair", "Éclair", "éclair", "eclairs"}},
		{"ligatures are their letters", []string{"Odile", "OEuvre", "Œuvre", "Ofelia"}},
		{"French ministers", []string{"Édith Cresson", "Edouard Balladur", "Édouard Philippe", "Élisabeth Borne", "Emmanuel Macron", "Éric Ciotti", "Eva Joly"}},
		{"countries in French", []string{"Égypte", "Émirats arabes unis", "Espagne", "Estonie", "États-Unis", "Éthiopie", "Finlande"}},
		{"the Arabic alphabet is in its order", strings.Split("ء ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي", " ")},
		{"the letters of Persian stand behind their likes", strings.Split("ب پ ت ج چ ح ز ژ س ك گ ل", " ")},
		{"alef with and without hamza is one letter", []string{"ابتسام", "أحمد أبو الغيط", "احمد الجلبي", "أحمد عصمت", "احمد قريع", "إدريس جطو", "آدم", "أسامة", "ٱسماعيل", "أمين"}},
		{"spellings of one name stand together", []string{"أحمد", "إحمد", "احمد", "أحمدي"}},
		{"a seat of hamza is the letter without it", []string{"فهد", "فؤاد حسين", "فواد حسين", "فؤاد معصوم", "فوزي", "فيصل"}},
		{"hamza on ya is ya", []string{"رانيا", "رائد", "رايد", "ريما", "رئيف"}},
		{"hamza alone is the letter before alef", []string{"علا", "علا الدين", "علاء", "علاء الدين", "علاق"}},
		{"alef maqsura is ya", []string{"مصطفى الكاظمي", "مصطفي الكاظمي", "مصطفى مدبولي", "مصطفي هديب"}},
		{"ta marbuta is ha", []string{"فاطمة", "فاطمه", "فاطمة الزهراء", "فاطمه خليل", "فاطمي"}},
		{"Persian ya and kaf are the Arabic ones", []string{"علي اكبر صالحي", "علی اکبر صالحی", "علي الأمين", "علی لاریجانی", "علي ناصر"}},
		{"tashkeel only decides between equals", []string{"محمد", "مُحَمَّد", "محمدي"}},
		{"tatweel and direction marks only decide between equals", []string{"بيروت", "بيـروت", "\u200Fبيروت", "بيروتي"}},
		{"the article is part of the name", []string{"الأردن", "البحرين", "باسيل"}},
		{"countries in Arabic", strings.Split("إثيوبيا أذربيجان إسبانيا أستراليا أفغانستان الأرجنتين الأردن الإمارات ألبانيا البحرين الجزائر السعودية السودان الكويت ألمانيا المغرب أوكرانيا إيران آيسلندا إيطاليا بلجيكا تونس", " ")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for i := 1; i < len(tt.order); i++ {
				before, after := tt.order[i-1], tt.order[i]
				if bytes.Compare(SortKey(before), SortKey(after)) >= 0 {
					t.Errorf("SortKey(%q) = %x, want less than SortKey(%q) = %x", before, SortKey(before), after, SortKey(after))
				}
			}
		})
	}
}

// What a reader takes for one name stands in one place: no other name comes
// between two of its spellings.
func TestSortKeyKeepsSpellingsTogether(t *testing.T) {
	t.Parallel()
	letters := [][]string{
		{"ا", "أ", "إ", "آ", "ٱ", "ا\u0654"},
		{"و", "ؤ", "وّ"},
		{"ي", "ى", "ئ", "ی"},
		{"ه", "ة"},
		{"ك", "ک", "كـ"},
		{"ء"},
		{"ب", "بُ", "ب\u200D", "\u200Fب"},
		{"e", "E", "é", "É", "e\u0301"},
		{"oe", "œ", "Œ"},
		{"o", "ø", "Ö"},
		{"2", "٢", "۲"},
		{" ", "\u00A0"},
		{"-"},
	}
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.SampledFrom(letters), 0, 4)
		spelled := func(name [][]string) string {
			var s strings.Builder
			for _, letter := range name {
				s.WriteString(rapid.SampledFrom(letter).Draw(t, "spelling"))
			}
			return s.String()
		}
		name := names.Draw(t, "name")
		one, two, other := spelled(name), spelled(name), spelled(names.Draw(t, "other"))
		if Fold(one) != Fold(two) {
			t.Fatalf("Fold(%+q) = %q, but Fold(%+q) = %q", one, Fold(one), two, Fold(two))
		}
		if Fold(other) == Fold(one) {
			return
		}
		if a, b := bytes.Compare(SortKey(other), SortKey(one)), bytes.Compare(SortKey(other), SortKey(two)); a != b {
			t.Errorf("%+q stands between %+q and %+q", other, one, two)
		}
	})
}

func TestSortKeyLength(t *testing.T) {
	t.Parallel()
	if SortKey("") == nil {
		t.Error(`SortKey("") = nil, which a database takes for NULL`)
	}
	if got := len(SortKey(strings.Repeat("محمد بن سلمان ", 100))); got != MaxSortKey {
		t.Errorf("len(SortKey(a long name)) = %d, want %d", got, MaxSortKey)
	}
	// The letters come first: how they are spelled must not crowd them out.
	long := strings.Repeat("أ", MaxSortKey/2-1)
	if a, b := SortKey(long+"ا"), SortKey(long+"ب"); bytes.Compare(a, b) >= 0 {
		t.Errorf("SortKey(long+alef) = %x, want less than SortKey(long+ba) = %x", a, b)
	}
	long = strings.Repeat("م", 48)
	if a, b := SortKey(long+"أ"), SortKey(long+"ا"); bytes.Compare(a, b) >= 0 {
		t.Errorf("SortKey(long+alef with hamza) = %x, want less than SortKey(long+alef) = %x", a, b)
	}
}

func TestSortKeyIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	names := []string{"أحمد", "Élodie", "مُحَمَّد بن راشد", strings.Repeat("long ", 50)}
	want := make([][]byte, len(names))
	for i, name := range names {
		want[i] = SortKey(name)
	}
	done := make(chan bool)
	for range 4 {
		go func() {
			ok := true
			for i := range 200 {
				ok = ok && bytes.Equal(SortKey(names[i%len(names)]), want[i%len(names)])
			}
			done <- ok
		}()
	}
	for range 4 {
		if !<-done {
			t.Error("SortKey gave another key while other goroutines were at work")
		}
	}
}

func FuzzSortKey(f *testing.F) {
	for _, s := range []string{"", "Élodie", "مُحَمَّد", "한국어", "\u200F", "中国", "\xff", "e\u0301", "\x00"} {
		f.Add(s, "é")
	}
	f.Fuzz(func(t *testing.T, s, other string) {
		key := SortKey(s)
		if key == nil || len(key) > MaxSortKey {
			t.Errorf("SortKey(%+q) = %x", s, key)
		}
		if s != other && len(key) < MaxSortKey && slices.Equal(SortKey(other), key) {
			t.Errorf("SortKey(%+q) = SortKey(%+q) = %x", s, other, key)
		}
		if again := SortKey(s); !slices.Equal(again, key) {
			t.Errorf("SortKey(%+q) = %x, then %x", s, key, again)
		}
	})
}

func BenchmarkSortKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		SortKey("محمد بن راشد آل مكتوم")
	}
}
