package fulltext

import (
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
)

// All spellings of a word find each other: with and without diacritics, hamza, ta marbuta,
// alef maqsura, the article, tatweel and presentation forms, in all combinations.
func TestArabicSpellingsFindEachOther(t *testing.T) {
	t.Parallel()
	variations := []struct {
		name  string
		write func(string) string
	}{
		{"diacritics", func(s string) string {
			return strings.NewReplacer("ر", "رَّ", "س", "سِ", "م", "مُ", "ل", "لْ").Replace(s)
		}},
		{"hamza left out", strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ؤ", "و", "ئ", "ي").Replace},
		{"ha for ta marbuta", strings.NewReplacer("ة", "ه").Replace},
		{"ya for alef maqsura", strings.NewReplacer("ى", "ي").Replace},
		{"the article", func(s string) string { return "ال" + s }},
		{"tatweel", func(s string) string { r := []rune(s); return string(r[:1]) + "ـــ" + string(r[1:]) }},
		{"presentation forms", strings.NewReplacer("ر", "ﺮ", "س", "ﺴ", "لا", "ﻻ", "م", "ﻤ", "ي", "ﻴ").Replace},
	}
	for _, word := range []string{"رئاسة", "إسلام", "مؤسسة", "مستوى", "أزمة", "مسألة", "مبادئ", "سلالة", "آمال", "مصطفى"} {
		for mask := range 1 << len(variations) {
			written, names := word, []string{}
			for i, variation := range variations {
				if mask&(1<<i) != 0 {
					written = variation.write(written)
					names = append(names, variation.name)
				}
			}
			keys := Keys(text.Fold(written), "ar")
			if !slices.ContainsFunc(Keys(text.Fold(word), "ar"), func(key string) bool { return slices.Contains(keys, key) }) {
				t.Errorf("%s with %v is %s and has the keys %q, none of %q", word, names, written, keys, Keys(text.Fold(word), "ar"))
			}
		}
	}
}
