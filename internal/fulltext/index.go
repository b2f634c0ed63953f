package fulltext

import (
	"slices"
	"strings"
	"sync"
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
	// 2 on. They are distinct, in the order in which the text first has them.
	Terms []string
	// Distinct are the words of the text, each once.
	Distinct []string
	// Counts are the numbers of words of the fields, as [text.CountWords] counts them.
	Counts []int
}

// Indexer indexes texts, and remembers the terms of words it has met. It is safe for
// concurrent use. Its zero value is ready to use.
type Indexer struct {
	mu    sync.Mutex
	known *vocabulary
	// weighings are those that no text uses.
	weighings sync.Pool
}

// maxRemembered is how many words, as they are written, an Indexer remembers, some 20 MB:
// enough for those of three languages that are not rare.
const maxRemembered = 50_000

// vocabulary returns what the Indexer knows of words.
func (x *Indexer) vocabulary() *vocabulary {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known == nil || x.known.full() {
		x.known = newVocabulary()
	}
	return x.known
}

// Index returns what a text with these fields and tags is found by.
func (x *Indexer) Index(fields []Field, tags []Tag) Index {
	var index Index
	v := x.vocabulary()
	w, _ := x.weighings.Get().(*weighing)
	if w == nil {
		w = &weighing{}
	}
	defer func() {
		w.clear()
		x.weighings.Put(w)
	}()
	for i, field := range fields {
		words, counted := v.read(field.Text, field.Language)
		if i == 0 {
			index.Words = make([]string, 0, len(words))
		} else {
			index.Words = append(index.Words, "")
		}
		for _, word := range words {
			index.Words = append(index.Words, word.folded)
			w.add(word.exact, field.Weight)
			for _, key := range word.keys {
				w.add(key, field.Weight)
			}
		}
		w.words += len(words)
		index.Counts = append(index.Counts, counted)
	}
	index.Terms = make([]string, 0, len(w.terms)+len(w.terms)/4)
	index.Distinct = make([]string, 0, len(w.terms)/2)
	for _, term := range w.terms {
		l := level(w.weights[term.place], w.words)
		word, exact := strings.CutPrefix(term.text, exactly)
		if exact {
			index.Distinct = append(index.Distinct, word)
		}
		if l > 1 || !exact {
			index.add(term.text, l)
		}
	}
	return index.With(tags)
}

// With returns the index with the terms of tags added.
func (x Index) With(tags []Tag) Index {
	reached := map[string]int{}
	for _, tag := range tags {
		reached[tag.Term] = max(reached[tag.Term], tag.Level)
	}
	x.Terms = slices.Clip(x.Terms) // it may be shared
	for _, tag := range tags {
		x.add(tag.Term, reached[tag.Term])
		reached[tag.Term] = 0
	}
	return x
}

// add adds a term at every level up to the one it reaches.
func (x *Index) add(term string, reached int) {
	for l := 1; l <= reached; l++ {
		x.Terms = append(x.Terms, LevelTerm(term, l))
	}
}
