package text_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
)

// whole puts the parts of a comparison together again.
func whole(parts []text.DiffPart) (first, second string) {
	for _, part := range parts {
		if part.In <= 0 {
			first += part.Text
		}
		if part.In >= 0 {
			second += part.Text
		}
	}
	return first, second
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, second, want string }{
		{"", "", ""},
		{"one", "one", "one"},
		{"", "new", "+new"},
		{"old", "", "-old"},
		{"one two three", "one 2 three", "one |-two|+2| three"},
		{"وصل الوزير إلى بغداد.", "وصل الوزيرُ إلى بغداد.", "وصل |-الوزير|+الوزيرُ| إلى بغداد."},
		{"a b", "a  b", "a |+ |b"},
	} {
		var got []string
		for _, part := range text.Diff(c.first, c.second) {
			got = append(got, map[int]string{-1: "-", 0: "", 1: "+"}[part.In]+part.Text)
		}
		if joined := strings.Join(got, "|"); joined != c.want {
			t.Errorf("Diff(%q, %q) = %s, want %s", c.first, c.second, joined, c.want)
		}
	}
}

// Long texts, with more words than there are letters below the surrogates, are told
// whole, and what was changed in one line is told by its words.
func TestDiffOfLongTexts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var lines []string
	for i := range 4000 {
		lines = append(lines, fmt.Sprintf("line %d says %d and %d\n", i, random.IntN(1e9), random.IntN(1e9)))
	}
	first := strings.Join(lines, "")
	lines[2000] = strings.Replace(lines[2000], "says", "told", 1)
	second := strings.Join(lines, "") + "the end"
	parts := text.Diff(first, second)
	if len(parts) != 5 || parts[1] != (text.DiffPart{In: -1, Text: "says"}) || parts[2] != (text.DiffPart{In: 1, Text: "told"}) || parts[4] != (text.DiffPart{In: 1, Text: "the end"}) {
		t.Errorf("Diff of a long text in which a word differs has %d parts", len(parts))
	}
	random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	for name, other := range map[string]string{"a little": second, "all of it": strings.Join(lines, ""), "in one line": strings.ReplaceAll(second, "\n", " ")} {
		if a, b := whole(text.Diff(first, other)); a != first || b != other {
			t.Errorf("where %s differs, the parts are not the texts", name)
		}
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("one two", "one three")
	f.Add("0", "\xc4")
	f.Add("\xef\xef0", "0")
	f.Add("وزير\n", "الوزير\r\n")
	f.Fuzz(func(t *testing.T, first, second string) {
		if a, b := whole(text.Diff(first, second)); a != first || b != second {
			t.Errorf("Diff(%q, %q) is of %q, %q", first, second, a, b)
		}
	})
}
