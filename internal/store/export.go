package store

import (
	"context"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// How many rows a snapshot holds in memory at a time. Articles have long texts.
const (
	snapshotRows     = 500
	snapshotArticles = 100
)

// Snapshot is all content at one moment, to be read from end to end in constant memory.
// Its orders depend on content only, never on keys: databases with the same content are
// read in the same order.
type Snapshot struct{ *reading }

// Snapshot runs f on one snapshot of what the view shows. Writes continue during f,
// which does not see them.
func (s *Store) Snapshot(ctx context.Context, view View, f func(*Snapshot) error) error {
	return s.read(ctx, view, func(r *reading) error { return f(&Snapshot{r}) })
}

// walk reads all rows of a noun.
type walk[T any] struct {
	plan *model.Plan
	rows int
	// order is a list of columns that no two rows share, and after holds for the rows
	// that follow a row.
	order string
	after func(*T) sql.Clause
}

// read reads the rows that satisfy the condition, a batch at a time: one statement, and
// one for each relation of the plan.
func (w walk[T]) read(x *Snapshot, where sql.Clause, each func([]*T) error) error {
	n := nounOf[T](x.nouns)
	for from := sql.Always(); ; {
		var nodes []*T
		statement := sql.Join(" ", sql.Text("SELECT "+n.selects(w.plan)+" FROM "+n.table+" n WHERE"),
			sql.All(from, where), sql.Limit(w.rows).Wrap("ORDER BY "+w.order+" ", ""))
		if err := x.Scan(&nodes, statement); err != nil || len(nodes) == 0 {
			return err
		}
		if err := loadBelow(x.reading, nodes, w.plan); err != nil {
			return err
		}
		if err := each(nodes); err != nil {
			return err
		}
		from = w.after(nodes[len(nodes)-1])
	}
}

// want is a plan of plain fields.
func want(fields ...string) *model.Plan { return (&model.Plan{}).Want(fields...) }

// relate adds a relation under its own name to the plan, and returns the plan of the
// relation.
func relate(plan *model.Plan, relation string, fields ...string) *model.Plan {
	return plan.Relate(relation, relation, model.Args{}).Plan.Want(fields...)
}

// Ambiguous returns the keys of the nodes that a text alone does not identify: nodes
// whose externalId is the slug of another node, and these others if they have no
// externalId themselves. For articles, `language:slug` counts like a slug.
func (x *Snapshot) Ambiguous(node model.NodeType) (map[int64]bool, error) {
	called := []string{"other.slug"}
	if node == model.NodeArticle {
		called = append(called, "other.language || ':' || other.slug")
	}
	keys := map[int64]bool{}
	for _, name := range called {
		query := sql.Text("SELECT node.id, CASE WHEN other.external_id IS NULL THEN other.id ELSE node.id END AS other_id FROM " + x.nouns.table(node) + " other JOIN " + x.nouns.table(node) + " node ON node.external_id = " + name + " AND node.id <> other.id")
		if node == model.NodeArticle {
			query = sql.Join(" ", query, sql.Text("WHERE node."+x.view.seenBy()+" AND other."+x.view.seenBy()))
		}
		var pairs []struct{ ID, OtherID int64 }
		if err := x.Scan(&pairs, query); err != nil {
			return nil, fail(err, node, "compare the keys of")
		}
		for _, pair := range pairs {
			keys[articleKey(pair.ID)], keys[articleKey(pair.OtherID)] = true, true // in whichever version
		}
	}
	return keys, nil
}
