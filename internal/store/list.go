package store

import (
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/sets"
	"github.com/diwan-cms/diwan/model"
)

// list is a list of rows: where they come from, which of them, and in which order.
//
// Clauses that are built in different places and meet in one statement share these
// aliases: n is the noun's row, p.value the key of the parent whose list it is, l a row
// of a table of links, t a row of the timeline, x a row of a full-text index, and s what
// a search found. All other aliases are words.
type list struct {
	// from names the tables.
	from sql.Clause
	// keysFrom names the tables that are enough for keys in order; the zero Clause means from.
	keysFrom sql.Clause
	where    sql.Clause
	order    order
	// outer is the order outside of a sub-select, where only n is known. Lists
	// without parents do not need it.
	outer order
	// walked means that an index is walked until the page is full, so that only its rows
	// are read.
	walked bool
	// kept is a query for the number of rows, where that need not be counted; the zero
	// Clause where it must be.
	kept sql.Clause
	// listed returns the articles of the list for each parent, where these are known; nil
	// where they are not.
	listed func(r *reading, parents []int64) (map[int64]sets.Set, error)
	// merged are lists that have the rows of a list with parents together, each one once, in
	// the same order; nil where it is read as a whole. They are read one by one, no further
	// than to the end of the page.
	merged []list
	// placed returns one row more than the page holds, in the direction of paging, where
	// the places of all rows are known; nil where the database has to find them.
	placed func(q request) ([]placed, error)
}

// placed is the key of a row and the one value that it is sorted by.
type placed struct{ key, value int64 }

// listing is a list that may come in parts: the rows of the second part follow those of
// the first. whole is the same list in one part, for counting.
type listing struct {
	parts []list
	whole list
}

func inOnePart(l list) listing { return listing{[]list{l}, l} }

// request is the page to read, and what to read of its rows.
type request struct {
	model.Page
	size     int
	backward bool
	wanted   connectionPlan
}

// newRequest checks the arguments of a page.
func newRequest(asked model.Page, plan *model.Plan) (request, error) {
	size, backward, err := asked.Size()
	return request{asked, size, backward, planOf(plan)}, err
}

// pageInfo describes a page whose first and last cursors are those of the list. more
// means that further rows follow in the direction of paging.
func (q request) pageInfo(cursors []string, more bool) *model.PageInfo {
	info := &model.PageInfo{HasNextPage: more, HasPreviousPage: q.After != nil}
	if q.backward {
		info.HasNextPage, info.HasPreviousPage = q.Before != nil, more
	}
	if len(cursors) > 0 {
		info.StartCursor, info.EndCursor = &cursors[0], &cursors[len(cursors)-1]
	}
	return info
}

// connectionPlan is what a query wants of a connection.
type connectionPlan struct {
	rows   bool        // its rows, or their place in the list
	place  bool        // their place in the list
	count  bool        // how many rows the whole list has
	node   *model.Plan // of each row
	facets *model.Plan // of the whole list
}

// planOf reads the plan of a connection, in which `nodes` and `edges { node }` are one.
func planOf(plan *model.Plan) connectionPlan {
	if plan == nil {
		return connectionPlan{rows: true, place: true}
	}
	c := connectionPlan{count: plan.Wants("totalCount"), place: plan.Wants("pageInfo")}
	if nodes := plan.Relation("nodes"); nodes != nil {
		c.node = nodes.Plan
	}
	if facets := plan.Relation("facets"); facets != nil {
		c.facets = facets.Plan
	}
	c.rows = c.node != nil || c.place
	if c.node == nil {
		c.node = &model.Plan{} // the place alone: no columns of the rows
	}
	return c
}

// connections reads one page of the listing for each parent in one statement and, where
// wanted, counts the whole list in another. A list without parents is returned under the
// key 0.
func connections[T any](r *reading, from listing, parents []int64, q request) (map[int64]*model.Connection[T], error) {
	keys := parents
	if len(keys) == 0 {
		keys = []int64{0}
	}
	pages := make(map[int64]*model.Connection[T], len(keys))
	for _, key := range keys {
		pages[key] = &model.Connection[T]{Nodes: []*T{}, PageInfo: q.pageInfo(nil, false)}
	}
	var loads []func() error
	if q.wanted.rows {
		loads = append(loads, func() error {
			rows, err := readRows[T](r, from.parts, parents, q)
			if err != nil {
				return err
			}
			return fill(r, pages, rows, from.parts[0].order, q)
		})
	} else if _, err := from.parts[0].window(q.Page); err != nil { // a bad cursor is an error all the same
		return nil, err
	}
	if q.wanted.count {
		loads = append(loads, func() error { return count(r, from.whole, keys, pages) })
	}
	return pages, r.Together(loads...)
}

