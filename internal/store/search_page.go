package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// mostRelevant is the usual order of a search.
var mostRelevant = model.Order{Field: relevance, Desc: true}

// searched reports whether a list is searched.
func searched(q model.Query) bool { return q.Search != "" }

// ordered answers the order that is asked for. The most relevant comes first,
// whatever the direction; only a search knows it.
func ordered(q model.Query) ([]model.Order, error) {
	terms := slices.Clone(q.Order)
	for i := range terms {
		if terms[i].Field != relevance {
			continue
		}
		if !searched(q) {
			return nil, model.Invalid("`orderBy` asks for RELEVANCE, which only a search has; send `search`, or order by another field").At("orderBy")
		}
		terms[i].Desc = true
	}
	return terms, nil
}

// cursorOf is the cursor of a page that is asked for.
func cursorOf(p model.Page) *string { return cmp.Or(p.After, p.Before) }

// searchArticles reads a page of the articles that are found.
func (r *reading) searchArticles(q model.Query, plan *model.Plan) (*model.ArticleConnection, error) {
	filter, err := matches(r.dialect, q.Filter)
	if err != nil {
		return nil, err
	}
	s, err := r.search(q.Search, scope{articles: true, corrects: true, filter: filter}, cursorOf(q.Page))
	if err != nil {
		return nil, at("search", err)
	}
	where := both(visible(r, articles()), filter)
	whole := list{from: sql("articles n"), where: both(where, r.found(s))}
	wanted := planOf(plan)
	answer := &model.ArticleConnection{Facets: &model.ArticleFacets{}, CorrectedQuery: s.corrected}
	err = r.together(
		func() error {
			page, err := r.articlesPage(s, where, whole, q, wanted)
			if page != nil {
				answer.Connection = *page
			}
			return err
		},
		func() error { return facets(r, whole, map[int64]*model.ArticleFacets{0: answer.Facets}, wanted.facets) },
	)
	return answer, err
}

// articlesPage reads the page by relevance, where nothing else is asked for, else
// as any list.
func (r *reading) articlesPage(s *searching, where clause, whole list, q model.Query, wanted connectionPlan) (*model.Connection[model.Article], error) {
	ranked := len(s.Needs) > 0 && !s.nothing
	asked, err := ordered(q)
	if err != nil {
		return nil, err
	}
	byRelevance := len(asked) == 0 || len(asked) == 1 && asked[0].Field == relevance
	if ranked && byRelevance {
		return pageOf(r, articles(), r.articlesByRelevance(s, "ARTICLE", where), whole, q.Page, wanted)
	}
	score := "n.id * 0" // one like the other
	if ranked && slices.ContainsFunc(asked, func(o model.Order) bool { return o.Field == relevance }) {
		score = "s.gain"
		whole.from = join("", r.raised(articleIndex, s.base(), s.all(s.raises())), sql(" s CROSS JOIN articles n"))
		whole.where = both(sql("n.id = s.rowid"), where)
	}
	if !ranked {
		asked = slices.DeleteFunc(asked, func(o model.Order) bool { return o.Field == relevance })
	}
	if whole.order, err = articleOrder(r, asked, "n.published_at", score); err != nil {
		return nil, err
	}
	whole.outer = whole.order
	pages, err := page(r, articles(), whole, nil, q.Page, wanted)
	return pages[0], err
}

// all makes of what raises a score the whole of it.
func (s *searching) all(raises []raise) []raise {
	return append(raises, raise{gain: s.score()})
}

// articlesByRelevance are the articles that are found, the best first: a list of
// those that something raises, and behind it the list of all others, which have
// one score, the newest first. So a page of a search that finds half of all
// articles reads only those that can be on it.
func (r *reading) articlesByRelevance(s *searching, name string, where clause) []list {
	raises := s.raises()
	raising := make([]expression, len(raises))
	for i, one := range raises {
		raising[i] = one.has
	}
	return []list{
		{
			from:  join("", r.raised(articleIndex, s.base(), raises), sql(" s CROSS JOIN articles n")),
			where: both(sql("n.id = s.rowid"), where),
			order: s.order(name, sql("s.gain + CAST(? AS BIGINT)", s.score()), "n.id"),
		},
		{
			from:  sql("article_index x CROSS JOIN articles n"),
			where: both(r.dialect.matching(articleIndex, s.base().without(raising)), sql("n.id = x.rowid"), where),
			order: s.order(name, sql("CAST(? AS BIGINT)", s.score()), "x.rowid"),
		},
	}
}

