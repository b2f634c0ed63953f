package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// single reads the one row of a noun for which the condition holds, NOT_FOUND
// when there is none that the view may see.
func single[T any](ctx context.Context, s *Store, view View, n noun[T], plan *model.Plan, condition func(*reading) (clause, error)) (*T, error) {
	var node *T
	err := s.read(ctx, view, func(r *reading) error {
		r.direct = true
		where, err := condition(r)
		if err != nil {
			return err
		}
		var nodes []*T
		statement := both(where, reachable(r, n)).in("SELECT "+n.selects(plan)+" FROM "+n.table+" n WHERE ", "")
		if err := r.scan(&nodes, statement); err != nil {
			return err
		}
		if len(nodes) == 0 {
			return model.NotFound(n.node)
		}
		node = nodes[0]
		return below(r, n, nodes[:1], plan)
	})
	return node, err
}

// keyed holds for the row with the id, or with the text in the column before it.
func keyed(node model.NodeType, id *model.ID, columns ...any) (clause, error) {
	if id != nil {
		if id.Type != node { // an id, but not of such a thing
			return never(), nil
		}
		return sql("n.id IN (?, ?)", id.Key, -id.Key), nil
	}
	for i := 0; i+1 < len(columns); i += 2 {
		if text := columns[i+1].(*string); text != nil {
			return sql("n."+columns[i].(string)+" = ?", *text), nil
		}
	}
	return clause{}, model.Invalid("no key was given; give exactly one").At("by")
}

// namedPage reads a page of nouns that have names.
func namedPage[T any](ctx context.Context, s *Store, view View, n noun[T], q model.Query, plan *model.Plan, term func(*reading, string) (clause, kind)) (model.Connection[T], error) {
	var answer model.Connection[T]
	err := s.read(ctx, view, func(r *reading) error {
		filter, err := matches(r.dialect, q.Filter)
		if err != nil {
			return err
		}
		l := list{from: sql(n.table + " n"), where: filter}
		usual := model.Order{Field: "NAME"}
		if searched(q) {
			s, err := r.search(q.Search, scope{nodes: []model.NodeType{n.node}}, nil)
			if err != nil {
				return at("search", err)
			}
			l, usual = r.foundNodes(s, n.node, l), mostRelevant
		}
		asked, err := ordered(q)
		if err != nil {
			return err
		}
		o, err := orderOf(n.node, asked, usual, func(field string) (clause, kind) {
			if field == relevance {
				return sql("s.gain"), numbers
			}
			return term(r, field)
		})
		if err != nil {
			return err
		}
		o.name = r.nameOrder(o.name)
		l.order, l.outer = o, o
		pages, err := page(r, n, l, nil, q.Page, planOf(plan))
		if err == nil {
			answer = *pages[0]
		}
		return err
	})
	return answer, err
}

// nameOrder completes the name of an order by names: each language has its own.
func (r *reading) nameOrder(name string) string {
	if !strings.Contains(name, "NAME") {
		return name
	}
	return name + " " + fmt.Sprint(model.Chain(r.view.Languages))
}

// Nodes answers the nodes with these ids, in their order, nil where there is
// none that the view may see: one statement a type and relation.
func (s *Store) Nodes(ctx context.Context, view View, ids []model.ID, plan func(model.NodeType) *model.Plan) ([]model.Node, error) {
	keys := map[model.NodeType][]int64{}
	for _, id := range ids {
		keys[id.Type] = append(keys[id.Type], id.Key)
	}
	found := make(map[model.ID]model.Node, len(ids))
	err := s.read(ctx, view, func(r *reading) error {
		r.direct = true
		return r.collectAll(keys, plan, found)
	})
	nodes := make([]model.Node, len(ids))
	for i, id := range ids {
		nodes[i] = found[id]
	}
	return nodes, err
}

// collectAll reads nodes of any type by their keys.
func (r *reading) collectAll(keys map[model.NodeType][]int64, plan func(model.NodeType) *model.Plan, found map[model.ID]model.Node) error {
	return r.together(
		collect(r, articles(), keys, plan, found, func(n *model.Article) model.Node { return n }),
		collect(r, officials(), keys, plan, found, func(n *model.Official) model.Node { return n }),
		collect(r, countries(), keys, plan, found, func(n *model.Country) model.Node { return n }),
		collect(r, topics(), keys, plan, found, func(n *model.Topic) model.Node { return n }),
		collect(r, offices(), keys, plan, found, func(n *model.Office) model.Node { return n }),
		collect(r, tenures(), keys, plan, found, func(n *model.Tenure) model.Node { return n }),
		collect(r, accessTokens(), keys, plan, found, func(n *model.AccessToken) model.Node { return n }),
	)
}

func collect[T any](r *reading, n noun[T], keys map[model.NodeType][]int64, plan func(model.NodeType) *model.Plan, found map[model.ID]model.Node, node func(*T) model.Node) func() error {
	return func() error {
		if len(keys[n.node]) == 0 {
			return nil
		}
		rows, err := byKeys(r, n, distinct(keys[n.node]), plan(n.node))
		for key, row := range rows {
			found[model.ID{Type: n.node, Key: key}] = node(row)
		}
		return err
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Relate loads what the plan asks for below nodes of one type that are at hand,
// and hangs it on them.
func (s *Store) Relate(ctx context.Context, view View, nodes []model.Node, plan *model.Plan) error {
	if len(nodes) == 0 {
		return nil
	}
	return s.read(ctx, view, func(r *reading) error {
		switch nodes[0].(type) {
		case *model.Article:
			return below(r, articles(), same[model.Article](nodes), plan)
		case *model.Official:
			return below(r, officials(), same[model.Official](nodes), plan)
		case *model.Country:
			return below(r, countries(), same[model.Country](nodes), plan)
		case *model.Topic:
			return below(r, topics(), same[model.Topic](nodes), plan)
		case *model.Office:
			return below(r, offices(), same[model.Office](nodes), plan)
		case *model.Tenure:
			return below(r, tenures(), same[model.Tenure](nodes), plan)
		}
		return fmt.Errorf("no relations are known of %T", nodes[0])
	})
}

func same[T any](nodes []model.Node) []*T {
	list := make([]*T, len(nodes))
	for i, node := range nodes {
		list[i] = any(node).(*T)
	}
	return list
}
