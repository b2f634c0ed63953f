package store

import (
	"fmt"
	"hash/crc32"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/model"
)

// What is searched for is a few words, of at most 32, and of 4 kB together.
const (
	maxSearchWords = 32
	maxSearch      = 4 << 10
)

const (
	// namesakes is how many nodes the words of a search may name, together:
	// articles tagged with any of them have the word.
	namesakes = 120
	// common is how many articles are counted that have a word: beyond, words are as
	// common as can be.
	common = 1024
	// weighable is how many articles are weighed against each other. Where more are
	// found, only those are in which a word of the search is prominent enough for
	// them to be so few; they come first, and all others behind them, the newest
	// first.
	weighable = 1000
)

// searching is a search, ready to be asked of the indexes.
type searching struct {
	fulltext.Query
	// tags are, of each need, the tags that meet it.
	tags [][]string
	// weights are, of each need, how much it says: the rarer, the more.
	weights []int
	// depth is the level from which on a word raises an article: 1 where all that is
	// found is weighed, more than there are levels where nothing is.
	depth int
	// corrected is what was searched for in place of what was written; nil when it
	// is that.
	corrected *string
	// nothing says that there is nothing to be found.
	nothing bool
	// asked is a checksum of what was asked: a cursor of another search is none of
	// this one.
	asked uint32
}

// scope is where is searched.
type scope struct {
	articles bool
	// corrects says that the answer tells what was searched for instead.
	corrects bool
	language *model.Language
	filter   sql.Clause // of the articles n
	nodes    []model.NodeType
}

// searcher searches a snapshot, with the dictionary that corrects words.
type searcher struct {
	*reading
	dictionary *dictionary
}

// search prepares a search. Where a word of it is nowhere and the answer can say
// so, the most likely one that is somewhere takes its place. cursor is that of the
// page beside: it keeps the weights, so that what is written meanwhile moves no
// row.
func (r searcher) search(query string, in scope, cursor *string) (*searching, error) {
	if len(query) > maxSearch {
		return nil, model.LimitExceeded("search", "the search has %d bytes; send at most %d", len(query), maxSearch)
	}
	s, err := r.prepare(query, in, cursor)
	if err == nil {
		language := model.Language("")
		if in.language != nil {
			language = *in.language
		}
		s.asked = crc32.ChecksumIEEE(fmt.Appendf(nil, "%s %s %v %t", query, language, in.nodes, in.articles))
	}
	return s, err
}

func (r searcher) prepare(query string, in scope, cursor *string) (*searching, error) {
	if cursor != nil {
		if kept := ranksIn(*cursor); kept != nil && len(kept.corrected) <= maxSearch {
			return r.resume(query, in, *kept)
		}
	}
	s, missing, err := r.weighed(query, in)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 && in.corrects {
		if s, err = r.corrected(query, s, missing, in); err != nil {
			return nil, err
		}
	}
	if in.articles && !s.nothing && len(s.Needs) > 0 {
		s.depth, err = r.depth(s, in)
	}
	return s, err
}

// resume prepares the search of an earlier page again.
func (r searcher) resume(query string, in scope, kept ranks) (*searching, error) {
	if kept.corrected != "" {
		query = kept.corrected
	}
	s, _, err := r.weighed(query, in)
	if err != nil {
		return nil, err
	}
	if kept.corrected != "" {
		s.corrected = &kept.corrected
	}
	if len(kept.weights) == len(s.weights) {
		s.depth, s.weights, s.nothing = kept.depth, kept.weights, s.nothing && len(s.Needs) == 0
	}
	return s, nil
}

// depth answers from which level on words raise: the first that is reached in few
// enough of the articles that are found.
func (r searcher) depth(s *searching, in scope) (int, error) {
	var parts []sql.Clause
	depth := fulltext.Levels + 1
	for _, level := range []int{1, 2, 3, 5} {
		prominent := s.base()
		if reached := s.reach(level); level > 1 && !reached.Empty() {
			prominent = match.All(prominent, reached)
		} else if level > 1 { // a phrase stands in a text or does not
			depth = 2
			break
		}
		parts = append(parts, sql.Join("", sql.Text("SELECT CAST(? AS BIGINT) AS level, COUNT(*) AS count FROM (SELECT 1 AS one FROM ", level),
			sql.Join(" AND ", r.articlesFound(prominent, in.language), in.filter), sql.Text(" LIMIT ?) k", weighable+1)))
	}
	var rows []struct{ Level, Count int }
	err := r.Scan(&rows, sql.Join(" UNION ALL ", parts...))
	for _, row := range rows {
		if row.Count <= weighable {
			depth = min(depth, row.Level)
		}
	}
	return depth, err
}

// weighed reads a query and weighs its needs; missing are those that nothing
// meets.
func (r searcher) weighed(query string, in scope) (s *searching, missing []int, err error) {
	s = &searching{Query: fulltext.ParseQuery(query)}
	if n := len(s.Needs) + len(s.Without); n > maxSearchWords {
		return nil, nil, model.LimitExceeded("search", "the search has %d words; send at most %d", n, maxSearchWords)
	}
	if len(s.Needs) == 0 {
		s.nothing = !s.Blank && len(s.Without) == 0
		if len(s.Without) == 0 {
			return s, nil, nil
		}
	}
	if err := r.findTags(s); err != nil {
		return nil, nil, err
	}
	counts, err := r.occurrences(s.each(), in)
	if err != nil {
		return nil, nil, err
	}
	s.weights = make([]int, len(s.Needs))
	for i, count := range counts {
		s.weights[i] = weightOf(count)
		switch {
		case s.Needs[i].Optional:
			s.weights[i] = 1
		case count == 0:
			s.nothing = true
			missing = append(missing, i)
		}
	}
	return s, missing, nil
}
