package text

import (
	"slices"
	"strings"
	"testing"
)

// Every way to write a word finds every other: diacritics, hamza, ta marbuta, alef
// maqsura, article, tatweel and presentation forms, in all combinations.
func TestArabicSpellingsFindEachOther(t *testing.T) {
	t.Parallel()
	ways := []struct {
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
		for mask := range 1 << len(ways) {
			written, names := word, []string{}
			for i, way := range ways {
				if mask&(1<<i) != 0 {
					written = way.write(written)
					names = append(names, way.name)
				}
			}
			found := Keys(Fold(written), "ar")
			if !slices.ContainsFunc(Keys(Fold(word), "ar"), func(key string) bool { return slices.Contains(found, key) }) {
				t.Errorf("%s with %v is %s, and is found by %q, not by %q", word, names, written, found, Keys(Fold(word), "ar"))
			}
		}
	}
}

// FuzzPlaces holds the places that highlights have in a text.
func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"وللعراقيّين ﷺ", "l’Irak's Iraqis_😀", "\xffالعـراق\u0301", "Iraq Iraq. وزير خارجية العراق"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid := strings.ToValidUTF8(s, "")
		for _, language := range []string{"ar", "en"} {
			slice, spans := Highlight(valid, language, ParseQuery(valid+" Iraq العراق"))
			end := 0
			for _, span := range spans {
				if word, ok := Slice(slice, span.Start, span.End); !ok || word == "" || span.Start < end {
					t.Fatalf("%q: %+v is no part of %q behind %d", s, span, slice, end)
				}
				end = span.End
			}
			if !strings.Contains(valid, slice) {
				t.Fatalf("%q is no part of %q", slice, valid)
			}
		}
	})
}
