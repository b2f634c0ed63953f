package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// row is a node as a statement returns it: with the key of its parent, and the values it
// is sorted by.
type row[T any] struct {
	Parent         int64
	S0, S1, S2, S3 sortValue
	Tags           tagKeys
	Node           T `gorm:"embedded"`
}

// selection is a set of rows, by their keys.
type selection struct {
	keys []int64
	// direct means that the caller asked for these keys; see noun.byKey.
	direct bool
	// where is a further condition on the rows n; the zero Clause means none.
	where sql.Clause
}

// byKeys reads the nodes of a selection that the view shows, by key, and what the plan
// wants below them. The keys of articles are found in whichever version the view shows.
func byKeys[T any](r *reading, s selection, plan *model.Plan) (map[int64]*T, error) {
	found := make(map[int64]*T, len(s.keys))
	if len(s.keys) == 0 {
		return found, nil
	}
	n := nounOf[T](r.nouns)
	if n.kept && r.dated && s.where.SQL == "" {
		return remembered[T](r, s.keys, plan)
	}
	keys := s.keys
	if n.node == model.NodeArticle {
		keys = rowKeys(keys)
	}
	conditions := []sql.Clause{r.among("n.id", keys), n.seen(r.view, s.direct)}
	if s.where.SQL != "" {
		conditions = append(conditions, s.where)
	}
	var nodes []*T
	if err := r.Scan(&nodes, sql.All(conditions...).Wrap("SELECT "+n.selects(plan)+" FROM "+n.table+" n WHERE ", "")); err != nil {
		return nil, err
	}
	for _, node := range nodes {
		found[articleKey(n.key(node))] = node
	}
	return found, loadBelow(r, nodes, plan)
}

// remembered is byKeys for rows that are kept in memory. It reads those that are missing,
// with all their columns.
func remembered[T any](r *reading, keys []int64, plan *model.Plan) (map[int64]*T, error) {
	n := nounOf[T](r.nouns)
	rows := make([]T, 0, len(keys))
	nodes := make([]*T, 0, len(keys))
	found := make(map[int64]*T, len(keys))
	add := func(row *T) {
		rows = append(rows, *row)
		node := &rows[len(rows)-1]
		nodes, found[n.key(node)] = append(nodes, node), node
	}
	missing := recall(r, n, keys, add)
	if len(missing) > 0 {
		var read []*T
		if err := r.Scan(&read, r.among("n.id", missing).Wrap("SELECT "+n.selects(nil)+" FROM "+n.table+" n WHERE ", "")); err != nil {
			return nil, err
		}
		keeping := make(map[model.ID]any, len(read))
		for _, row := range read {
			keeping[model.ID{Type: n.node, Key: n.key(row)}] = row
			add(row)
		}
		keep(r.memory, r.memory.rows, r.clock, keeping)
	}
	return found, loadBelow(r, nodes, plan)
}

// recall calls add with the rows in memory, and returns the keys of the others.
func recall[T any](r *reading, n *noun[T], keys []int64, add func(*T)) (missing []int64) {
	r.memory.mu.RLock()
	defer r.memory.mu.RUnlock()
	for _, key := range keys {
		old, known := r.memory.rows[model.ID{Type: n.node, Key: key}]
		row, _ := old.value.(*T)
		if !known || old.at > r.clock {
			missing = append(missing, key)
			continue
		}
		add(row)
	}
	return missing
}

// loadBelow loads all relations that the plan wants below the nodes, together.
func loadBelow[T any](r *reading, nodes []*T, plan *model.Plan) error {
	if plan == nil || len(nodes) == 0 {
		return nil
	}
	n := nounOf[T](r.nouns)
	loads := make([]func() error, len(plan.Relations))
	for i, relation := range plan.Relations {
		loads[i] = func() error {
			load := n.relations[relation.Field]
			if load == nil {
				return fmt.Errorf("%s has no relation %s", n.node, relation.Field)
			}
			return withinField(relation.Field, load(r, nodes, relation))
		}
	}
	return r.Together(loads...)
}

// toOne loads the node that each parent refers to, and hangs it on the parent: nil if it
// refers to none.
func toOne[C, P any](r *reading, parents []*P, refers func(*P) *int64, relation *model.Relation) error {
	var keys []int64
	for _, parent := range parents {
		if key := refers(parent); key != nil {
			keys = append(keys, *key)
		}
	}
	found, err := byKeys[C](r, selection{keys: distinct(keys)}, relation.Plan)
	if err != nil {
		return err
	}
	slots := nounOf[P](r.nouns).slots
	for _, parent := range parents {
		var child *C
		if key := refers(parent); key != nil {
			child = found[*key]
		}
		slots(parent).Hang(relation.Key, child)
	}
	return nil
}

// children says which rows are the children of a parent.
type children struct {
	// from names the tables, the children's under the alias n.
	from string
	// owner is the column that holds the parent's key.
	owner string
	// where is a further condition; the zero Clause means none.
	where sql.Clause
	order sql.Clause
}

