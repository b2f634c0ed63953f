package newsroom

import (
	"math/rand/v2"
	"sort"
)

// zipf draws ranks from 0: rank k is drawn 1/(k+1) as often as the first.
type zipf struct{ sums []float64 }

func newZipf(ranks int) zipf {
	sums, sum := make([]float64, ranks), 0.0
	for k := range sums {
		sum += 1 / float64(k+1)
		sums[k] = sum
	}
	return zipf{sums}
}

func (z zipf) draw(r *rand.Rand) int {
	return sort.SearchFloat64s(z.sums, r.Float64()*z.sums[len(z.sums)-1])
}

// distinct draws n different ranks.
func (z zipf) distinct(r *rand.Rand, n int) []int {
	drawn := make([]int, 0, n)
next:
	for len(drawn) < n {
		k := z.draw(r)
		for _, had := range drawn {
			if had == k {
				continue next
			}
		}
		drawn = append(drawn, k)
	}
	return drawn
}