// pageOf reads a page of lists that follow each other, and counts the whole.
func pageOf[T any](r *reading, n noun[T], parts []list, whole list, asked model.Page, wanted connectionPlan) (*model.Connection[T], error) {
	size, backward, err := asked.Size()
	if err != nil {
		return nil, err
	}
	pages := map[int64]*model.Connection[T]{0: {Nodes: []*T{}, PageInfo: edgesOf(nil, false, backward, asked)}}
	var loads []func() error
	if wanted.rows {
		loads = append(loads, func() error {
			rows, err := rowsOf[T](r, n, parts, asked, n.selects(wanted.node), size, backward)
			if err != nil {
				return err
			}
			return fill(r, n, parts[0].order, pages, rows, size, backward, asked, wanted.node)
		})
	}
	if wanted.count {
		loads = append(loads, func() error { return count(r, whole, []int64{0}, pages) })
	}
	return pages[0], r.together(loads...)
}

// rowsOf reads one row more than a page has of lists that follow each other.
func rowsOf[T any](r *reading, n noun[T], parts []list, asked model.Page, columns string, size int, backward bool) ([]row[T], error) {
	var rows []row[T]
	for i := range parts {
		part := parts[i]
		if backward {
			part = parts[len(parts)-1-i]
		}
		window, err := part.window(asked)
		if err != nil {
			return nil, err
		}
		var more []row[T]
		if err := r.scan(&more, part.rows(r, n.table, columns, nil, window, size-len(rows), backward)); err != nil {
			return nil, err
		}
		if rows = append(rows, more...); len(rows) > size {
			break
		}
	}
	return rows, nil
}

// foundNodes is the list of those nodes of one type that are found.
func (r *reading) foundNodes(s *searching, t model.NodeType, l list) list {
	rowid := sql("n.id * 8 + CAST(? AS BIGINT)", indexNumber(t))
	switch {
	case s.nothing:
		l.where = never()
	case len(s.Needs) > 0:
		l.from = join("", l.from, sql(" CROSS JOIN "), r.raised(nodeIndex, s.ofNodes().base(), s.all(s.raisesOfNodes())), sql(" s"))
		l.where = both(l.where, sql("s.rowid % 8 = ? AND n.id = s.rowid / 8", indexNumber(t)))
		return l
	case len(s.Without) > 0:
		l.where = both(l.where, not(join("", rowid, r.rowids(nodeIndex, some(s.ofNodes().unwanted()...)).in(" IN (", ")"))))
	}
	l.from = join("", l.from, sql(" CROSS JOIN (SELECT 0 AS gain) s"))
	return l
}

// Found is what a search over everything found.
type Found struct {
	*model.SearchConnection
	// Query is what was searched for, to show it in the texts.
	Query text.Query
}

// Search answers a page of what is found of any type, the most relevant first.
func (s *Store) Search(ctx context.Context, view View, q model.Search, plan *model.Plan) (*Found, error) {
	var answer *Found
	err := s.read(ctx, view, func(r *reading) (err error) {
		answer, err = r.searchAll(q, plan)
		return err
	})
	return answer, err
}

func (r *reading) searchAll(q model.Search, plan *model.Plan) (*Found, error) {
	in := scopeOf(q)
	in.filter = always()
	if q.Filter != nil {
		var err error
		if in.filter, err = matches(r.dialect, q.Filter); err != nil {
			return nil, err
		}
	}
	s, err := r.search(q.Query, in, cursorOf(q.Page))
	if err != nil {
		return nil, at("query", err)
	}
	where := both(visible(r, articles()), in.filter)
	if q.Language != nil {
		where = both(where, sql("n.language = ?", *q.Language))
	}
	if !in.articles || len(s.Needs) == 0 {
		where = never()
	}
	whole := list{from: sql("articles n"), where: both(where, r.found(s))}
	answer := &Found{&model.SearchConnection{Facets: &model.ArticleFacets{}, CorrectedQuery: s.corrected, Edges: []*model.SearchEdge{}}, s.Query}
	wanted := planOf(plan)
	loads := []func() error{func() error {
		return r.searchEdges(s, in, where, q.Page, plan, answer)
	}, func() error {
		return facets(r, whole, map[int64]*model.ArticleFacets{0: answer.Facets}, wanted.facets)
	}}
	if wanted.count {
		loads = append(loads, func() error { return r.countFound(s, in, whole, answer) })
	}
	return answer, r.together(loads...)
}

func scopeOf(q model.Search) scope {
	types := q.Types
	if types == nil {
		types = model.AllSearchType
	}
	in := scope{language: q.Language, corrects: true}
	for _, t := range types {
		node := t.Node()
		if node == model.NodeArticle {
			in.articles = true
		} else if !slices.Contains(in.nodes, node) {
			in.nodes = append(in.nodes, node)
		}
	}
	return in
}

// hit is something that was found: its node, its score, and its place among those
// of the same score.
type hit struct {
	id    model.ID
	score int64
	place int64
}

