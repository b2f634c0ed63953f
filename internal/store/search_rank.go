package store

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
)

// weightOf is what BM25 calls the inverse document frequency of a word that occurs in
// count of 2^16 articles, in whole numbers.
func weightOf(count int) int { return 17 - min(10, bits.Len(uint(count))) }

// ranks are what a cursor keeps of its search.
type ranks struct {
	depth     int
	weights   []int
	corrected string
}

// String is their form in the name of an order.
func (k ranks) String() string {
	list := []string{strconv.Itoa(max(1, k.depth))}
	for _, weight := range k.weights {
		list = append(list, strconv.Itoa(weight))
	}
	return strings.Join(list, ",") + " " + k.corrected
}

// ranksIn reads what a cursor keeps of its search; nil if it is not a cursor of a
// search.
func ranksIn(text string) *ranks {
	c, _ := parseCursor(text)
	_, kept, found := strings.Cut(c.order, relevance+" ")
	if !found {
		return nil
	}
	list, corrected, _ := strings.Cut(kept, " ")
	k := ranks{corrected: corrected}
	for i, word := range strings.Split(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > 17 {
			return nil
		}
		if i == 0 {
			k.depth = n
			continue
		}
		k.weights = append(k.weights, n)
	}
	return &k
}

// order sorts what was found by a score. score is its expression.
func (s *searching) order(node string, score sql.Clause, key string) order {
	kept := ranks{depth: s.depth, weights: s.weights}
	if s.corrected != nil {
		kept.corrected = *s.corrected
	}
	return order{
		name: fmt.Sprintf("%s %08x %s %s", node, s.asked, relevance, kept), key: key,
		terms: []term{{by: score, desc: true, values: numbers}},
	}
}
