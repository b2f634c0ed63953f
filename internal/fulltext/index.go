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
}

// Indexer indexes texts, and remembers the keys of words it has met. It is safe for
// concurrent use. Its zero value is ready to use.
type Indexer struct {
	mu   sync.Mutex
	keys map[wordIn][]string
}

// wordIn is a word in a text of a language.
type wordIn struct{ language, word string }

// maxRemembered is how many words an Indexer remembers, about 10 MB: enough for the words
// of a language that are not rare.
const maxRemembered = 40_000

func (x *Indexer) keysOf(word, language string) []string {
	at := wordIn{language, word}
	if keys, known := x.keys[at]; known {
		return keys
	}
	if len(x.keys) == maxRemembered || x.keys == nil {
		x.keys = make(map[wordIn][]string)
	}
	keys := Keys(word, language)
	x.keys[at] = keys
	return keys
}

// weights are the sums of what words and keys weigh in a text, and the number of its
// words.
type weights struct {
	exact, keys map[string]int
	length      int
}

// Index returns what a text with these fields and tags is found by.
func (x *Indexer) Index(fields []Field, tags []Tag) Index {
	var index Index
	w := weights{exact: map[string]int{}, keys: map[string]int{}}
	for i, field := range fields {
		if i > 0 {
			index.Words = append(index.Words, "")
		}
		index.Words = append(index.Words, x.weigh(field, &w)...)
	}
	for key, weight := range w.keys {
		index.add(KeyTerm(key), level(weight, w.length))
	}
	for word, weight := range w.exact {
		if l := level(weight, w.length); l > 1 {
			index.add(ExactTerm(word), l)
		}
	}
	for _, tag := range tags {
		index.add(tag.Term, tag.Level)
	}
	slices.Sort(index.Terms)
	index.Terms = slices.Compact(index.Terms)
	return index
}

// weigh adds the words of a field to the weights and returns them folded.
func (x *Indexer) weigh(field Field, w *weights) []string {
	words := text.Folded(text.Split(field.Text))
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, word := range words {
		w.exact[word] += field.Weight
		for _, key := range x.keysOf(word, field.Language) {
			w.keys[key] += field.Weight
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
