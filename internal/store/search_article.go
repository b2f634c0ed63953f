package store

import (
	"cmp"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// mostRelevant is the default order of a search.
var mostRelevant = model.Order{Field: relevance, Desc: true}

// equalScore is the score of all rows where there is no ranking. It is an expression,
// because databases take a number in ORDER BY for a column.
const equalScore = "CAST(0 AS BIGINT)"

// givenCursor is the cursor of a page request; nil if it has none.
func givenCursor(p model.Page) *string { return cmp.Or(p.After, p.Before) }

// articles reads a page of the articles that a search finds.
func (r searcher) articles(q model.Query, plan *model.Plan) (*model.ArticleConnection, error) {
	filter, err := matches(r.engine, r.nouns, q.Filter)
	if err != nil {
		return nil, err
	}
	in := scope{articles: true, corrects: true, filter: filter, asked: q.Filter}
	s, err := r.search(q.Search, in, givenCursor(q.Page))
	if err != nil {
		return nil, inArgument("search", err)
	}
	request, err := newRequest(q.Page, plan)
	if err != nil {
		return nil, err
	}
	where := sql.All(r.seenFound(s), filter)
	whole := list{from: sql.Text("articles n"), where: sql.All(where, r.found(s))}
	from, err := r.articleListing(s, q, in, whole)
	if err != nil {
		return nil, err
	}
	counted, err := r.counted(s, q.Filter, foundList(whole))
	if err != nil {
		return nil, err
	}
	from.whole = counted.counted()
	answer := &model.ArticleConnection{Facets: &model.ArticleFacets{}, CorrectedQuery: s.corrected}
	err = r.Together(
		func() error {
			pages, err := connections[model.Article](r.reading, from, nil, request)
			if err == nil {
				answer.Connection = *pages[0]
			}
			return err
		},
		func() error {
			return facets(r.reading, counted, map[int64]*model.ArticleFacets{0: answer.Facets}, request.wanted.facets)
		},
	)
	return answer, err
}

// seenFound holds for the articles that the view shows. A search without words is a list
// of all, which walks an index.
func (r searcher) seenFound(s *searching) sql.Clause {
	if len(s.Needs) == 0 {
		return walkedArticles(r.view)
	}
	return seenArticles(r.view)
}

// articleListing lists the articles in the requested order, or else by relevance.
func (r searcher) articleListing(s *searching, q model.Query, in scope, whole list) (listing, error) {
	where := sql.All(r.seenFound(s), in.filter)
	ranked := len(s.Needs) > 0 && !s.nothing
	asked, err := askedOrder(q)
	if err != nil {
		return listing{}, err
	}
	byRelevance := len(asked) == 0 || len(asked) == 1 && asked[0].Field == relevance
	if ranked && byRelevance {
		return listing{r.articlesByRelevance(s, "ARTICLE", in, where), whole}, nil
	}
	score := equalScore
	ordered := whole
	if ranked && slices.ContainsFunc(asked, func(o model.Order) bool { return o.Field == relevance }) {
		score = "s.gain"
		ordered.from = sql.Join("", r.raised(articleIndex, s.base(), s.withScore(s.raises())), sql.Text(" s CROSS JOIN articles n"))
		ordered.where = sql.All(sql.Text("n.id = s.rowid"), where)
	}
	if !ranked {
		asked = slices.DeleteFunc(asked, func(o model.Order) bool { return o.Field == relevance })
	}
	if ordered.order, err = articleOrder(r.reading, asked, "n.published_at", score); err != nil {
		return listing{}, err
	}
	return inOnePart(ordered), nil
}

// withScore adds the score that everything found has to what raises it.
func (s *searching) withScore(raises []raise) []raise {
	return append(raises, raise{gain: s.score()})
}

// articlesByRelevance are the articles found, best first: a list of those whose score
// something raises, followed by a list of all others, which have the same score, newest
// first. A page of a search that finds half of all articles thus reads only those that
// can be on it.
func (r searcher) articlesByRelevance(s *searching, name string, in scope, where sql.Clause) []list {
	raises := s.raises()
	raising := make([]match.Expression, len(raises))
	for i, one := range raises {
		raising[i] = one.has
	}
	o := s.order(name, sql.Text("s.gain + CAST(? AS BIGINT)", s.score()), "n.id")
	return []list{
		{
			placed: r.placed(s, in, o),
			from:   sql.Join("", r.raised(articleIndex, s.base(), raises), sql.Text(" s CROSS JOIN articles n")),
			where:  sql.All(sql.Text("n.id = s.rowid"), where),
			order:  o,
		},
		{
			from:  sql.Text("article_index x CROSS JOIN articles n"),
			where: sql.All(r.engine.Matching(articleIndex, s.base().Without(raising)), sql.Text("n.id = x.rowid"), where),
			order: s.order(name, sql.Text("CAST(? AS BIGINT)", s.score()), "x.rowid"),
		},
	}
}
