package fulltext

import (
	"hash/fnv"
	"slices"
	"strconv"
)

// partLength is the length in characters of the parts that a text is found by.
const partLength = 3

// PartTerms are terms that every text has that contains this one: one for each three
// characters that follow each other. Other texts may have them, too. Both texts are folded.
// A text of less than three characters has none.
func PartTerms(folded string) []string {
	runes := []rune(folded)
	var terms []string
	for i := 0; i+partLength <= len(runes); i++ {
		sum := fnv.New32a()
		_, _ = sum.Write([]byte(string(runes[i : i+partLength]))) // a hash does not fail
		terms = append(terms, strconv.FormatUint(uint64(sum.Sum32()), 36))
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}
