package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// snippet is how many bytes a highlight has at most, about: some 200 letters of
// Latin or 150 of Arabic.
const snippet = 280

// Span is a part of a text, in UTF-16 code units.
type Span struct{ Start, End int }

// Highlight answers a slice of a text, in a language given by its tag, in which
// most of the words stand that a query looks for, and where they stand in it.
// No spans where none does.
func Highlight(s, language string, q Query) (slice string, spans []Span) {
	words := Split(s)
	hits := q.hits(words, language)
	if len(hits) == 0 {
		return "", nil
	}
	start, end := window(s, words, hits)
	for _, hit := range hits {
		w := words[hit]
		if w.Start < start || w.End > end || len(spans) > 0 && UTF16(s[start:w.Start]) < spans[len(spans)-1].End { // one of several that one character is written for
			continue
		}
		spans = append(spans, Span{UTF16(s[start:w.Start]), UTF16(s[start:w.End])})
	}
	return s[start:end], spans
}

// hits are the places of the words that a query looks for: those of its single
// words, and those of its phrases where they stand together.
func (q Query) hits(words []Word, language string) []int {
	keys, phrases := map[string]bool{}, [][]string{}
	for _, need := range q.Needs {
		if len(need.Words) > 1 {
			phrases = append(phrases, need.Phrases()...)
		}
		for _, key := range need.Keys {
			keys[key] = keys[key] || !need.Optional
		}
	}
	var hits []int
	for i, w := range words {
		if slices.ContainsFunc(Keys(w.Folded, language), func(key string) bool { return keys[key] }) {
			hits = append(hits, i)
		}
		for _, phrase := range phrases {
			if i+len(phrase) <= len(words) && slices.Equal(Folded(words[i:i+len(phrase)]), phrase) {
				for j := range phrase {
					hits = append(hits, i+j)
				}
			}
		}
	}
	slices.Sort(hits)
	return slices.Compact(hits)
}

// window answers the bytes of a text from the hit on behind which most others
// come, with some words ahead of it, between two word boundaries.
func window(s string, words []Word, hits []int) (start, end int) {
	if len(s) <= snippet {
		return 0, len(s)
	}
	best, most := hits[0], 0
	for i, hit := range hits {
		count := 0
		for _, next := range hits[i:] {
			if words[next].End-words[hit].Start > snippet*3/4 {
				break
			}
			count++
		}
		if count > most {
			best, most = hit, count
		}
	}
	first := best
	for first > 0 && words[best].Start-words[first-1].Start < snippet/4 && !strings.Contains(s[words[first-1].End:words[first].Start], "\n") {
		first--
	}
	start = words[first].Start
	if first == 0 && start < snippet/4 {
		start = 0
	}
	last := best
	for last+1 < len(words) && words[last+1].End-start <= snippet {
		last++
	}
	end = words[last].End
	if last == len(words)-1 {
		end = len(s)
	}
	if last == len(words)-1 && end-words[last].End > snippet/4 {
		end = words[last].End
	}
	if end-start > 2*snippet { // a word without an end
		end = start + 2*snippet
		for !utf8.RuneStart(s[end]) {
			end--
		}
	}
	return start, end
}
