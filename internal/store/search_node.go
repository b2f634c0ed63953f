package store

import (
	"context"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// namedPage reads a page of nodes that have names, with or without a search.
func namedPage[T any](ctx context.Context, s *Store, view View, q model.Query, plan *model.Plan) (model.Connection[T], error) {
	var answer model.Connection[T]
	err := s.readPlan(ctx, view, plan, func(r *reading) error {
		l, err := searcher{r, &s.words}.namedList(nounOf[T](r.nouns), q)
		if err != nil {
			return err
		}
		request, err := newRequest(q.Page, plan)
		if err != nil {
			return err
		}
		pages, err := connections[T](r, inOnePart(l), nil, request)
		if err == nil {
			answer = *pages[0]
		}
		return err
	})
	return answer, err
}

// listable is what a list of nodes needs to know of their noun.
type listable interface {
	kind
	sortBy(field string) (sortTerm, bool)
}

func (n *noun[T]) sortBy(field string) (sortTerm, bool) {
	t, ok := n.sorts[field]
	return t, ok
}

// namedList is the requested list of nodes, in the requested order.
func (r searcher) namedList(n listable, q model.Query) (list, error) {
	filter, err := matches(r.engine, r.nouns, q.Filter)
	if err != nil {
		return list{}, err
	}
	l := list{from: sql.Text(n.tableName() + " n"), where: filter}
	usual := model.Order{Field: "NAME"}
	if searched(q) {
		s, err := r.search(q.Search, scope{nodes: []model.NodeType{n.nodeType()}}, nil)
		if err != nil {
			return list{}, inArgument("search", err)
		}
		l, usual = r.foundNodes(s, n, l), mostRelevant
	}
	asked, err := askedOrder(q)
	if err != nil {
		return list{}, err
	}
	o, err := orderOf(n.nodeType(), asked, usual, func(field string) (sql.Clause, valueKind) {
		if field == relevance {
			return sql.Text("s.gain"), numbers
		}
		if t, ok := n.sortBy(field); ok {
			return sql.Text(t.by), t.values
		}
		return r.nameTerm(n.nodeType()), sortKeys
	})
	l.order = r.byName(o)
	return l, err
}

// foundNodes is the list of the nodes of one noun that a search finds.
func (r searcher) foundNodes(s *searching, n kind, l list) list {
	kind := n.inIndex().kind
	switch {
	case s.nothing:
		l.where = sql.Never()
	case len(s.Needs) > 0:
		l.from = sql.Join("", l.from, sql.Text(" CROSS JOIN "), r.raised(nodeIndex, s.ofNodes().base(), s.withScore(s.raisesOfNodes())), sql.Text(" s"))
		l.where = sql.All(l.where, sql.Text(indexKindOf("s.rowid")+" = ? AND n.id = "+nodeKeyOf("s.rowid"), int64(kind)))
		return l
	case len(s.Without) > 0:
		l.where = sql.All(l.where, sql.Not(sql.Join("", indexKeyColumn(kind), r.rowids(nodeIndex, match.Any(s.ofNodes().unwanted()...)).Wrap(" IN (", ")"))))
	}
	l.from = sql.Join("", l.from, sql.Text(" CROSS JOIN (SELECT 0 AS gain) s"))
	return l
}
