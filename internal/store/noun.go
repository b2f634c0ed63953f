package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

// noun is what the store knows about a type: its table, the columns of its fields, how
// its relations are loaded, and how its rows are filtered and sorted.
type noun[T any] struct {
	node  model.NodeType
	table string
	key   func(*T) int64
	slots func(*T) *model.Slots
	// asNode is the row as an object with an id; nil for rows that are read only through
	// another noun.
	asNode func(*T) model.Node

	// always are the columns that relations start from, which are read whatever the
	// plan.
	always []string
	// columns are the columns of the schema's plain fields.
	columns map[string]string
	// relations load the schema's other fields.
	relations map[string]loader[T]
	// tagged are the relations that start from the keys in tagsColumn.
	tagged []string
	// first and others are the parts of selects, made when they are first needed.
	sorting sync.Once
	first   string
	others  []selected

	// visible holds for the rows n that a view shows; nil means all. byKey is the same
	// for rows that the caller asked for by key; nil means visible.
	visible, byKey func(View) sql.Clause
	// filter turns a filter of the API into SQL; see filterBy.
	filter func(*filters, string, model.Filter) (sql.Clause, bool)
	// sorts are the sort terms of lists, by their names in the schema's enum. Any other
	// name sorts by name.
	sorts map[string]sortTerm
	// names locates the noun's names; nil for a noun without names.
	names *namesOf

	// kept means that rows are kept in memory: every view shows all of them.
	kept bool

	// selfReferring means that rows of the table may refer to each other. parts are the
	// further tables of the noun.
	selfReferring bool
	parts         []Table
}

// loader loads one relation of all nodes and hangs the results on them. It takes a fixed
// number of statements, mostly one, whatever the number of nodes.
type loader[T any] func(*reading, []*T, *model.Relation) error

// sortTerm is an expression that rows are sorted by.
type sortTerm struct {
	by     string
	values valueKind
}

// namesOf locates the names of a noun in its table: a column of localized names, and a
// column of aliases, or an expression in place of it. kind is the noun's number in the
// index of names, which never changes.
type namesOf struct {
	names, aliases string
	kind           indexKind
	// linked is what the linker takes the noun for; 0 where texts are not searched for
	// its names.
	linked linking.Kind
}

// kind is a noun of any type.
type kind interface {
	nodeType() model.NodeType
	tableName() string
	tables() []Table
	inIndex() *namesOf
	// nodes reads nodes by their keys, with what the plan wants below them.
	nodes(r *reading, keys []int64, direct bool, plan *model.Plan) (map[model.ID]model.Node, error)
	// below loads what the plan wants below nodes of this kind. ok is false if they are
	// of another kind.
	below(r *reading, nodes []model.Node, plan *model.Plan) (ok bool, err error)
	// matches is the condition on the rows of an alias that match a filter. ok is false
	// for a filter of another noun.
	matches(fs *filters, alias string, f model.Filter) (c sql.Clause, ok bool)
}

// nouns are all nouns; newNouns lists them.
type nouns []kind

// nounOf is the noun of this type. All types that it is used with are in newNouns, which
// a test checks.
func nounOf[T any](all nouns) *noun[T] {
	for _, k := range all {
		if n, found := k.(*noun[T]); found {
			return n
		}
	}
	panic(fmt.Sprintf("%T is not in the list of nouns", *new(T)))
}

// table is the table of a noun, which callers name by one of the model's constants.
func (all nouns) table(node model.NodeType) string {
	for _, k := range all {
		if k.nodeType() == node {
			return k.tableName()
		}
	}
	panic(fmt.Sprintf("%q is not in the list of nouns", node))
}

func (n *noun[T]) nodeType() model.NodeType { return n.node }
func (n *noun[T]) tableName() string        { return n.table }
func (n *noun[T]) inIndex() *namesOf        { return n.names }

func (n *noun[T]) tables() []Table {
	return append([]Table{{Name: n.table, Keys: []string{"id"}, SelfReferring: n.selfReferring}}, n.parts...)
}

// seen holds for the rows n that the view shows. direct means that the caller asked for
// them by key.
func (n *noun[T]) seen(view View, direct bool) sql.Clause {
	switch {
	case direct && n.byKey != nil:
		return n.byKey(view)
	case n.visible != nil:
		return n.visible(view)
	}
	return sql.Always()
}

// selected is a column in the text of selects.
type selected struct {
	text   string
	fields []string // that need it
}

// sortColumns makes the parts: those that are always read, and the others in
// the order of their names.
func (n *noun[T]) sortColumns() {
	n.first = "n.id"
	for _, column := range n.always {
		n.first += ", n." + column
	}
	needing := map[string][]string{}
	for field, column := range n.columns {
		if !slices.Contains(n.always, column) {
			needing[column] = append(needing[column], field)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(needing)) {
		n.others = append(n.others, selected{", n." + column, needing[column]})
	}
}

// selects lists the columns of the row n that a plan wants; all columns for a nil plan.
func (n *noun[T]) selects(plan *model.Plan) string {
	n.sorting.Do(n.sortColumns)
	if plan != nil && len(plan.Fields) == 0 {
		return n.first
	}
	var b strings.Builder
	b.Grow(256) // what most lists need
	b.WriteString(n.first)
	for _, other := range n.others {
		if plan == nil || slices.ContainsFunc(other.fields, plan.Wants) {
			b.WriteString(other.text)
		}
	}
	return b.String()
}

// tagsColumn are the keys of the tags of an article n.
const tagsColumn = ", (SELECT tagged.tags FROM article_tags tagged WHERE tagged.article_id = n.id) AS tags"

// selectsTagged is selects with the keys of the tags, if the plan leads to any.
func (n *noun[T]) selectsTagged(plan *model.Plan) string {
	columns := n.selects(plan)
	if plan != nil && slices.ContainsFunc(plan.Relations, func(r *model.Relation) bool { return slices.Contains(n.tagged, r.Field) }) {
		columns += tagsColumn
	}
	return columns
}

// keysOf are the keys of nodes, in the same order.
func (n *noun[T]) keysOf(nodes []*T) []int64 {
	keys := make([]int64, len(nodes))
	for i, node := range nodes {
		keys[i] = n.key(node)
	}
	return keys
}

func (n *noun[T]) nodes(r *reading, keys []int64, direct bool, plan *model.Plan) (map[model.ID]model.Node, error) {
	rows, err := byKeys[T](r, selection{keys: keys, direct: direct}, plan)
	found := make(map[model.ID]model.Node, len(rows))
	for key, row := range rows {
		found[model.ID{Type: n.node, Key: key}] = n.asNode(row)
	}
	return found, err
}

func (n *noun[T]) below(r *reading, nodes []model.Node, plan *model.Plan) (bool, error) {
	list := make([]*T, len(nodes))
	for i, node := range nodes {
		row, ok := any(node).(*T)
		if !ok {
			return false, nil
		}
		list[i] = row
	}
	return true, loadBelow(r, list, plan)
}

func (n *noun[T]) matches(fs *filters, alias string, f model.Filter) (sql.Clause, bool) {
	if n.filter == nil {
		return sql.Clause{}, false
	}
	return n.filter(fs, alias, f)
}
