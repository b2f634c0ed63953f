package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFoldMap(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, folded string
		from               []int
	}{
		{"a letter keeps its vowel points", "مُحَ", "مح", []int{0, 4, 8}},
		{"tatweel stays with the letter before", "بـيت", "بيت", []int{0, 4, 6, 8}},
		{"a ligature is where both its letters come from", "ﻻx", "لاx", []int{0, 0, 3, 4}},
		{"an accent goes with its letter", "e\u0301t", "et", []int{0, 3, 4}},
		{"what is dropped at the start belongs to nothing", "\u200Fab", "ab", []int{3, 4, 5}},
		{"letters that meet are mapped as a whole", "\u1100\u200D\u1161", "가", []int{0, 9}},
		{"nothing is nowhere", "", "", []int{0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folded, from := FoldMap(tt.text)
			if folded != tt.folded || !slices.Equal(from, tt.from) {
				t.Errorf("FoldMap(%+q) = %q, %v, want %q, %v", tt.text, folded, from, tt.folded, tt.from)
			}
		})
	}
}

func FuzzFoldMap(f *testing.F) {
	for _, s := range []string{"Élysée", "مُحَمَّد ﷺ ٢٠٢٤", "\xff\u0301", "가\u200D\u1161", "İ ß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded, from := FoldMap(s)
		if want := Fold(s); folded != want {
			t.Errorf("FoldMap(%+q) folds to %+q, Fold to %+q", s, folded, want)
		}
		if n := utf8.RuneCountInString(folded) + 1; len(from) != n || !slices.IsSorted(from) || from[n-1] != len(s) {
			t.Errorf("FoldMap(%+q) = %q, %v: not a place for each of %d", s, folded, from, n)
		}
		if plain, ok := foldPlain(s); ok && plain != foldAny(s) {
			t.Errorf("foldPlain(%+q) = %+q, but foldAny %+q", s, plain, foldAny(s))
		}
		for _, at := range from {
			if valid := strings.ToValidUTF8(s, ""); valid == s && at < len(s) && !utf8.RuneStart(s[at]) {
				t.Errorf("FoldMap(%+q) leads into the middle of a rune, at %d", s, at)
			}
		}
	})
}