// window holds for the rows of the list between the cursors.
func (l list) window(asked model.Page) (sql.Clause, error) {
	window := []sql.Clause{l.where}
	for _, edge := range []struct {
		argument string
		text     *string
		before   bool
	}{{"after", asked.After, false}, {"before", asked.Before, true}} {
		if edge.text == nil {
			continue
		}
		c, err := readCursor(edge.argument, *edge.text, l.order)
		if err != nil {
			return sql.Clause{}, err
		}
		window = append(window, l.order.beyond(c, edge.before))
	}
	return sql.All(window...), nil
}

// readRows reads one row more than each page holds, if there is one. Lists with parents
// come in one part.
func readRows[T any](r *reading, parts []list, parents []int64, q request) ([]row[T], error) {
	n := nounOf[T](r.nouns)
	if len(parents) > 0 {
		statement, err := parts[0].ofParents(r, parents, "SELECT p.value AS parent, "+n.selectsTagged(q.wanted.node), n.table, q)
		if err != nil {
			return nil, err
		}
		var rows []row[T]
		return rows, r.Scan(&rows, statement)
	}
	columns := n.selects(q.wanted.node)
	if parts[0].walked {
		columns = n.selectsTagged(q.wanted.node)
	}
	return readParts[T](r, parts, columns, q)
}

// readParts reads consecutive parts of a list until it has one row more than the page
// holds.
func readParts[T any](r *reading, parts []list, columns string, q request) ([]row[T], error) {
	if parts[0].placed != nil {
		places, err := parts[0].placed(q)
		if places != nil || err != nil {
			return rowsAt[T](r, places, columns, err)
		}
	}
	var rows []row[T]
	for i := range parts {
		part := parts[i]
		if q.backward {
			part = parts[len(parts)-1-i]
		}
		statement, err := part.rows(columns, q, len(rows))
		if err != nil {
			return nil, err
		}
		var more []row[T]
		if err := r.Scan(&more, statement); err != nil {
			return nil, err
		}
		if rows = append(rows, more...); len(rows) > q.size {
			break
		}
	}
	return rows, nil
}

// rowsAt reads rows whose places are known.
func rowsAt[T any](r *reading, places []placed, columns string, err error) ([]row[T], error) {
	if len(places) == 0 || err != nil {
		return nil, err
	}
	n := nounOf[T](r.nouns)
	at := make(map[int64]int, len(places))
	keys := make([]int64, len(places))
	for i, one := range places {
		at[one.key], keys[i] = i, one.key
	}
	var found []row[T]
	if err := r.Scan(&found, sql.Join("", sql.Text("SELECT "+columns+" FROM "+n.table+" n WHERE "), r.among("n.id", keys))); err != nil {
		return nil, err
	}
	if len(found) != len(places) {
		return nil, fmt.Errorf("of %d rows of a list, the database has %d", len(places), len(found))
	}
	rows := make([]row[T], len(places))
	for _, one := range found {
		i := at[n.key(&one.Node)]
		one.S0 = sortValue{places[i].value}
		rows[i] = one
	}
	return rows, nil
}

// rows is the statement that reads one row more than the page holds. read rows have been
// read already.
func (l list) rows(columns string, q request, read int) (sql.Clause, error) {
	window, err := l.window(q.Page)
	return sql.Join(" ", sql.Text("SELECT "+columns), l.order.values(), l.from.Wrap("FROM ", ""), sql.Where(window),
		l.order.by(q.backward).Wrap("ORDER BY ", ""), sql.Limit(q.size+1-read)), err
}

