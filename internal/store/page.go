package store

import (
	"slices"

	"github.com/diwan-cms/diwan/model"
)

// list is a list of rows: where they come from, which of them, in which order.
type list struct {
	// from names the tables, the noun's as n. For lists that belong to nodes,
	// each node's key is p.value.
	from  clause
	where clause
	order order
	// outer is the order outside of a sub-select, where only n is known.
	outer order
}

// page reads one page of the list of each parent, in one statement, and counts
// the list in another beside it where that is asked for. With no parents the list is
// nobody's, and its page stands under the key 0.
func page[T any](r *reading, n noun[T], l list, parents []int64, asked model.Page, plan connectionPlan) (map[int64]*model.Connection[T], error) {
	size, backward, err := asked.Size()
	if err != nil {
		return nil, err
	}
	window, err := l.window(asked)
	if err != nil {
		return nil, err
	}
	keys := parents
	if len(keys) == 0 {
		keys = []int64{0}
	}
	pages := make(map[int64]*model.Connection[T], len(keys))
	for _, key := range keys {
		pages[key] = &model.Connection[T]{Nodes: []*T{}, PageInfo: edgesOf(nil, false, backward, asked)}
	}
	var loads []func() error
	if plan.rows {
		loads = append(loads, func() error {
			var rows []row[T]
			if err := r.scan(&rows, l.rows(r, n.table, n.selects(plan.node), parents, window, size, backward)); err != nil {
				return err
			}
			return fill(r, n, l.order, pages, rows, size, backward, asked, plan.node)
		})
	}
	if plan.count {
		loads = append(loads, func() error { return count(r, l, keys, pages) })
	}
	return pages, r.together(loads...)
}

// window holds for the rows of the list between the cursors.
func (l list) window(asked model.Page) (clause, error) {
	window := []clause{l.where}
	for _, edge := range []struct {
		argument string
		text     *string
		ahead    bool
	}{{"after", asked.After, false}, {"before", asked.Before, true}} {
		if edge.text == nil {
			continue
		}
		c, err := readCursor(edge.argument, *edge.text, l.order)
		if err != nil {
			return clause{}, err
		}
		window = append(window, l.order.beyond(c, edge.ahead))
	}
	return both(window...), nil
}

// rows is the statement that reads one row more than each page has.
func (l list) rows(r *reading, table, columns string, parents []int64, window clause, size int, backward bool) clause {
	if len(parents) == 0 {
		return join(" ", sql("SELECT "+columns), l.order.values(), l.from.in("FROM ", " WHERE"), window,
			l.order.by(backward).in("ORDER BY ", ""), sql("LIMIT ?", size+1))
	}
	// One walk of an index for each parent, not one sort of all their rows.
	walk := join(" ", l.from.in("SELECT "+l.order.key+" FROM ", " WHERE"), window,
		l.order.by(backward).in("ORDER BY ", ""), sql("LIMIT ?", size+1))
	return join(" ", sql("SELECT p.value AS parent, "+columns), l.outer.values(),
		r.dialect.walks(sql(r.dialect.keys("p"), r.dialect.keysArg(parents)), table, walk),
		l.outer.by(backward).in("ORDER BY p.value, ", ""))
}

// fill makes pages of rows, and loads what is below them.
func fill[T any](r *reading, n noun[T], o order, pages map[int64]*model.Connection[T], rows []row[T], size int, backward bool, asked model.Page, plan *model.Plan) error {
	runs := map[int64][]row[T]{}
	for _, one := range rows {
		runs[one.Parent] = append(runs[one.Parent], one)
	}
	var kept []row[T]
	for parent, run := range runs {
		more := len(run) > size
		run = run[:min(size, len(run))]
		if backward {
			slices.Reverse(run)
		}
		p := pages[parent]
		p.Cursors = make([]string, len(run))
		for i := range run {
			c := cursor{order: o.name, key: n.key(&run[i].Node)}
			for _, value := range []sortValue{run[i].S0, run[i].S1, run[i].S2, run[i].S3}[:len(o.terms)] {
				c.values = append(c.values, value.any)
			}
			p.Cursors[i] = c.String()
		}
		p.PageInfo = edgesOf(p.Cursors, more, backward, asked)
		kept = append(kept, run...)
	}
	nodes, of := families(n, kept)
	for parent := range runs {
		pages[parent].Nodes = of[parent]
	}
	return below(r, n, nodes, plan)
}

// edgesOf is the page's place: more tells whether rows follow in the direction
// of paging.
func edgesOf(cursors []string, more, backward bool, asked model.Page) *model.PageInfo {
	info := &model.PageInfo{HasNextPage: more, HasPreviousPage: asked.After != nil}
	if backward {
		info.HasNextPage, info.HasPreviousPage = asked.Before != nil, more
	}
	if len(cursors) > 0 {
		info.StartCursor, info.EndCursor = &cursors[0], &cursors[len(cursors)-1]
	}
	return info
}

// count counts the whole list of each parent in one statement.
func count[T any](r *reading, l list, parents []int64, pages map[int64]*model.Connection[T]) error {
	var counts []struct {
		Parent int64
		Count  int
	}
	err := r.scan(&counts, join(" ",
		l.from.in("SELECT p.value AS parent, (SELECT COUNT(*) FROM ", " WHERE"), l.where,
		sql(") AS count FROM "+r.dialect.keys("p"), r.dialect.keysArg(parents))))
	for _, one := range counts {
		pages[one.Parent].Total = &one.Count
	}
	return err
}

// connectionPlan is what a query wants of a connection.
type connectionPlan struct {
	rows   bool        // its rows, or where they stand
	count  bool        // how many there are in all
	node   *model.Plan // of each row
	facets *model.Plan // of the whole list
}

// planOf reads the plan of a connection: both ways to its rows are one.
func planOf(plan *model.Plan) connectionPlan {
	if plan == nil {
		return connectionPlan{rows: true, node: nil}
	}
	c := connectionPlan{count: plan.Wants("totalCount")}
	if nodes := plan.Relation("nodes"); nodes != nil {
		c.node = nodes.Plan
	}
	if facets := plan.Relation("facets"); facets != nil {
		c.facets = facets.Plan
	}
	c.rows = c.node != nil || plan.Wants("pageInfo")
	if c.node == nil {
		c.node = &model.Plan{} // the place alone: no column of the rows
	}
	return c
}
