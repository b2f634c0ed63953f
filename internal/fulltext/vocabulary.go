package fulltext

import (
	"strings"
	"sync"

	"github.com/diwan-cms/diwan/internal/text"
)

// vocabulary remembers what tokens of texts stand for: news repeats its words.
type vocabulary struct {
	mu sync.RWMutex
	// tokens are those of each language, as they are written.
	tokens map[string]map[string][]*word
	words  map[wordIn]*word
	terms  map[string]*term
	// size is how many tokens there are.
	size int
}

// wordIn is a folded word in a text of a language.
type wordIn struct{ language, folded string }

// word is a folded word with the terms that it is found by.
type word struct {
	folded string
	// exact is its ExactTerm, and keys are the terms of its keys.
	exact *term
	keys  []*term
}

// term is a term with its place in lists of weights.
type term struct {
	text  string
	place int
}

func newVocabulary() *vocabulary {
	return &vocabulary{tokens: map[string]map[string][]*word{}, words: map[wordIn]*word{}, terms: map[string]*term{}}
}

// full reports whether it is time to begin anew.
func (v *vocabulary) full() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.size > maxRemembered
}

// read returns the words of a text of a language, and the number of its tokens.
func (v *vocabulary) read(s, language string) (words []*word, counted int) {
	type part struct{ start, end int }
	words = make([]*word, 0, len(s)/8+1)
	var unknown []part // tokens, whose places in the list are nil
	v.mu.RLock()
	known := v.tokens[language]
	text.EachToken(s, func(start, end int) {
		counted++
		of, there := known[s[start:end]]
		if !there {
			unknown = append(unknown, part{start, end})
			of = []*word{nil}
		}
		words = append(words, of...)
	})
	v.mu.RUnlock()
	if len(unknown) == 0 {
		return words, counted
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	whole := make([]*word, 0, len(words))
	for _, w := range words {
		if w == nil {
			whole = append(whole, v.learn(s[unknown[0].start:unknown[0].end], language)...)
			unknown = unknown[1:]
			continue
		}
		whole = append(whole, w)
	}
	return whole, counted
}

// learn returns the words of a token, and remembers them.
func (v *vocabulary) learn(token, language string) []*word {
	if known, there := v.tokens[language][token]; there {
		return known
	}
	if v.tokens[language] == nil {
		v.tokens[strings.Clone(language)] = map[string][]*word{}
	}
	words := []*word{}
	for _, folded := range text.WordsOf(token) {
		words = append(words, v.word(folded, language))
	}
	v.tokens[language][strings.Clone(token)] = words // the text is not kept in memory
	v.size++
	return words
}

func (v *vocabulary) word(folded, language string) *word {
	in := wordIn{language, folded}
	if known := v.words[in]; known != nil {
		return known
	}
	folded = strings.Clone(folded)
	w := &word{folded: folded, exact: v.term(ExactTerm(folded))}
	for _, key := range Keys(folded, language) {
		w.keys = append(w.keys, v.term(KeyTerm(key)))
	}
	v.words[wordIn{strings.Clone(language), folded}] = w
	return w
}

func (v *vocabulary) term(s string) *term {
	known := v.terms[s]
	if known == nil {
		known = &term{s, len(v.terms)}
		v.terms[s] = known
	}
	return known
}

// weighing adds up what the terms of a text weigh.
type weighing struct {
	// weights are those of terms by their places; terms are those that have one.
	weights []int
	terms   []*term
	// words is how many words there are.
	words int
}

func (w *weighing) add(t *term, weight int) {
	if t.place >= len(w.weights) {
		w.weights = append(w.weights, make([]int, t.place+1-len(w.weights))...)
	}
	if w.weights[t.place] == 0 {
		w.terms = append(w.terms, t)
	}
	w.weights[t.place] += weight
}

// clear forgets a text.
func (w *weighing) clear() {
	for _, t := range w.terms {
		w.weights[t.place] = 0
	}
	w.terms, w.words = w.terms[:0], 0
}