// ofParents is the statement that reads one row more than each page holds: one walk of
// an index for each parent, instead of a sort of all their rows.
func (l list) ofParents(r *reading, parents []int64, selects, table string, q request) (sql.Clause, error) {
	walk, err := l.walk(l.order.key, q)
	if len(l.merged) > 0 {
		walk, err = l.mergedWalk(q)
	}
	return sql.Join(" ", sql.Text(selects), l.outer.values(), r.engine.Walks(r.engine.Keys("p", parents), table, walk),
		l.outer.by(q.backward).Wrap("ORDER BY p.value, ", "")), err
}

// walk is the query for what one page of a parent has, with a row more.
func (l list) walk(selects string, q request) (sql.Clause, error) {
	window, err := l.window(q.Page)
	from := l.from
	if l.keysFrom.SQL != "" {
		from = l.keysFrom
	}
	return sql.Join(" ", from.Wrap("SELECT "+selects+" FROM ", ""), sql.Where(window),
		l.order.by(q.backward).Wrap("ORDER BY ", ""), sql.Limit(q.size+1)), err
}

// mergedWalk is walk for lists that are merged. They have one sort term.
func (l list) mergedWalk(q request) (sql.Clause, error) {
	parts := make([]sql.Clause, len(l.merged))
	for i, one := range l.merged {
		part, err := one.walk(one.order.key+" AS id, "+one.order.terms[0].by.SQL+" AS place", q)
		if err != nil {
			return part, err
		}
		parts[i] = part.Wrap("SELECT part.id, part.place FROM (", ") part")
	}
	merged := l.order
	merged.key, merged.terms = "merged.id", []term{{by: sql.Text("merged.place"), desc: l.order.terms[0].desc}}
	return sql.Join(" ", sql.Join(" UNION ALL ", parts...).Wrap("SELECT merged.id FROM (", ") merged"),
		merged.by(q.backward).Wrap("ORDER BY ", ""), sql.Limit(q.size+1)), nil
}

// fill puts the rows into their pages, and loads what is below them. The rows of a parent
// follow each other.
func fill[T any](r *reading, pages map[int64]*model.Connection[T], rows []row[T], o order, q request) error {
	n := nounOf[T](r.nouns)
	kept := rows[:0]
	for len(rows) > 0 {
		parent := rows[0].Parent
		found := 1
		for found < len(rows) && rows[found].Parent == parent {
			found++
		}
		from := len(kept)
		kept = append(kept, rows[:min(q.size, found)]...) // into the same list, never beyond what was read
		rows = rows[found:]
		run := kept[from:]
		if q.backward {
			slices.Reverse(run)
		}
		page := pages[parent]
		page.CursorOf = func(i int) string { return cursorOf(&run[i], n, o).String() }
		var ends []string
		if q.wanted.place && len(run) > 0 {
			ends = []string{page.CursorOf(0), page.CursorOf(len(run) - 1)}
		}
		page.PageInfo = q.pageInfo(ends, found > q.size)
	}
	noteTags(r, n, kept)
	nodes, of := families(n, kept)
	for parent, list := range of {
		pages[parent].Nodes = list
	}
	return loadBelow(r, nodes, q.wanted.node)
}

// cursorOf is the cursor of a row in an order.
func cursorOf[T any](one *row[T], n *noun[T], o order) cursor {
	c := cursor{order: o.name, key: n.key(&one.Node), values: make([]any, 0, len(o.terms))}
	for _, value := range []sortValue{one.S0, one.S1, one.S2, one.S3}[:len(o.terms)] {
		c.values = append(c.values, value.any)
	}
	return c
}

// count counts the whole list of each parent in one statement.
func count[T any](r *reading, l list, parents []int64, pages map[int64]*model.Connection[T]) error {
	if l.listed != nil && l.kept.SQL == "" {
		of, err := l.listed(r, parents)
		for parent, set := range of {
			number := set.Len()
			pages[parent].Total = &number
		}
		if of != nil || err != nil {
			return err
		}
	}
	var counts []struct {
		Parent int64
		Count  int
	}
	number := sql.Join(" ", l.from.Wrap("SELECT COUNT(*) FROM ", ""), sql.Where(l.where))
	if l.kept.SQL != "" {
		number = l.kept
	}
	err := r.Scan(&counts, sql.Join("", number.Wrap("SELECT p.value AS parent, COALESCE((", "), 0) AS count FROM "), r.engine.Keys("p", parents)))
	for _, one := range counts {
		pages[one.Parent].Total = &one.Count
	}
	return err
}
