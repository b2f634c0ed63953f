package store

import (
	"fmt"
	"hash/crc32"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/model"
)

// A search has at most 32 words, and 4 kB in all.
const (
	maxSearchWords = 32
	maxSearch      = 4 << 10
)

const (
	// namesakes is how many nodes the words of a search may name in all: an article
	// tagged with one of them has the word.
	namesakes = 120
	// common is up to how many articles with a word are counted. Words in more articles
	// than that all weigh the same.
	common = 1024
	// weighable is how many articles are ranked against each other. If more are found,
	// only those are ranked in which a word of the search is prominent, at a level that
	// few enough articles reach. All others follow, the newest first.
	weighable = 1000
)

// searching is a search prepared for the indexes.
type searching struct {
	fulltext.Query
	// tags are, for each need, the tags that meet it.
	tags [][]string
	// weights are, for each need, its weight: the rarer, the higher.
	weights []int
	// depth is the level from which on a word raises the score of an article: 1 if
	// everything found is ranked, more than the highest level if nothing is.
	depth int
	// corrected is the query that was searched for instead of the original; nil if that
	// was searched for.
	corrected *string
	// nothing means that the search finds nothing.
	nothing bool
	// asked is a checksum of the query and its scope. Cursors carry it, so that those of
	// other searches are refused.
	asked uint32
}

// scope says what is searched.
type scope struct {
	articles bool
	// corrects means that misspelt words may be corrected: the result says so.
	corrects bool
	language *model.Language
	filter   sql.Clause   // on the articles n
	asked    model.Filter // from which filter was made; nil if there is none
	nodes    []model.NodeType
}

// searcher searches a snapshot, with the dictionary that it corrects words by.
type searcher struct {
	*reading
	dictionary *dictionary
}

// search prepares a search. If the scope allows it, a word that occurs nowhere is
// replaced by the most likely one that does. cursor is that of the previous page: it
// carries the weights, so that concurrent writes do not reorder the rows.
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

// depth returns the level from which on words raise scores: the first that few enough of
// the articles found reach.
func (r searcher) depth(s *searching, in scope) (int, error) {
	levels := []int{1, 2, 3, 5}
	depth := fulltext.Levels + 1
	if s.reach(2).Empty() { // a phrase has no levels
		levels, depth = levels[:1], 2
	}
	reached, err := r.reached(s, in, levels)
	for i, count := range reached {
		if count <= weighable {
			depth = min(depth, levels[i])
		}
	}
	return depth, err
}

// reached counts, up to one more than can be ranked, the articles found in which a word
// reaches each level.
func (r searcher) reached(s *searching, in scope, levels []int) ([]int, error) {
	counts := make([]int, len(levels))
	found, articles, err := r.foundArticles(s, in)
	if err != nil {
		return nil, err
	}
	if articles != nil {
		counts[0] = found.Len()
		for i := 1; i < len(levels); i++ {
			prominent, _, err := r.matching(s.reach(levels[i]))
			if err != nil {
				return nil, err
			}
			counts[i] = found.Common(prominent[0])
		}
		return counts, nil
	}
	parts := make([]sql.Clause, len(levels))
	for i, level := range levels {
		prominent := s.base()
		if level > 1 {
			prominent = match.All(prominent, s.reach(level))
		}
		parts[i] = sql.Join("", sql.Text("SELECT CAST(? AS BIGINT) AS place, COUNT(*) AS count FROM (SELECT 1 AS one FROM ", i),
			r.articlesFound(prominent, in.language, in.filter), sql.Limit(weighable+1).Wrap(" ", ") reached"))
	}
	var rows []struct{ Place, Count int }
	err = r.Scan(&rows, sql.Join(" UNION ALL ", parts...))
	for _, row := range rows {
		counts[row.Place] = row.Count
	}
	return counts, err
}

// weighed parses a query and weighs its needs; missing are those that nothing meets.
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