// searchEdges reads a page: the best articles and the best nodes, and of both the
// best.
func (r *reading) searchEdges(s *searching, in scope, where clause, asked model.Page, plan *model.Plan, answer *Found) error {
	size, backward, err := asked.Size()
	if err != nil {
		return err
	}
	by := s.order("SEARCH", sql("s.gain"), "s.rowid")
	if _, err := (list{order: by}).window(asked); err != nil {
		return err
	}
	answer.PageInfo = edgesOf(nil, false, backward, asked)
	if len(s.Needs) == 0 || s.nothing {
		return nil
	}
	hits, err := r.hits(s, in, where, asked, size, backward)
	if err != nil {
		return err
	}
	more := len(hits) > size
	switch {
	case more && backward:
		hits = hits[1:]
	case more:
		hits = hits[:size]
	}
	keys := map[model.NodeType][]int64{}
	for _, h := range hits {
		keys[h.id.Type] = append(keys[h.id.Type], h.id.Key)
	}
	found := map[model.ID]model.Node{}
	if err := r.collectAll(keys, planOf(plan).node.Of, found); err != nil {
		return err
	}
	for _, h := range hits {
		answer.Edges = append(answer.Edges, &model.SearchEdge{
			Cursor: cursor{by.name, []any{h.score}, h.place}.String(),
			Node:   found[h.id].(model.SearchResult),
			Score:  float64(h.score) / 100,
		})
	}
	cursors := make([]string, len(answer.Edges))
	for i, edge := range answer.Edges {
		cursors[i] = edge.Cursor
	}
	answer.PageInfo = edgesOf(cursors, more, backward, asked)
	return nil
}

// hits answers the hits of a page and one more, where there is one, the best
// first. The place of an article is its key times 8, as that of any node is.
func (r *reading) hits(s *searching, in scope, where clause, asked model.Page, size int, backward bool) (hits []hit, err error) {
	if in.articles {
		rows, err := rowsOf[model.Article](r, articles(), r.articlesByRelevance(s, "SEARCH", where), amongArticles(asked), "n.id", size, backward)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			hits = append(hits, hit{row.Node.ID(), row.S0.any.(int64), row.Node.Key * 8})
		}
	}
	if len(in.nodes) > 0 {
		nodes, err := r.nodeHits(s, in, asked, size, backward)
		if err != nil {
			return nil, err
		}
		hits = append(hits, nodes...)
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.place, a.place))
	})
	if backward {
		return hits[max(0, len(hits)-size-1):], nil
	}
	return hits[:min(size+1, len(hits))], nil
}

// amongArticles are the cursors of a search in the list of its articles: behind a
// place are the keys below an eighth of it, ahead of it those above.
func amongArticles(asked model.Page) model.Page {
	translate := func(text *string, round int64) *string {
		if text == nil {
			return nil
		}
		c, _ := parseCursor(*text)   // it was read before
		c.key = (c.key + round) >> 3 // which rounds down the negative keys of working copies, too
		translated := c.String()
		return &translated
	}
	return model.Page{After: translate(asked.After, 7), Before: translate(asked.Before, 0)}
}

func (r *reading) nodeHits(s *searching, in scope, asked model.Page, size int, backward bool) ([]hit, error) {
	l := list{
		from:  join("", r.raised(nodeIndex, s.ofNodes().base(), s.all(s.raisesOfNodes())), sql(" s")),
		where: among(r.dialect, "s.rowid % 8", in.numbers()),
		order: s.order("SEARCH", sql("s.gain"), "s.rowid"),
	}
	window, err := l.window(asked)
	if err != nil {
		return nil, err
	}
	var rows []row[struct{ Rowid int64 }]
	if err := r.scan(&rows, l.rows(r, "", "s.rowid", nil, window, size, backward)); err != nil {
		return nil, err
	}
	hits := make([]hit, len(rows))
	for i, row := range rows {
		hits[i] = hit{nodeAt(row.Node.Rowid), row.S0.any.(int64), row.Node.Rowid}
	}
	return hits, nil
}

// numbers are those of the types of nodes that are searched.
func (in scope) numbers() []int64 {
	numbers := make([]int64, len(in.nodes))
	for i, t := range in.nodes {
		numbers[i] = int64(indexNumber(t))
	}
	return numbers
}

// countFound counts all that is found.
func (r *reading) countFound(s *searching, in scope, whole list, answer *Found) error {
	counts := []clause{both(whole.where).in("SELECT COUNT(*) AS count FROM articles n WHERE ", "")}
	if len(in.nodes) > 0 && len(s.Needs) > 0 && !s.nothing {
		counts = append(counts, r.nodesFound(s.ofNodes().base(), in).in("SELECT COUNT(*) AS count FROM ", ""))
	}
	var total int
	err := r.scan(&total, join(" UNION ALL ", counts...).in("SELECT CAST(SUM(c.count) AS BIGINT) FROM (", ") c"))
	answer.Total = &total
	return err
}
