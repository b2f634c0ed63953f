package store

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/text"
)

// dictionary holds the words of all texts in memory, some 60 bytes each. It
// grows with the table, of which rows are never changed.
type dictionary struct {
	mu    sync.Mutex
	words []knownWord
	// known are words that are in the table, for who writes: some of them.
	known map[string]bool
	last  int64
}

type knownWord struct {
	word    string
	letters int
	// mask has a bit for each letter that is in the word, by its last six bits: of
	// words that differ in one letter, at most two bits do.
	mask uint64
}

func maskOf(word string) (mask uint64) {
	for _, r := range word {
		mask |= 1 << (r & 63)
	}
	return mask
}

// dictionaryRows are read at a time.
const dictionaryRows = 10_000

// grow reads the words that are new in the snapshot. It holds no lock while it
// reads: who reads may wait for others who want the lock.
func (d *dictionary) grow(on snapshot) error {
	for {
		d.mu.Lock()
		last := d.last
		d.mu.Unlock()
		var rows []searchWord
		if err := on.scan(&rows, sql("SELECT id, word FROM search_words WHERE id > ? ORDER BY id LIMIT ?", last, dictionaryRows)); err != nil {
			return err
		}
		d.mu.Lock()
		for _, row := range rows {
			if row.ID > d.last { // else somebody else read it meanwhile
				d.last = row.ID
				d.words = append(d.words, knownWord{row.Word, utf8.RuneCountInString(row.Word), maskOf(row.Word)})
			}
		}
		d.mu.Unlock()
		if len(rows) < dictionaryRows {
			return nil
		}
	}
}

// maxKnown is how many words are known to be there at most, some 10 MB.
const maxKnown = 200_000

// remember keeps that words are in the table.
func (d *dictionary) remember(words map[string]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || len(d.known) > maxKnown {
		d.known = map[string]bool{}
	}
	maps.Copy(d.known, words)
}

// knows reports whether a word is known to be in the table. One that is not may be
// there all the same.
func (d *dictionary) knows(word string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[word]
}

// likely is a word that another may stand for, and by how many letters they differ.
type likely struct {
	knownWord
	distance int
}

// Of the words like one at most so many are looked up, some at once: most of them may
// be of texts that the request may not see, which must not count.
const (
	maxGuesses    = 1000
	guessesAtOnce = 50
)

// resembling answers those of the words that differ from one by as few letters as
// a typist gets wrong, the least different first.
func resembling(words []knownWord, word string) []likely {
	most := text.Typos(word)
	letters, mask := utf8.RuneCountInString(word), maskOf(word)
	var list []likely
	for _, known := range words {
		if known.letters < letters-most || known.letters > letters+most || bits.OnesCount64(known.mask^mask) > 2*most {
			continue
		}
		if distance := text.Distance(word, known.word, most); distance > 0 && distance <= most {
			list = append(list, likely{known, distance})
		}
	}
	slices.SortFunc(list, func(a, b likely) int { return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.word, b.word)) })
	return list[:min(maxGuesses, len(list))]
}

// corrected searches for the most likely words in place of those that are
// nowhere. It is the search as it was where one of them is like none that the
// request may see, or where the others would not be found together with it.
func (r *reading) corrected(query string, s *searching, missing []int, in scope) (*searching, error) {
	type change struct {
		text.Place
		to string
	}
	var changes []change
	for _, i := range missing {
		need := s.Needs[i]
		if len(need.Words) > 1 || !text.Misspells(need.Words[0]) {
			return s, nil
		}
		guess, err := r.guess(need.Words[0], in)
		if err != nil || guess == "" {
			return s, err
		}
		for _, place := range need.Places {
			changes = append(changes, change{place, guess})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.Start, b.Start) })
	var b strings.Builder
	at := 0
	for _, change := range changes {
		b.WriteString(query[at:change.Start] + change.to)
		at = change.End
	}
	better := b.String() + query[at:]
	t, missing, err := r.weighed(better, in)
	if err != nil || len(missing) > 0 {
		return s, err
	}
	there, err := r.anything(t, in)
	if err != nil || !there {
		return s, err
	}
	t.corrected = &better
	return t, nil
}

// guess answers the word for which another most likely stands: of those that are
// found and differ least, the one in most texts.
func (r *reading) guess(word string, in scope) (string, error) {
	words, err := r.words.resembling(r.snapshot, word)
	if err != nil {
		return "", err
	}
	var best *guessed
	for some := range slices.Chunk(words, guessesAtOnce) {
		if best != nil && some[0].distance > best.distance {
			break
		}
		if best, err = r.bestOf(some, best, in); err != nil {
			return "", err
		}
	}
	if best == nil {
		return "", nil
	}
	return r.spelled(best.need, in)
}

// guessed is a word that is found, and in how many texts.
type guessed struct {
	need            text.Need
	distance, count int
}

// bestOf answers the best of some words, which come in the order of their distance,
// and of the best before them; nil where none is found.
func (r *reading) bestOf(words []likely, best *guessed, in scope) (*guessed, error) {
	var s searching
	for _, one := range words {
		s.Needs = append(s.Needs, text.Need{Words: []string{one.word}, Keys: text.Keys(one.word, "")})
	}
	if err := r.findTags(&s); err != nil {
		return nil, err
	}
	counts, err := r.occurrences(s.each(), in)
	if err != nil {
		return nil, err
	}
	for i, count := range counts {
		if count > 0 && (best == nil || words[i].distance == best.distance && count > best.count) {
			best = &guessed{s.Needs[i], words[i].distance, count}
		}
	}
	return best, nil
}

// spelled answers how a folded word is written, in an article or a name that the
// request may see.
func (r *reading) spelled(need text.Need, in scope) (string, error) {
	word := need.Words[0]
	var texts []string
	if in.articles {
		found := r.articlesFound(phrase(need.Words), in.language)
		if err := r.scan(&texts, join("", sql("SELECT n.title || ' ' || COALESCE(n.summary, '') || ' ' || n.body FROM "), found, sql(" LIMIT 1"))); err != nil {
			return "", err
		}
	}
	var names []string
	if err := r.scan(&names, sql("SELECT text FROM suggestions WHERE start >= ? AND start < ? ORDER BY start, text LIMIT 1", word, word+"\U0010FFFF")); err != nil {
		return "", err
	}
	for _, written := range append(texts, names...) {
		for _, w := range text.Split(written) {
			if w.Folded == word {
				return text.Spelling(written[w.Start:w.End]), nil
			}
		}
	}
	return word, nil
}

func (d *dictionary) resembling(on snapshot, word string) ([]likely, error) {
	if err := d.grow(on); err != nil {
		return nil, err
	}
	d.mu.Lock()
	words := d.words // which are only ever appended to
	d.mu.Unlock()
	return resembling(words, word), nil
}

// anything reports whether a search finds anything that the request may see.
func (r *reading) anything(s *searching, in scope) (bool, error) {
	var found []clause
	if in.articles {
		found = append(found, r.articlesFound(s.base(), in.language).in("EXISTS (SELECT 1 FROM ", ")"))
	}
	if len(in.nodes) > 0 {
		found = append(found, r.nodesFound(s.ofNodes().base(), in).in("EXISTS (SELECT 1 FROM ", ")"))
	}
	var there bool
	err := r.scan(&there, either(found...).in("SELECT ", ""))
	return there, err
}
