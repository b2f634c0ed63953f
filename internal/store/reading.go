package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// reading is one snapshot of the database, seen through a view.
type reading struct {
	database.Snapshot
	engine database.Engine
	nouns  nouns
	view   View
	// sets are what is kept of readers' articles.
	sets *keptSets
	// now is the moment of the snapshot, once it was asked for.
	now *moment
	// since are the changes since some positions, once they were asked for.
	since map[int64]changedNodes

	memory *memory
	// clock is the moment of the clock of nouns that the snapshot shows, once dated.
	clock int64
	dated bool
	// tags are the keys of tags that were read together with articles.
	tags map[int64]tagKeys
}

// read runs f on one snapshot of the database.
func (s *Store) read(ctx context.Context, view View, f func(*reading) error) error {
	return database.Troubled(ctx, s.engine, s.engine.Snapshot(ctx, func(on database.Snapshot) error {
		return f(&reading{Snapshot: on, engine: s.engine, nouns: s.nouns, view: view, sets: s.sets, memory: s.memory})
	}))
}

// readPlan is read for a plan: f finds nouns in memory if the plan leads to some. The clock
// is asked for together with the first statement of f.
func (s *Store) readPlan(ctx context.Context, view View, plan *model.Plan, f func(*reading) error) error {
	return s.read(ctx, view, func(r *reading) error {
		if r.memory == nil || !leadsToNodes(plan) {
			return f(r)
		}
		return r.Together(r.date, func() error { return f(r) })
	})
}

// leadsToNodes reports whether the plan wants relations of nodes.
func leadsToNodes(plan *model.Plan) bool {
	return plan != nil && slices.ContainsFunc(plan.Relations, func(relation *model.Relation) bool {
		return relation.Field != "nodes" || leadsToNodes(relation.Plan)
	})
}

// date finds out which moment of the clock the snapshot shows, and has the memory forget
// what was changed before it. From then on the reading uses the memory.
func (r *reading) date() error {
	since := r.memory.moment()
	var clock int64
	if err := r.Scan(&clock, sql.Text("SELECT value FROM search_state WHERE name = ?", namesClock)); err != nil {
		return err
	}
	if clock > since || since == unknown {
		c, err := r.changed(since, clock)
		if err != nil {
			return err
		}
		r.memory.advance(c)
	}
	r.clock, r.dated = clock, true
	return nil
}

// changed is what was changed between two moments, as the change log of the snapshot says.
func (r *reading) changed(since, until int64) (changed, error) {
	c := changed{since: since, until: until, many: since == unknown}
	if c.many {
		return c, nil
	}
	var rows []struct {
		NodeType model.NodeType
		NodeID   int64
	}
	err := r.Scan(&rows, sql.Join(" ", sql.Text("SELECT node_type, node_id FROM changes WHERE id > ? ORDER BY id", since), sql.Limit(maxForgotten+1)))
	for _, row := range rows {
		c.nodes = append(c.nodes, model.ID{Type: row.NodeType, Key: row.NodeID})
	}
	c.many = len(rows) > maxForgotten
	return c, err
}

// among holds where the column is one of the keys, which are one argument, whatever
// their number.
func (r *reading) among(column string, keys []int64) sql.Clause {
	return database.Among(r.engine, column, keys)
}

// day is the day in the relation's argument, or today.
func (r *reading) day(relation *model.Relation) model.Date {
	if relation.Args.On != nil {
		return *relation.Args.On
	}
	return r.view.Today
}

// Nodes returns the nodes with these ids, in the same order, nil where the view shows
// none. It takes one statement for each type, and those of the relations.
func (s *Store) Nodes(ctx context.Context, view View, ids []model.ID, plan func(model.NodeType) *model.Plan) ([]model.Node, error) {
	var found map[model.ID]model.Node
	err := s.read(ctx, view, func(r *reading) (err error) {
		found, err = r.nodes(ids, true, plan)
		return err
	})
	nodes := make([]model.Node, len(ids))
	for i, id := range ids {
		nodes[i] = found[id]
	}
	return nodes, err
}

// nodes reads nodes of any type by their ids. direct means that the caller asked for
// these ids.
func (r *reading) nodes(ids []model.ID, direct bool, plan func(model.NodeType) *model.Plan) (map[model.ID]model.Node, error) {
	keys := map[model.NodeType][]int64{}
	for _, id := range ids {
		keys[id.Type] = append(keys[id.Type], id.Key)
	}
	found := make(map[model.ID]model.Node, len(ids))
	var loads []func() error
	for _, k := range r.nouns {
		wanted := keys[k.nodeType()]
		if len(wanted) == 0 {
			continue
		}
		loads = append(loads, func() error {
			nodes, err := k.nodes(r, distinct(wanted), direct, plan(k.nodeType()))
			for id, node := range nodes {
				found[id] = node
			}
			return err
		})
	}
	return found, r.Together(loads...)
}

// Relate loads what the plan wants below nodes of one type that have been read before,
// and hangs it on them.
func (s *Store) Relate(ctx context.Context, view View, nodes []model.Node, plan *model.Plan) error {
	if len(nodes) == 0 {
		return nil
	}
	return s.readPlan(ctx, view, plan, func(r *reading) error {
		for _, k := range r.nouns {
			if ok, err := k.below(r, nodes, plan); ok || err != nil {
				return err
			}
		}
		return fmt.Errorf("no relations are known of %T", nodes[0])
	})
}
