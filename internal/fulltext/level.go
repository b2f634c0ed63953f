package fulltext

// Levels is the number of levels, counted from 1. The level of a word in a text is how
// much the word says about it, in steps.
const Levels = 6

// The parameters of BM25: a word's impact saturates with its weight, and falls with the
// length of the text in proportion to lengthMatters. They have their usual values; the
// usual length is that of a news item. (Robertson and Zaragoza, "The Probabilistic
// Relevance Framework: BM25 and Beyond", 2009.)
const (
	saturation    = 1.2
	lengthMatters = 0.75
	usualLength   = 300
)

// level returns the level of a word of the given weight in a text of the given number of
// words: the impact that BM25 gives it whatever other texts there are, in [Levels] steps.
func level(weight, length int) int {
	w := float64(weight)
	impact := w * (saturation + 1) / (w + saturation*(1-lengthMatters+lengthMatters*float64(length)/usualLength))
	l := 1
	for _, step := range []float64{1.2, 1.5, 1.7, 1.85, 1.97} {
		if impact > step {
			l++
		}
	}
	return l
}

// Gain is what reaching a level, from 1 to [Levels], adds to a score: at level 1 for
// having the word at all. The sums are the impacts at which the levels begin, in tenths.
func Gain(level int) int {
	return []int{0, 10, 3, 3, 2, 2, 2}[level]
}
