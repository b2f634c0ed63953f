package text

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestSortKeyOrdersNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		order []string
	}{
		{"an empty name comes first", []string{"", " ", "a"}},
		{"case and accents only decide between equals", []string{"eclair", "Eclair", "éclair", "Éclair", "eclairs"}},
		{"a shorter name comes before the longer", []string{"Ali", "Ali Baba", "Alia"}},
		{"digits come before letters", []string{"7 Days", "Al Akhbar"}},
		{"Latin comes before Arabic", []string{"Zahle", "ابتسام"}},
		{"tashkeel only decides between equals", []string{"محمد", "مُحَمَّد", "محمدي"}},
		{"letters with hamza come before bare alef", []string{"آمال", "أحمد", "إبراهيم", "ابتسام", "بشار"}},
		{"ta marbuta comes before ta, and alef maqsura before ya", []string{"ة", "ت", "ه", "و", "ى", "ي"}},
		{"the Arabic alphabet is in its order", strings.Split("ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي", " ")},
		{"the article is part of the name", []string{"الأسد", "باسيل"}},
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

func TestSortKeyIgnoresWhatIsNotSpelling(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, a, b string }{
		{"tatweel", "بيـــروت", "بيروت"},
		{"joiners and direction marks", "\u200Fمی\u200Cخواهم", "میخواهم"},
		{"the way an accent is encoded", "e\u0301", "é"},
		{"the way a hamza is encoded", "ا\u0654", "أ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if a, b := SortKey(tt.a), SortKey(tt.b); !bytes.Equal(a, b) {
				t.Errorf("SortKey(%+q) = %x, want SortKey(%+q) = %x", tt.a, a, tt.b, b)
			}
		})
	}
}

func TestSortKeyLength(t *testing.T) {
	t.Parallel()
	if got := SortKey(""); got == nil || len(got) != 0 {
		t.Errorf(`SortKey("") = %#v, want an empty slice that is not nil`, got)
	}
	if got := len(SortKey(strings.Repeat("محمد بن سلمان ", 100))); got != MaxSortKey {
		t.Errorf("len(SortKey(a long name)) = %d, want %d", got, MaxSortKey)
	}
	long := strings.Repeat("م", 50)
	if a, b := SortKey(long+"ا"), SortKey(long+"ب"); bytes.Compare(a, b) >= 0 {
		t.Errorf("SortKey(long+alef) = %x, want less than SortKey(long+ba) = %x", a, b)
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
	for _, s := range []string{"", "Élodie", "مُحَمَّد", "한국어", "\u200F", "中国", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := SortKey(s)
		if key == nil || len(key) > MaxSortKey {
			t.Errorf("SortKey(%+q) = %x", s, key)
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
