package store

import (
	"cmp"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/fulltext"
)

// reach holds for the articles in which a word of the search reaches the level.
func (s *searching) reach(level int) match.Expression {
	var list []match.Expression
	for i, need := range s.Needs {
		if reached := reaches(need, s.tags[i], level); !need.Optional && !reached.Empty() {
			list = append(list, reached)
		}
	}
	return match.Any(list...)
}

// meets holds for the texts that meet a need by their own words.
func meets(need fulltext.Need) match.Expression {
	return reaches(need, nil, 1)
}

// reaches holds for the articles in which a word or one of the tags reaches the level.
func reaches(need fulltext.Need, tags []string, level int) match.Expression {
	var list []match.Expression
	for _, key := range need.Keys {
		list = append(list, match.Term(fulltext.LevelTerm(fulltext.KeyTerm(key), level)))
	}
	for _, tag := range tags {
		list = append(list, match.Term(fulltext.LevelTerm(fulltext.TagTerm(tag), level)))
	}
	if len(need.Words) > 1 && level == 1 {
		for _, words := range need.Phrases() {
			list = append(list, match.Phrase(words))
		}
	}
	return match.Any(list...)
}

// each returns the expressions of each need on its own, for articles and for nodes.
func (s *searching) each() (list []needed) {
	for i, need := range s.Needs {
		list = append(list, needed{articles: reaches(need, s.tags[i], 1), nodes: meets(need)})
	}
	return list
}

// needed is a need as an expression for each index.
type needed struct{ articles, nodes match.Expression }

// base holds for the articles found. The rarest word comes first, because databases
// start with it.
func (s *searching) base() match.Expression {
	places := make([]int, len(s.Needs))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(s.weights[b], s.weights[a]) })
	var needs []match.Expression
	for _, i := range places {
		if !s.Needs[i].Optional {
			needs = append(needs, reaches(s.Needs[i], s.tags[i], 1))
		}
	}
	return match.All(needs...).Without(s.unwanted())
}

// unwanted are the expressions that exclude an article.
func (s *searching) unwanted() (list []match.Expression) {
	for i, need := range s.Without {
		list = append(list, reaches(need, s.tags[len(s.Needs)+i], 1))
	}
	return list
}

// ofNodes is the search for the index of nodes, where there are no tags and everything
// is ranked.
func (s *searching) ofNodes() *searching {
	nodes := *s
	nodes.tags, nodes.depth = make([][]string, len(s.Needs)+len(s.Without)), 1
	return &nodes
}

// score is the score of what is found and not raised by anything.
func (s *searching) score() (score int) {
	for i, need := range s.Needs {
		if !need.Optional {
			score += s.weights[i] * fulltext.Gain(1)
		}
	}
	return score
}

// raise adds a gain to the score of what matches an expression; without one, to the
// score of everything found.
type raise struct {
	has  match.Expression
	gain int
}

// raises are what raises the scores of articles.
func (s *searching) raises() []raise {
	var list []raise
	for i, need := range s.Needs {
		list = append(list, s.raisesOf(i, need)...)
	}
	if words := s.inOrder(); len(words) > 1 && s.depth == 1 {
		list = append(list, raise{match.Phrase(words), 3 * s.weights[0]})
	}
	return list
}

// raisesOfNodes are what raises the scores of nodes: above all, a name that equals the
// query.
func (s *searching) raisesOfNodes() []raise {
	list := []raise{{match.Term(fulltext.WholeTerm(s.inOrder())), 10 * s.score()}}
	for i, need := range s.Needs {
		list = append(list, s.ofNodes().raisesOf(i, need)...)
	}
	return list
}

// inOrder are the words of the search in their order.
func (s *searching) inOrder() (words []string) {
	for _, need := range s.Needs {
		words = append(words, need.Words...)
	}
	return words
}

// manyNeeds is the number of needs above which neighbouring levels are ranked as one.
const manyNeeds = 5

// raisesOf are the raises of one need.
func (s *searching) raisesOf(i int, need fulltext.Need) (list []raise) {
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
	for level := max(2, depth); level <= fulltext.Levels; level += step {
		gain := 0
		for l := level; l < min(level+step, fulltext.Levels+1); l++ {
			gain += fulltext.Gain(l)
		}
		if len(need.Keys) > 0 || len(tags) > 0 {
			list = append(list, raise{reaches(need, tags, level), weight * gain})
		}
		if len(need.Words) == 1 && (level == 2 || level == 5) {
			list = append(list, raise{match.Term(fulltext.LevelTerm(fulltext.ExactTerm(word), level)), 2 * weight})
		}
	}
	if len(need.Words) == 1 && depth == 1 {
		list = append(list, raise{match.Phrase(need.Words), 2 * weight})
	}
	return list
}
