package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/model"
)

// Found is the result of a search over everything.
type Found struct {
	*model.SearchConnection
	// Query is what was searched for, for highlighting.
	Query fulltext.Query
}

// Search returns a page of nodes of any type that match a query, the most relevant
// first.
func (s *Store) Search(ctx context.Context, view View, q model.Search, plan *model.Plan) (*Found, error) {
	var answer *Found
	err := s.read(ctx, view, func(r *reading) (err error) {
		answer, err = searcher{r, &s.words}.everything(q, plan)
		return err
	})
	return answer, err
}

// searchOfAll is a search over everything: what to look for, its scope, and the
// requested page.
type searchOfAll struct {
	*searching
	in scope
	// articles holds for the articles n in scope.
	articles sql.Clause
	request  request
}

func (r searcher) everything(q model.Search, plan *model.Plan) (*Found, error) {
	in := scopeOf(q)
	in.filter = sql.Always()
	if q.Filter != nil {
		var err error
		if in.filter, err = matches(r.engine, r.nouns, q.Filter); err != nil {
			return nil, err
		}
		in.asked = q.Filter
	}
	s, err := r.search(q.Query, in, givenCursor(q.Page))
	if err != nil {
		return nil, inArgument("query", err)
	}
	where := in.filter
	if q.Language != nil {
		where = sql.All(where, sql.Text("n.language = ?", *q.Language))
	}
	if !in.articles || len(s.Needs) == 0 {
		where = sql.Never()
	}
	request, err := newRequest(q.Page, plan)
	if err != nil {
		return nil, err
	}
	all := searchOfAll{s, in, sql.All(seenArticles(r.view), where), request}
	counted := foundList(list{from: sql.Text("articles n"), where: sql.All(walkedArticles(r.view), where, r.found(s))})
	if in.articles && q.Language == nil {
		if counted, err = r.counted(s, q.Filter, counted); err != nil {
			return nil, err
		}
	}
	answer := &Found{&model.SearchConnection{Facets: &model.ArticleFacets{}, CorrectedQuery: s.corrected, Edges: []*model.SearchEdge{}}, s.Query}
	loads := []func() error{func() error {
		return r.searchEdges(all, answer)
	}, func() error {
		return facets(r.reading, counted, map[int64]*model.ArticleFacets{0: answer.Facets}, request.wanted.facets)
	}}
	if request.wanted.count {
		loads = append(loads, func() error { return r.countFound(all, counted, answer) })
	}
	return answer, r.Together(loads...)
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

// hit is a node that was found, its score, and its place among those with the same
// score.
type hit struct {
	id    model.ID
	score int64
	place indexKey
}

// searchEdges reads a page: the best articles and the best nodes, merged.
func (r searcher) searchEdges(all searchOfAll, answer *Found) error {
	by := all.order("SEARCH", sql.Text("s.gain"), "s.rowid")
	if _, err := (list{order: by}).window(all.request.Page); err != nil {
		return err
	}
	answer.PageInfo = all.request.pageInfo(nil, false)
	if len(all.Needs) == 0 || all.nothing {
		return nil
	}
	hits, more, err := r.hits(all)
	if err != nil {
		return err
	}
	ids := make([]model.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	found, err := r.nodes(ids, false, all.request.wanted.node.Of)
	if err != nil {
		return err
	}
	cursors := make([]string, len(hits))
	for i, h := range hits {
		result, ok := found[h.id].(model.SearchResult)
		if !ok {
			return fmt.Errorf("%s was found, but there is no such node", h.id)
		}
		cursors[i] = cursor{by.name, []any{h.score}, h.place.inCursor()}.String()
		answer.Edges = append(answer.Edges, &model.SearchEdge{Cursor: cursors[i], Node: result, Score: float64(h.score) / 100})
	}
	answer.PageInfo = all.request.pageInfo(cursors, more)
	return nil
}

// hits returns the hits of a page, best first, and whether more follow in the direction
// of paging.
func (r searcher) hits(all searchOfAll) (hits []hit, more bool, err error) {
	q := all.request
	if all.in.articles {
		if hits, err = r.articleHits(all); err != nil {
			return nil, false, err
		}
	}
	if len(all.in.nodes) > 0 {
		nodes, err := r.nodeHits(all)
		if err != nil {
			return nil, false, err
		}
		hits = append(hits, nodes...)
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.place, a.place))
	})
	more = len(hits) > q.size
	if more && q.backward {
		return hits[len(hits)-q.size:], true, nil
	}
	return hits[:min(q.size, len(hits))], more, nil
}