// toMany loads the children of all parents with one statement, and hangs them on the
// parents.
func toMany[C, P any](r *reading, parents []*P, of children, relation *model.Relation) error {
	c := nounOf[C](r.nouns)
	conditions := []sql.Clause{r.among(of.owner, nounOf[P](r.nouns).keysOf(parents)), c.seen(r.view, false)}
	if of.where.SQL != "" {
		conditions = append(conditions, of.where)
	}
	var rows []row[C]
	statement := sql.Join(" ",
		sql.Text("SELECT "+of.owner+" AS parent, "+c.selects(relation.Plan)+" FROM "+of.from+" WHERE"),
		sql.All(conditions...),
		of.order.Wrap("ORDER BY "+of.owner+", ", ", n.id"))
	if err := r.Scan(&rows, statement); err != nil {
		return err
	}
	return hangFamilies(r, parents, relation, rows)
}

// hangFamilies loads what is below the rows, and hangs on each parent its own rows.
func hangFamilies[C, P any](r *reading, parents []*P, relation *model.Relation, rows []row[C]) error {
	nodes, of := families(nounOf[C](r.nouns), rows)
	if err := loadBelow(r, nodes, relation.Plan); err != nil {
		return err
	}
	p := nounOf[P](r.nouns)
	for _, parent := range parents {
		list := of[p.key(parent)]
		if list == nil { // loaded, and there are none
			list = []*C{}
		}
		p.slots(parent).Hang(relation.Key, list)
	}
	return nil
}

// families groups rows by parent. A node shared by several parents is one node, so that
// what is below it is loaded once.
func families[T any](n *noun[T], rows []row[T]) (nodes []*T, of map[int64][]*T) {
	seen := make(map[int64]*T, len(rows))
	of = make(map[int64][]*T)
	nodes = make([]*T, 0, len(rows))
	all := make([]*T, len(rows))
	from := 0
	for i := range rows {
		key, parent := n.key(&rows[i].Node), rows[i].Parent
		node, known := seen[key]
		if !known {
			node = &rows[i].Node
			seen[key] = node
			nodes = append(nodes, node)
		}
		all[i] = node
		if last := i+1 == len(rows) || rows[i+1].Parent != parent; last {
			of[parent] = joined(of[parent], all[from:i+1:i+1])
			from = i + 1
		}
	}
	return nodes, of
}

// joined is append, but does not copy the second list if there is no first one.
func joined[T any](first, second []T) []T {
	if len(first) == 0 {
		return second
	}
	return append(first, second...)
}

// distinct sorts keys and drops duplicates, in place.
func distinct(keys []int64) []int64 {
	slices.Sort(keys)
	return slices.Compact(keys)
}

// planBelow is the plan of a relation; an empty one if the relation is not wanted.
func planBelow(plan *model.Plan, field string) *model.Plan {
	if relation := plan.Relation(field); relation != nil {
		return relation.Plan
	}
	return &model.Plan{}
}

// single reads the one row that satisfies the condition; NOT_FOUND if the view shows
// none.
func single[T any](ctx context.Context, s *Store, view View, plan *model.Plan, condition func(*reading) (sql.Clause, error)) (*T, error) {
	n := nounOf[T](s.nouns)
	var node *T
	err := s.readPlan(ctx, view, plan, func(r *reading) error {
		where, err := condition(r)
		if err != nil {
			return err
		}
		var rows []row[T]
		statement := sql.All(where, n.seen(view, true)).Wrap("SELECT "+n.selectsTagged(plan)+" FROM "+n.table+" n WHERE ", "")
		if err := r.Scan(&rows, statement); err != nil {
			return err
		}
		if len(rows) == 0 {
			return model.NotFound(n.node)
		}
		noteTags(r, n, rows[:1])
		node = &rows[0].Node
		return loadBelow(r, []*T{node}, plan)
	})
	return node, err
}

// uniqueKey is a unique column and the value to look up; nil if the caller gave another
// key.
type uniqueKey struct {
	column string
	value  *string
}

// keyed holds for the rows with the id, or else with the first of the other keys that is
// given. It looks for the id's working copy, too, whatever the noun: only articles have
// keys below zero, so that n.id IN (7, -7) finds topic 7 alone.
func keyed(node model.NodeType, id *model.ID, others ...uniqueKey) (sql.Clause, error) {
	if id != nil {
		if id.Type != node { // an id of another type
			return sql.Never(), nil
		}
		return anyVersion("n.id", id.Key), nil
	}
	for _, other := range others {
		if other.value != nil {
			return sql.Text("n."+other.column+" = ?", text.Key(*other.value)), nil
		}
	}
	return sql.Clause{}, model.Invalid("no key was given; give exactly one").At("by")
}

// sortedKeys are the keys of a map, in ascending order.
func sortedKeys[T any](of map[int64]T) []int64 { return slices.Sorted(maps.Keys(of)) }

// noteTags has the reading remember the keys of tags that were read with articles.
func noteTags[T any](r *reading, n *noun[T], rows []row[T]) {
	if n.tagged == nil {
		return
	}
	if r.tags == nil {
		r.tags = make(map[int64]tagKeys, len(rows))
	}
	for i := range rows {
		if read := rows[i].Tags; read.read() {
			r.tags[n.key(&rows[i].Node)] = read
		}
	}
}
