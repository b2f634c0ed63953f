package text

import (
	"strings"
	"testing"
)

// at returns the offset of the mark in a text, and the text without it.
func at(marked string) (start int, s string) {
	before, after, _ := strings.Cut(marked, "|")
	return UTF16Len(before), before + after
}

func TestUntouched(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before, part, after string // | marks the part; there is none after where it was touched
	}{
		{"nothing changed", "|Iraq voted", "Iraq", "|Iraq voted"},
		{"something behind it changed", "|Iraq voted", "Iraq", "|Iraq has voted"},
		{"something before it changed", "then |Iraq voted", "Iraq", "later, |Iraq voted"},
		{"offsets are UTF-16 code units", "a |Iraq", "Iraq", "😀 a |Iraq"},
		{"the same word elsewhere is another", "Iraq left, |Iraq voted", "Iraq", "Iraq left, now |Iraq voted"},
		{"the change begins right behind it", "|Iraq", "Iraq", "|Iraq!"},
		{"the change ends right before it", "|Iraq", "Iraq", "(|Iraq"},
		{"a word grew at its end", "|Iraq", "Iraq", "Iraqi"},
		{"a word grew at its front", "|raq", "raq", "Iraq"},
		{"an Arabic word got a conjunction", "|العراق", "العراق", "و|العراق"},
		{"an Arabic word got three letters", "|العراق", "العراق", "وبكالعراق"},
		{"an Arabic word got the article", "|لعراق", "لعراق", "وبالعراق"},
		{"the part was removed", "in |Iraq", "Iraq", "in"},
		{"a letter that shares bytes with another", "|ق", "ق", "ك"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start, before := at(c.before)
			want, after := at(c.after)
			got, ok := NewEdit(before, after).Untouched(start, c.part)
			if untouched := strings.Contains(c.after, "|"); ok != untouched || ok && got != want {
				t.Errorf("from %q to %q, %q at %d is at %d, %v, want %d, %v", before, after, c.part, start, got, ok, want, untouched)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	everywhere := func(int) bool { return true }
	for _, c := range []struct {
		name  string
		start int
		part  string
		free  func(int) bool
		want  int // -1 for nowhere
	}{
		{"the place itself", 0, "Iraq", everywhere, 0},
		{"the nearest before", 5, "Iraq", everywhere, 0},
		{"the nearest behind", 20, "Iraq", everywhere, 22},
		{"not within a longer word", 6, "Iraq", everywhere, 0},
		{"not where it is taken", 0, "Iraq", func(at int) bool { return at > 0 }, 16},
		{"nowhere when all are taken", 0, "Iraq", func(int) bool { return false }, -1},
		{"nowhere when it is gone", 0, "Iran", everywhere, -1},
		{"nothing is nowhere", 0, "", everywhere, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, found := NewEdit("", "Iraq, Iraqi, 😀 Iraq; Iraq").Nearest(c.start, c.part, c.free)
			if found != (c.want >= 0) || found && got != c.want {
				t.Errorf("Nearest(%d, %q) = %d, %v, want %d", c.start, c.part, got, found, c.want)
			}
		})
	}
}

func FuzzEdit(f *testing.F) {
	f.Add("one two three", "one 2 three", 4)
	f.Add("\u0627\u0644\u0639\u0631\u0627\u0642 😀", "😀 \u0641\u0627\u0644\u0639\u0631\u0627\u0642", 1)
	f.Add("a\xffb", "b\xff", 0)
	f.Fuzz(func(t *testing.T, before, after string, word int) {
		before, after = strings.ToValidUTF8(before, ""), strings.ToValidUTF8(after, "")
		words := Split(before)
		if len(words) == 0 {
			return
		}
		w := words[(word%len(words)+len(words))%len(words)]
		part := before[w.Start:w.End]
		edit := NewEdit(before, after)
		if at, ok := edit.Untouched(UTF16Len(before[:w.Start]), part); ok {
			if got, _ := Slice(after, at, at+UTF16Len(part)); got != part {
				t.Errorf("from %q to %q, %q is untouched at %d, where %q stands", before, after, part, at, got)
			}
		}
		if at, found := edit.Nearest(0, part, func(int) bool { return true }); found {
			if got, _ := Slice(after, at, at+UTF16Len(part)); got != part {
				t.Errorf("from %q to %q, %q is found at %d, where %q stands", before, after, part, at, got)
			}
		}
	})
}

func TestIsWords(t *testing.T) {
	t.Parallel()
	for marked, want := range map[string]bool{ // | stands before and after the part
		"|Iraq| voted": true, "in |Iraq|.": true, "|Iraq voted|": true, "(|Iraq|)": true, "|2020|": true, "«|العراق|»": true,
		"l'|Irak| vote": true, "|France|'s oil": true, "#|oil|_price": true, "😀|oil|😀": true,
		"ب|العراق|": true, "وب|العراق|": true, "|والعراق|": true, "|رئيسُ| الوزراء": true, "|日本|語": true, "日|本|": true,
		"|On Mon|day": false, "|Iraqi| voted ": true, "I|raq|": false, "|Ira|q": false, "|Iraq | voted": false, "in| Iraq|": false, "in|\u00a0Iraq|": false,
		"ا|لعراق|": false, "|العرا|ق": false, "|رئيس|ُ الوزراء": false, "|Ir|\u00adaq": false, "|, |": false, "||": false, "|😀|": false, "a|́b|": false,
	} {
		parts := strings.Split(marked, "|")
		start := UTF16Len(parts[0])
		if got := IsWords(strings.Join(parts, ""), start, start+UTF16Len(parts[1])); got != want {
			t.Errorf("IsWords(%q) = %v, want %v", marked, got, want)
		}
	}
	for _, at := range [][2]int{{-1, 3}, {0, 100}, {3, 1}, {0, 1}} { // the last is half a character
		if IsWords("😀 oil", at[0], at[1]) {
			t.Errorf("IsWords from %d to %d = true, want false", at[0], at[1])
		}
	}
}
