package fulltext

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// snippet is about how many bytes of a text Highlight returns at most: 280 Latin letters,
// or 150 Arabic ones.
const snippet = 280

// Span is a part of a text, given by offsets in UTF-16 code units.
type Span struct{ Start, End int }

// Highlight returns a slice of a text that has as many words of a query close together as
// possible, and where they stand in the slice. The language of the text is given by its
// BCP 47 tag. Where the text has no word of the query, both are empty.
func Highlight(s, language string, q Query) (slice string, spans []Span) {
	words := text.Split(s)
	hits := q.hits(words, language)
	if len(hits) == 0 {
		return "", nil
	}
	start, end := window(s, words, hits)
	for _, hit := range hits {
		w := words[hit]
		if w.Start < start || w.End > end || len(spans) > 0 && text.UTF16Len(s[start:w.Start]) < spans[len(spans)-1].End { // several words of one character, such as ﷺ, are one span
			continue
		}
		spans = append(spans, Span{text.UTF16Len(s[start:w.Start]), text.UTF16Len(s[start:w.End])})
	}
	return s[start:end], spans
}

// hits returns the indexes of the words that a query looks for: single words, and the
// words of whole phrases.
func (q Query) hits(words []text.Word, language string) []int {
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
			if i+len(phrase) <= len(words) && slices.Equal(text.Folded(words[i:i+len(phrase)]), phrase) {
				for j := range phrase {
					hits = append(hits, i+j)
				}
			}
		}
	}
	slices.Sort(hits)
	return slices.Compact(hits)
}

// window returns the byte offsets of the part of a text around the densest hits, with a
// few words before them. It is cut between words.
func window(s string, words []text.Word, hits []int) (start, end int) {
	if len(s) <= snippet {
		return 0, len(s)
	}
	densest := densestHit(words, hits)
	first := densest
	for first > 0 && words[densest].Start-words[first-1].Start < snippet/4 && !strings.Contains(s[words[first-1].End:words[first].Start], "\n") {
		first--
	}
	start = words[first].Start
	if first == 0 && start < snippet/4 {
		start = 0
	}
	last := densest
	for last+1 < len(words) && words[last+1].End-start <= snippet {
		last++
	}
	end = words[last].End
	if last == len(words)-1 && len(s)-end <= snippet/4 {
		end = len(s)
	}
	if end-start > 2*snippet { // a single word that is too long
		end = start + 2*snippet
		for !utf8.RuneStart(s[end]) {
			end--
		}
	}
	return start, end
}

// densestHit returns the first hit behind which most others follow within a snippet.
func densestHit(words []text.Word, hits []int) int {
	densest, most := hits[0], 0
	for i, hit := range hits {
		count := 0
		for _, next := range hits[i:] {
			if words[next].End-words[hit].Start > snippet*3/4 {
				break
			}
			count++
		}
		if count > most {
			densest, most = hit, count
		}
	}
	return densest
}
