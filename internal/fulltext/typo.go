package fulltext

import (
	"unicode"
	"unicode/utf8"
)

// Correctable reports whether a folded word may be corrected, or stand in for one that
// is: it has 3 to 40 letters and no digits.
func Correctable(folded string) bool {
	letters := 0
	for _, r := range folded {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
		letters++
	}
	return letters >= 3 && letters <= 40
}

// MaxTypos is how many letters of a folded word may be wrong for it to be corrected.
func MaxTypos(folded string) int {
	switch letters := utf8.RuneCountInString(folded); {
	case letters < 3:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

// EditDistance is how many letters must be replaced, removed, inserted or swapped with
// their neighbour to turn a into b (optimal string alignment); limit+1 when it is more
// than limit.
func EditDistance(a, b string, limit int) int {
	if d := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); d > limit || -d > limit {
		return limit + 1
	}
	x, y := []rune(a), []rune(b)
	// Rows of the table of distances between the beginnings of both words.
	beforeLast, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		beforeLast, last, row = last, row, beforeLast
	}
	return min(last[len(y)], limit+1)
}