func (r searcher) articleHits(all searchOfAll) ([]hit, error) {
	q := all.request
	// After a place come the articles with lower keys, before it those with higher ones.
	q.Page = inCursors(q.Page, func(place indexKey, after bool) int64 {
		_, key := place.split()
		if after && indexKeyOf(0, key) < place {
			key++
		}
		return key
	})
	rows, err := readParts[model.Article](r.reading, r.articlesByRelevance(all.searching, "SEARCH", all.in, all.articles), "n.id", q)
	if err != nil {
		return nil, err
	}
	hits := make([]hit, len(rows))
	for i, row := range rows {
		hits[i] = hit{row.Node.ID(), row.S0.number(), indexKeyOf(0, row.Node.Key)}
	}
	return hits, nil
}

func (r searcher) nodeHits(all searchOfAll) ([]hit, error) {
	q := all.request
	q.Page = inCursors(q.Page, func(place indexKey, _ bool) int64 { return int64(place) })
	l := list{
		from:  sql.Join("", r.raised(nodeIndex, all.ofNodes().base(), all.withScore(all.raisesOfNodes())), sql.Text(" s")),
		where: r.among(indexKindOf("s.rowid"), all.in.kinds(r.nouns)),
		order: all.order("SEARCH", sql.Text("s.gain"), "s.rowid"),
	}
	rows, err := readParts[struct{ Rowid int64 }](r.reading, []list{l}, "s.rowid", q)
	if err != nil {
		return nil, err
	}
	hits := make([]hit, len(rows))
	for i, row := range rows {
		place := indexKey(row.Node.Rowid)
		hits[i] = hit{r.nouns.nodeAt(place), row.S0.number(), place}
	}
	return hits, nil
}

// inCursors translates the places in the cursors of a page into keys of one of the lists
// that the search merges. The cursors have been checked before.
func inCursors(asked model.Page, keyOf func(place indexKey, after bool) int64) model.Page {
	translate := func(text *string, after bool) *string {
		if text == nil {
			return nil
		}
		c, _ := parseCursor(*text)
		c.key = keyOf(indexKeyIn(c.key), after)
		translated := c.String()
		return &translated
	}
	return model.Page{After: translate(asked.After, true), Before: translate(asked.Before, false)}
}

// kinds are the numbers of the nouns that are searched.
func (in scope) kinds(all nouns) []int64 {
	kinds := make([]int64, len(in.nodes))
	for i, t := range in.nodes {
		kinds[i] = int64(all.kindOf(t))
	}
	return kinds
}

// countFound counts everything found.
func (r searcher) countFound(all searchOfAll, whole wholeList, answer *Found) error {
	counts := []sql.Clause{sql.Join(" ", whole.from.Wrap("SELECT COUNT(*) AS count FROM ", ""), sql.Where(whole.where))}
	of, _, err := r.listed(whole, []int64{0})
	if err != nil {
		return err
	}
	if of != nil {
		counts[0] = sql.Text("SELECT CAST(? AS BIGINT) AS count", of[0].Len())
	}
	if len(all.in.nodes) > 0 && len(all.Needs) > 0 && !all.nothing {
		counts = append(counts, r.nodesFound(all.ofNodes().base(), all.in).Wrap("SELECT COUNT(*) AS count FROM ", ""))
	}
	var total int
	err = r.Scan(&total, sql.Join(" UNION ALL ", counts...).Wrap("SELECT CAST(SUM(counted.count) AS BIGINT) FROM (", ") counted"))
	answer.Total = &total
	return err
}
