package store

import (
	"cmp"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/text"
)

// corrected searches for the most likely words in place of those that occur nowhere. It
// returns the search unchanged if one of them resembles no word that the request may
// see, or if the corrected words do not occur together.
func (r searcher) corrected(query string, s *searching, missing []int, in scope) (*searching, error) {
	type change struct {
		fulltext.Place
		to string
	}
	var changes []change
	for _, i := range missing {
		need := s.Needs[i]
		if len(need.Words) > 1 || !fulltext.Correctable(need.Words[0]) {
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

// guess returns the word most likely meant by a misspelt one: of those that are found
// and differ least, the one in most texts.
func (r searcher) guess(word string, in scope) (string, error) {
	words, err := r.dictionary.resembling(r, word)
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

// guessed is a word that is found, with the number of texts that it occurs in.
type guessed struct {
	need            fulltext.Need
	distance, count int
}

// bestOf returns the best of some words, which are sorted by distance, and of the best
// so far; nil if none is found.
func (r searcher) bestOf(words []likely, best *guessed, in scope) (*guessed, error) {
	var s searching
	for _, one := range words {
		s.Needs = append(s.Needs, fulltext.Need{Words: []string{one.word}, Keys: fulltext.Keys(one.word, "")})
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

// spelled returns the written form of a folded word, from an article or a name that the
// request may see.
func (r searcher) spelled(need fulltext.Need, in scope) (string, error) {
	word := need.Words[0]
	var texts []string
	if in.articles {
		found := r.articlesFound(match.Phrase(need.Words), in.language)
		if err := r.Scan(&texts, sql.Join("", sql.Text("SELECT n.title || ' ' || COALESCE(n.summary, '') || ' ' || n.body FROM "), found, sql.Text(" LIMIT 1"))); err != nil {
			return "", err
		}
	}
	var names []string
	if err := r.Scan(&names, sql.Text("SELECT text FROM suggestions WHERE start >= ? AND start < ? ORDER BY start, text LIMIT 1", word, word+"\U0010FFFF")); err != nil {
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

// anything reports whether a search finds anything that the request may see.
func (r searcher) anything(s *searching, in scope) (bool, error) {
	var found []sql.Clause
	if in.articles {
		found = append(found, r.articlesFound(s.base(), in.language).Wrap("EXISTS (SELECT 1 FROM ", ")"))
	}
	if len(in.nodes) > 0 {
		found = append(found, r.nodesFound(s.ofNodes().base(), in).Wrap("EXISTS (SELECT 1 FROM ", ")"))
	}
	var there bool
	err := r.Scan(&there, sql.Any(found...).Wrap("SELECT ", ""))
	return there, err
}
