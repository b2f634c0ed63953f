package text

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Field is a part of what is searched, such as a title.
type Field struct {
	Text string
	// Language is the tag of its language.
	Language string
	// Weight is how many times a word counts in it.
	Weight int
}

// Tag is a term of a text that need not stand in it, such as [TagTerm].
type Tag struct {
	Term  string
	Level int
}

// Index is what a text is found by. Databases store it as it is: a full-text
// index that knows nothing of languages gives the same answers on each.
type Index struct {
	// Words are the folded words in their order, for phrases. An empty one parts
	// two fields.
	Words []string
	// Terms are all else: for each key of a word the term [KeyTerm], and for each
	// level that it reaches there [LevelTerm]; likewise for the exact words and
	// the tags. Sorted, each once.
	Terms []string
}

// Indexer makes indexes, and remembers the keys of the words that it met last. Safe
// for concurrent use. The zero value is ready.
type Indexer struct {
	mu   sync.Mutex
	keys map[languageWord][]string
}

type languageWord struct{ language, word string }

// remembered is how many words an Indexer remembers, some 10 MB: those of a language
// that are not rare.
const remembered = 40_000

func (x *Indexer) keysOf(word, language string) []string {
	at := languageWord{language, word}
	if keys, known := x.keys[at]; known {
		return keys
	}
	if len(x.keys) == remembered || x.keys == nil {
		x.keys = make(map[languageWord][]string)
	}
	keys := Keys(word, language)
	x.keys[at] = keys
	return keys
}

// weights are what the words of a text weigh, exactly and by their keys.
type weights struct {
	exact, keys map[string]int
	length      int
}

// Of is what a text of these fields and tags is found by.
func (x *Indexer) Of(fields []Field, tags []Tag) Index {
	var index Index
	w := weights{exact: map[string]int{}, keys: map[string]int{}}
	for i, field := range fields {
		if i > 0 {
			index.Words = append(index.Words, "")
		}
		x.weigh(field, &w, &index)
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

// weigh adds the words of a field.
func (x *Indexer) weigh(field Field, w *weights, index *Index) {
	words := Split(field.Text)
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, word := range words {
		index.Words = append(index.Words, word.Folded)
		w.exact[word.Folded] += field.Weight
		w.length++
		for _, key := range x.keysOf(word.Folded, field.Language) {
			w.keys[key] += field.Weight
		}
	}
}

func (x *Index) add(term string, level int) {
	for l := 1; l <= level; l++ {
		x.Terms = append(x.Terms, LevelTerm(term, l))
	}
}

// KeyTerm is the term of texts that have a key of [Keys]. No word of a text looks
// like a term.
func KeyTerm(key string) string { return "~" + key }

// ExactTerm is the term of texts that have a folded word, at level 2 or more.
func ExactTerm(word string) string { return "=" + word }

// TagTerm is the term of texts that are about what the key stands for.
func TagTerm(key string) string { return "#" + key }

// WholeTerm is the term of what has a name of just these folded words. Databases
// bound the length of a term: of a long name it is a checksum.
func WholeTerm(words []string) string {
	name := strings.Join(words, "+")
	if len(name) > longName {
		return fmt.Sprintf("!+%x", sha256.Sum256([]byte(name)))
	}
	return "!" + name
}

const longName = 200 // bytes

// LevelTerm is the term of texts in which the term reaches at least the level.
// Level 1 is the term itself.
func LevelTerm(term string, level int) string {
	if level == 1 {
		return term
	}
	return term + "/" + strconv.Itoa(level)
}

// Levels is how many levels there are.
const Levels = 6

// How BM25 sees a word: it saturates by saturation, and counts less in texts
// longer than usualLength, as far as lengthMatters. These are its usual
// constants, and a news item of usual length. (Robertson and Zaragoza, "The
// Probabilistic Relevance Framework: BM25 and Beyond", 2009.)
const (
	saturation    = 1.2
	lengthMatters = 0.75
	usualLength   = 300
)

// level is how much a word says about a text of so many words in which it has
// that weight: the impact that BM25 gives it, which does not depend on other
// texts, in [Levels] steps.
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

// Gain is what reaching a level adds to the score, of [Levels] levels; the first
// is what it is worth to have the word at all. They are the impacts of BM25 at
// which levels begin, in tenths.
func Gain(level int) int {
	return []int{0, 10, 3, 3, 2, 2, 2}[level]
}
