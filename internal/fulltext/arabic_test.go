package fulltext

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
)

// TestArabicPairs compares the stems with pairs of words that were judged before the rules
// were written, and with pairs from prose that the rules were not made for.
func TestArabicPairs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file     string
		minShare float64
	}{{"testdata/arabic_pairs.tsv", 1}, {"testdata/arabic_unseen.tsv", 0.9}} {
		pairs, right := 0, 0
		for _, pair := range readPairs(t, tt.file) {
			pairs++
			meets := slices.ContainsFunc(arabicStems(text.Fold(pair.a)), func(stem string) bool {
				return slices.Contains(arabicStems(text.Fold(pair.b)), stem)
			})
			if meets == pair.match {
				right++
				continue
			}
			t.Logf("%s: whether %s and %s match should be %v; their stems are %q and %q (%s)", tt.file, pair.a, pair.b, pair.match,
				arabicStems(text.Fold(pair.a)), arabicStems(text.Fold(pair.b)), pair.why)
		}
		share := float64(right) / float64(pairs)
		t.Logf("%s: %d of %d pairs are right", tt.file, right, pairs)
		if share < tt.minShare {
			t.Errorf("%s: %.3f of the pairs are right, want at least %.2f", tt.file, share, tt.minShare)
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
