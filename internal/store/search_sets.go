package store

import (
	"cmp"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// matching returns the articles that readers see and that match each expression, and all
// that they see; nil if these are not known.
func (r searcher) matching(expressions ...match.Expression) ([]sets.Set, *sets.Articles, error) {
	articles, err := r.readersArticles()
	if articles == nil || err != nil {
		return nil, nil, err
	}
	found := make([]sets.Set, len(expressions))
	loads := make([]func() error, len(expressions))
	for i, e := range expressions {
		loads[i] = func() error {
			if e.Empty() {
				return nil
			}
			of, err := r.list(r.indexed(e).wholeList(), []int64{0})
			found[i] = of[0].And(articles.All)
			return err
		}
	}
	return found, articles, r.Together(loads...)
}

// indexed are the articles that match an expression, by the rows x of the index. Those
// that readers do not see are among them.
func (r searcher) indexed(e match.Expression) origin {
	return origin{
		from: "article_index x", joined: " JOIN articles n ON n.id = x.rowid",
		where:     sql.Join("", r.engine.Matching(articleIndex, e), sql.Text(" AND x.rowid > 0")), // no working copies
		published: "n.published_at", key: "x.rowid",
	}
}

// foundArticles returns the articles that a search finds in its scope, and all that readers
// see; nil if these are not known.
func (r searcher) foundArticles(s *searching, in scope) (sets.Set, *sets.Articles, error) {
	base := s.base()
	if len(s.Needs) == 0 || base.Empty() {
		return sets.Set{}, nil, nil
	}
	articles, err := r.readersArticles()
	if articles == nil || err != nil {
		return sets.Set{}, nil, err
	}
	l, err := r.indexed(base).whole(r.reading, in.asked)
	if err != nil {
		return sets.Set{}, nil, err
	}
	of, err := r.list(l, []int64{0})
	return in.inLanguage(of[0].And(articles.All), articles), articles, err
}

// inLanguage are those of the articles that are in the language of the scope.
func (in scope) inLanguage(found sets.Set, articles *sets.Articles) sets.Set {
	if in.language == nil {
		return found
	}
	return found.And(articles.In(sets.Group{Kind: sets.Language, Text: string(*in.language)}))
}

// placed places the articles that a search finds, the best first: those whose score
// something raises by score, all others, which have the same score, by key.
func (r searcher) placed(s *searching, in scope, o order) func(request) ([]placed, error) {
	return func(q request) ([]placed, error) {
		found, articles, err := r.foundArticles(s, in)
		if articles == nil || err != nil {
			return nil, err
		}
		raises := s.raises()
		raising := make([]match.Expression, len(raises))
		for i, one := range raises {
			raising[i] = one.has
		}
		raised, _, err := r.matching(raising...)
		if err != nil {
			return nil, err
		}
		between, err := readWindow(q.Page, o)
		if err != nil {
			return nil, err
		}
		gains := map[int64]int64{}
		for i, set := range raised {
			set = set.And(found)
			if raising[i].Empty() {
				set = found
			}
			for _, key := range set.Keys() {
				gains[key] += int64(raises[i].gain)
			}
			raised[i] = set
		}
		score := int64(s.score())
		best := make([]placed, 0, len(gains))
		for key, gain := range gains {
			best = append(best, placed{key, score + gain})
		}
		for _, set := range raised {
			found = found.Without(set)
		}
		return between.page(best, found, score, q), nil
	}
}

// placeWindow is what is between the cursors of a page; nil where there is none.
type placeWindow struct{ after, before *placed }

func readWindow(asked model.Page, o order) (placeWindow, error) {
	var w placeWindow
	for _, edge := range []struct {
		argument string
		text     *string
		into     **placed
	}{{"after", asked.After, &w.after}, {"before", asked.Before, &w.before}} {
		if edge.text == nil {
			continue
		}
		c, err := readCursor(edge.argument, *edge.text, o)
		if err != nil {
			return w, err
		}
		value, _ := c.values[0].(int64) // what readCursor has seen to
		*edge.into = &placed{c.key, value}
	}
	return w, nil
}

// better sorts the best first.
func better(a, b placed) int {
	return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(b.key, a.key))
}

func (w placeWindow) has(one placed) bool {
	return (w.after == nil || better(one, *w.after) > 0) && (w.before == nil || better(one, *w.before) < 0)
}

// page returns one row more than the page holds of the best, which are few, and of the
// others, which come after them and have the same score.
func (w placeWindow) page(best []placed, others sets.Set, score int64, q request) []placed {
	best = slices.DeleteFunc(best, func(one placed) bool { return !w.has(one) })
	slices.SortFunc(best, better)
	rest := func(keys []int64) []placed {
		var list []placed
		for _, key := range keys {
			if one := (placed{key, score}); w.has(one) {
				list = append(list, one)
			}
		}
		return list
	}
	if q.backward {
		from := int64(-1)
		if w.before != nil && w.before.value == score {
			from = w.before.key
		}
		list := []placed{}
		if w.before == nil || w.before.value <= score {
			list = append(list, rest(others.Above(from, q.size+1))...)
		}
		slices.Reverse(best)
		list = append(list, best...)
		return list[:min(len(list), q.size+1)]
	}
	from := int64(1 << 32)
	if w.after != nil && w.after.value == score {
		from = w.after.key
	}
	list := append([]placed{}, best...)
	if len(list) <= q.size && (w.after == nil || w.after.value >= score) {
		list = append(list, rest(others.Below(from, q.size+1))...)
	}
	return list[:min(len(list), q.size+1)]
}
