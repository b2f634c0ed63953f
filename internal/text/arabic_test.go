package text

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestArabicPairs holds the stems against pairs of words that were judged before
// the rules were written, and against pairs from prose that they were not made for.
func TestArabicPairs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file  string
		least float64
	}{{"testdata/arabic_pairs.tsv", 1}, {"testdata/arabic_unseen.tsv", 0.9}} {
		pairs, right := 0, 0
		for _, pair := range readPairs(t, tt.file) {
			pairs++
			meets := slices.ContainsFunc(arabicStems(Fold(pair.a)), func(stem string) bool {
				return slices.Contains(arabicStems(Fold(pair.b)), stem)
			})
			if meets == pair.match {
				right++
				continue
			}
			t.Logf("%s: %s and %s should be told to match: %v; stems %q and %q (%s)", tt.file, pair.a, pair.b, pair.match,
				arabicStems(Fold(pair.a)), arabicStems(Fold(pair.b)), pair.why)
		}
		share := float64(right) / float64(pairs)
		t.Logf("%s: %d of %d pairs are told right", tt.file, right, pairs)
		if share < tt.least {
			t.Errorf("%s: %.3f of the pairs are told right, want at least %.2f", tt.file, share, tt.least)
		}
	}
}

type pair struct {
	match     bool
	a, b, why string
}

func readPairs(t *testing.T, file string) []pair {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []pair
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		if len(columns) == 4 && !strings.HasPrefix(line, "#") {
			pairs = append(pairs, pair{columns[0] == "match", columns[1], columns[2], columns[3]})
		}
	}
	return pairs
}
