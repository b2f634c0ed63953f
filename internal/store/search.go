package store

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/text"
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
	text.Query
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
	filter   clause // of the articles n
	nodes    []model.NodeType
}

// search prepares a search. Where a word of it is nowhere and the answer can say
// so, the most likely one that is somewhere takes its place. cursor is that of the
// page beside: it keeps the weights, so that what is written meanwhile moves no
// row.
func (r *reading) search(query string, in scope, cursor *string) (*searching, error) {
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

func (r *reading) prepare(query string, in scope, cursor *string) (*searching, error) {
	if cursor != nil {
		if kept := ranksIn(*cursor); kept != nil && len(kept.corrected) <= maxSearch {
			return r.again(query, in, *kept)
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

// again prepares the search of the page before.
func (r *reading) again(query string, in scope, kept ranks) (*searching, error) {
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
func (r *reading) depth(s *searching, in scope) (int, error) {
	var parts []clause
	depth := text.Levels + 1
	for _, level := range []int{1, 2, 3, 5} {
		prominent := s.base()
		if reached := s.reach(level); level > 1 && len(reached.of)+len(reached.words) > 0 {
			prominent = every(prominent, reached)
		} else if level > 1 { // a phrase stands in a text or does not
			depth = 2
			break
		}
		parts = append(parts, join("", sql("SELECT CAST(? AS BIGINT) AS level, COUNT(*) AS count FROM (SELECT 1 AS one FROM ", level),
			join(" AND ", r.articlesFound(prominent, in.language), in.filter), sql(" LIMIT ?) k", weighable+1)))
	}
	var rows []struct{ Level, Count int }
	err := r.scan(&rows, join(" UNION ALL ", parts...))
	for _, row := range rows {
		if row.Count <= weighable {
			depth = min(depth, row.Level)
		}
	}
	return depth, err
}

// reach holds for the articles in which a word of the search reaches the level.
func (s *searching) reach(level int) expression {
	var list []expression
	for i, need := range s.Needs {
		if reached := reaches(need, s.tags[i], level); !need.Optional && len(reached.of)+len(reached.words) > 0 {
			list = append(list, reached)
		}
	}
	return some(list...)
}

// weighed reads a query and weighs its needs; missing are those that nothing
// meets.
func (r *reading) weighed(query string, in scope) (s *searching, missing []int, err error) {
	s = &searching{Query: text.ParseQuery(query)}
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

// weightOf is what BM25 calls the inverse document frequency of a word that so
// many of 2^16 articles have, in whole numbers.
func weightOf(count int) int { return 17 - min(10, bits.Len(uint(count))) }

// ranks are what a cursor keeps of its search.
type ranks struct {
	depth     int
	weights   []int
	corrected string
}

// String is how they stand in the name of an order.
func (k ranks) String() string {
	list := []string{strconv.Itoa(max(1, k.depth))}
	for _, weight := range k.weights {
		list = append(list, strconv.Itoa(weight))
	}
	return strings.Join(list, ",") + " " + k.corrected
}

// ranksIn reads what a cursor keeps of its search, nil where it is of none.
func ranksIn(text string) *ranks {
	c, _ := parseCursor(text)
	_, kept, found := strings.Cut(c.order, relevance+" ")
	if !found {
		return nil
	}
	list, corrected, _ := strings.Cut(kept, " ")
	k := ranks{corrected: corrected}
	for i, word := range strings.Split(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > 17 {
			return nil
		}
		if i == 0 {
			k.depth = n
			continue
		}
		k.weights = append(k.weights, n)
	}
	return &k
}

// relevance begins the name of an order by relevance.
const relevance = "RELEVANCE"

// order is the order of what was found: by a score that the expression makes.
func (s *searching) order(node string, score clause, key string) order {
	kept := ranks{depth: s.depth, weights: s.weights}
	if s.corrected != nil {
		kept.corrected = *s.corrected
	}
	return order{
		name: fmt.Sprintf("%s %08x %s %s", node, s.asked, relevance, kept), key: key,
		terms: []term{{by: score, desc: true, kind: numbers}},
	}
}

// findTags finds the tags that meet the needs: those with a name that does.
func (r *reading) findTags(s *searching) error {
	s.tags = make([][]string, len(s.Needs)+len(s.Without))
	var parts []clause
	needs := slices.Concat(s.Needs, s.Without)
	for i, need := range needs {
		if !need.Optional {
			named := both(r.dialect.matching(nodeIndex, meets(need)), sql("x.rowid % 8 <> ?", indexNumber(model.NodeOffice)))
			parts = append(parts, join(" ", sql("SELECT CAST(? AS BIGINT) AS need, k.rowid FROM (SELECT x.rowid FROM node_index x WHERE", i), named, sql("ORDER BY x.rowid LIMIT ?) k", max(4, namesakes/len(needs)))))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	var rows []struct {
		Need  int
		Rowid int64
	}
	err := r.scan(&rows, join(" UNION ALL ", parts...))
	for _, row := range rows {
		id := nodeAt(row.Rowid)
		s.tags[row.Need] = append(s.tags[row.Need], tagKey(id.Type, id.Key))
	}
	return err
}

// meets holds for the texts that meet a need themselves.
func meets(need text.Need) expression {
	return reaches(need, nil, 1)
}

// reaches holds for the articles in which a word or one of the tags reaches the
// level.
func reaches(need text.Need, tags []string, level int) expression {
	var list []expression
	for _, key := range need.Keys {
		list = append(list, oneTerm(text.LevelTerm(text.KeyTerm(key), level)))
	}
	for _, tag := range tags {
		list = append(list, oneTerm(text.LevelTerm(text.TagTerm(tag), level)))
	}
	if len(need.Words) > 1 && level == 1 {
		for _, words := range need.Phrases() {
			list = append(list, phrase(words))
		}
	}
	return some(list...)
}

// each are the expressions of the needs, each for itself: those of the articles
// and those of the nodes.
func (s *searching) each() (list []needed) {
	for i, need := range s.Needs {
		list = append(list, needed{articles: reaches(need, s.tags[i], 1), nodes: meets(need)})
	}
	return list
}

// needed is a need in the language of each index.
type needed struct{ articles, nodes expression }

// occurrences counts the articles and nodes that the request may see which meet
// each need, up to common.
func (r *reading) occurrences(needs []needed, in scope) ([]int, error) {
	var parts []clause
	count := func(i int, from clause) {
		parts = append(parts, join("", sql("SELECT CAST(? AS BIGINT) AS need, COUNT(*) AS count FROM (SELECT 1 AS one FROM ", i), from, sql(" LIMIT ?) k", common)))
	}
	for i, need := range needs {
		if in.articles {
			count(i, r.articlesFound(need.articles, in.language))
		}
		if len(in.nodes) > 0 {
			count(i, r.nodesFound(need.nodes, in))
		}
	}
	counts := make([]int, len(needs))
	if len(parts) == 0 {
		return counts, nil
	}
	var rows []struct{ Need, Count int }
	err := r.scan(&rows, join(" UNION ALL ", parts...))
	for _, row := range rows {
		counts[row.Need] += row.Count
	}
	return counts, err
}

// articlesFound are tables and conditions: the articles n that the request may
// see, found by the row x of the index.
func (r *reading) articlesFound(e expression, language *model.Language) clause {
	where := []clause{r.dialect.matching(articleIndex, e), sql("n.id = x.rowid"), visible(r, articles())}
	if language != nil {
		where = append(where, sql("n.language = ?", *language))
	}
	// CROSS: SQLite would start from all that are published.
	return both(where...).in("article_index x CROSS JOIN articles n WHERE ", "")
}

// nodesFound are tables and conditions: the rows x of the index of nodes, of the
// types that are searched.
func (r *reading) nodesFound(e expression, in scope) clause {
	return both(r.dialect.matching(nodeIndex, e), among(r.dialect, "x.rowid % 8", in.numbers())).in("node_index x WHERE ", "")
}

// base holds for the articles that are found. The rarest word stands first:
// databases begin with it.
func (s *searching) base() expression {
	places := make([]int, len(s.Needs))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(s.weights[b], s.weights[a]) })
	var needs []expression
	for _, i := range places {
		if !s.Needs[i].Optional {
			needs = append(needs, reaches(s.Needs[i], s.tags[i], 1))
		}
	}
	return every(needs...).without(s.unwanted())
}

// unwanted are what no article is found with.
func (s *searching) unwanted() (list []expression) {
	for i, need := range s.Without {
		list = append(list, reaches(need, s.tags[len(s.Needs)+i], 1))
	}
	return list
}

// ofNodes is the search as it is asked of the index of nodes, in which nothing is
// tagged and everything is weighed.
func (s *searching) ofNodes() *searching {
	nodes := *s
	nodes.tags, nodes.depth = make([][]string, len(s.Needs)+len(s.Without)), 1
	return &nodes
}

// score is that of what is found and has nothing that raises it.
func (s *searching) score() (score int) {
	for i, need := range s.Needs {
		if !need.Optional {
			score += s.weights[i] * text.Gain(1)
		}
	}
	return score
}

// raise is something that raises the score of what has it; of everything that is
// found where it has no expression.
type raise struct {
	has  expression
	gain int
}

// raises are what raises the scores of articles.
func (s *searching) raises() []raise {
	var list []raise
	for i, need := range s.Needs {
		list = append(list, s.raisesOf(i, need)...)
	}
	if words := s.inOrder(); len(words) > 1 && s.depth == 1 {
		list = append(list, raise{phrase(words), 3 * s.weights[0]})
	}
	return list
}

// raisesOfNodes are what raises the scores of nodes: above all that a name is
// just what is searched for.
func (s *searching) raisesOfNodes() []raise {
	list := []raise{{oneTerm(text.WholeTerm(s.inOrder())), 10 * s.score()}}
	for i, need := range s.Needs {
		list = append(list, s.ofNodes().raisesOf(i, need)...)
	}
	return list
}

// inOrder are the words of a search as they stand in it.
func (s *searching) inOrder() (words []string) {
	for _, need := range s.Needs {
		words = append(words, need.Words...)
	}
	return words
}

// manyNeeds is from how many needs on levels are told apart less.
const manyNeeds = 5

// raisesOf are what raises by one need.
func (s *searching) raisesOf(i int, need text.Need) (list []raise) {
	weight, word, tags, depth := s.weights[i], need.Words[0], s.tags[i], s.depth
	if need.Optional {
		if depth > 1 {
			return nil
		}
		return []raise{{reaches(need, nil, 1), weight}}
	}
	step := 1
	if len(s.Needs) > manyNeeds {
		step = 3
	}
	for level := max(2, depth); level <= text.Levels; level += step {
		gain := 0
		for l := level; l < min(level+step, text.Levels+1); l++ {
			gain += text.Gain(l)
		}
		if len(need.Keys) > 0 || len(tags) > 0 {
			list = append(list, raise{reaches(need, tags, level), weight * gain})
		}
		if len(need.Words) == 1 && (level == 2 || level == 5) {
			list = append(list, raise{oneTerm(text.LevelTerm(text.ExactTerm(word), level)), 2 * weight})
		}
	}
	if len(need.Words) == 1 && depth == 1 {
		list = append(list, raise{phrase(need.Words), 2 * weight})
	}
	return list
}

// raised is a table of the rows of an index that are found and have something
// that raises them, with the sum of it.
func (r *reading) raised(of index, base expression, raises []raise) clause {
	if len(raises) == 0 {
		return sql("(SELECT 0 AS rowid, 0 AS gain WHERE 1 = 0)")
	}
	parts := make([]clause, len(raises))
	for i, one := range raises {
		has := base
		if one.has.of != nil || one.has.words != nil {
			has = every(base, one.has)
		}
		parts[i] = join(" ", sql("SELECT x.rowid, CAST(? AS BIGINT) AS gain FROM "+string(of)+" x WHERE", one.gain), r.dialect.matching(of, has))
	}
	return join(" UNION ALL ", parts...).in("(SELECT u.rowid, CAST(SUM(u.gain) AS BIGINT) AS gain FROM (", ") u GROUP BY u.rowid)")
}

// found holds for the articles n that are found.
func (r *reading) found(s *searching) clause {
	switch {
	case s.Blank:
		return always()
	case s.nothing:
		return never()
	case len(s.Needs) == 0: // what is left without some
		return not(r.rowids(articleIndex, some(s.unwanted()...)).in("n.id IN (", ")"))
	}
	return r.rowids(articleIndex, s.base()).in("n.id IN (", ")")
}

func (r *reading) rowids(of index, e expression) clause {
	return r.dialect.matching(of, e).in("SELECT x.rowid FROM "+string(of)+" x WHERE ", "")
}
