package linking

import "testing"

func FuzzSuggestions(f *testing.F) {
	for _, s := range []string{"وللعراقيّين ﷺ", "l’Irak's Iraqis_😀", "\xffالعـراق\u0301", "Iraq Iraq. وزير خارجية العراق"} {
		f.Add(s)
	}
	k, _ := world()
	linkers := []*Linker{NewLinker(k, "ar"), NewLinker(k, "en"), NewLinker(k, "fr")}
	f.Fuzz(func(t *testing.T, text string) {
		for _, linker := range linkers {
			end := 0
			for _, s := range linker.Suggestions(text, 20200601) {
				if s.Start < end || s.End <= s.Start || s.End > len(text) {
					t.Fatalf("Suggestions(%q) in %q has %+v, but the one before ends at %d", text, linker.language, s, end)
				}
				end = s.End
			}
		}
	})
}
