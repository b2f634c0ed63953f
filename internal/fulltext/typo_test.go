package fulltext

import (
	"strings"
	"testing"
)

func TestEditDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, a, b string
		limit      int
		want       int
	}{
		{"a word is itself", "macron", "macron", 2, 0},
		{"a replaced letter", "macron", "mapron", 2, 1},
		{"a removed letter", "macron", "macro", 2, 1},
		{"an inserted letter", "macron", "macrron", 2, 1},
		{"two swapped letters are one mistake", "macron", "amcron", 2, 1},
		{"letters are not bytes", "بغداد", "بغذاد", 2, 1},
		{"two mistakes", "washington", "washingdom", 2, 2},
		{"more than the limit is one more", "washington", "wellington", 2, 3},
		{"lengths that differ by more than the limit", "ab", "abcdef", 2, 3},
		{"in either direction", "abcdef", "ab", 2, 3},
		{"nothing is as far as the word is long", "", "ab", 2, 2},
	} {
		if got := EditDistance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("%s: EditDistance(%s, %s, %d) = %d, want %d", c.name, c.a, c.b, c.limit, got, c.want)
		}
	}
}

func TestCorrectable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, word string
		want       bool
	}{
		{"a word is", "macron", true},
		{"three letters are", "عام", true},
		{"two are too few", "من", false},
		{"forty are", strings.Repeat("م", 40), true},
		{"forty-one are too many", strings.Repeat("م", 41), false},
		{"numbers are not", "2024", false},
		{"vowel signs are letters", "हिन्दी", true},
	} {
		if got := Correctable(c.word); got != c.want {
			t.Errorf("%s: Correctable(%s) = %v, want %v", c.name, c.word, got, c.want)
		}
	}
}

func TestMaxTypos(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]int{"من": 0, "عام": 1, "abcdefg": 1, "abcdefgh": 2} {
		if got := MaxTypos(word); got != want {
			t.Errorf("MaxTypos(%s) = %d, want %d", word, got, want)
		}
	}
}
