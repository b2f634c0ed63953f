package fulltext

import (
	"slices"
	"sync"

	"github.com/diwan-cms/diwan/internal/text"
)

// Field is a part of a text that is searched, such as its title.
type Field struct {
	Text string
	// Language is a BCP 47 tag.
	Language string
	// Weight is how many times each word of the field counts.
	Weight int
}

// Tag is a term given to a text whether or not it stands in it, such as a [TagTerm].
type Tag struct {
	Term  string
	Level int
}

// Index is what a text is found by.
type Index struct {
	// Words are the folded words in their order, for phrases. An empty word separates
	// two fields.
	Words []string
	// Terms are the terms of the text's words and tags, each at every level up to the
	// one it reaches: a [KeyTerm] for each key, an [ExactTerm] for each word from level
	// 2 on. They are sorted and distinct.
	Terms []string
	// Counts are the numbers of words of the fields, as [text.CountWords] counts them.
	Counts []int
}

// Indexer indexes texts, and remembers the terms of words it has met. It is safe for
// concurrent use. Its zero value is ready to use.
type Indexer struct {
	mu    sync.RWMutex
	terms map[wordIn][]string // of their keys
}

// wordIn is a word in a text of a language.
type wordIn struct{ language, word string }

// maxRemembered is how many words an Indexer remembers, about 10 MB: enough for the words
// of a language that are not rare.
const maxRemembered = 40_000

// termsOf returns the terms of the keys of each word of a language.
func (x *Indexer) termsOf(words []string, language string) [][]string {
	terms := make([][]string, len(words))
	var unknown []int
	x.mu.RLock()
	for i, word := range words {
		var known bool
		if terms[i], known = x.terms[wordIn{language, word}]; !known {
			unknown = append(unknown, i)
		}
	}
	x.mu.RUnlock()
	if len(unknown) == 0 {
		return terms
	}
	for _, i := range unknown {
		for _, key := range Keys(words[i], language) {
			terms[i] = append(terms[i], KeyTerm(key))
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, i := range unknown {
		if len(x.terms) == maxRemembered || x.terms == nil {
			x.terms = make(map[wordIn][]string)
		}
		x.terms[wordIn{language, words[i]}] = terms[i]
	}
	return terms
}

// weights are the sums of what words and the terms of their keys weigh in a text, and the number of its
// words.
type weights struct {
	exact, terms map[string]int
	length       int
}

// Index returns what a text with these fields and tags is found by.
func (x *Indexer) Index(fields []Field, tags []Tag) Index {
	var index Index
	length := 0
	for _, field := range fields {
		length += len(field.Text)
	}
	// Of a news item, about one word in two is another one.
	w := weights{exact: make(map[string]int, length/16), terms: make(map[string]int, length/8)}
	for i, field := range fields {
		if i > 0 {
			index.Words = append(index.Words, "")
		}
		words, counted := text.SplitAndCount(field.Text)
		index.Words = append(index.Words, x.weigh(words, field, &w)...)
		index.Counts = append(index.Counts, counted)
	}
	index.Terms = make([]string, 0, 2*len(w.terms)+len(w.exact))
	for term, weight := range w.terms {
		index.add(term, level(weight, w.length))
	}
	for word, weight := range w.exact {
		if l := level(weight, w.length); l > 1 {
			index.add(ExactTerm(word), l)
		}
	}
	slices.Sort(index.Terms)
	return index.With(tags)
}

// With returns the index with the terms of tags added.
func (x Index) With(tags []Tag) Index {
	var added Index
	for _, tag := range tags {
		added.add(tag.Term, tag.Level)
	}
	slices.Sort(added.Terms)
	merged := make([]string, 0, len(x.Terms)+len(added.Terms))
	rest := x.Terms
	for _, term := range added.Terms {
		at, _ := slices.BinarySearch(rest, term)
		merged, rest = append(append(merged, rest[:at]...), term), rest[at:]
	}
	x.Terms = slices.Compact(append(merged, rest...))
	return x
}

// weigh adds the words of a field to the weights and returns them folded.
func (x *Indexer) weigh(split []text.Word, field Field, w *weights) []string {
	words := text.Folded(split)
	for i, terms := range x.termsOf(words, field.Language) {
		w.exact[words[i]] += field.Weight
		for _, term := range terms {
			w.terms[term] += field.Weight
		}
	}
	w.length += len(words)
	return words
}

// add adds a term at every level up to the one it reaches.
func (x *Index) add(term string, reached int) {
	for l := 1; l <= reached; l++ {
		x.Terms = append(x.Terms, LevelTerm(term, l))
	}
}
