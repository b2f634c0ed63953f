package store

import (
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

// noun is what the store knows of a type: its table, which column holds which
// field, how its relations are loaded, how its rows are filtered and sorted.
type noun[T any] struct {
	node  model.NodeType
	table string
	key   func(*T) int64
	slots func(*T) *model.Slots
	// asNode is the row as an object with an id of its own; nil for rows that are
	// read only through another noun.
	asNode func(*T) model.Node

	// always are the columns that relations start from. They are read whatever the
	// plan says.
	always []string
	// columns are the columns of the schema's plain fields.
	columns map[string]string
	// relations load the schema's other fields.
	relations map[string]loader[T]

	// visible holds for the rows, under the alias n, that a view shows; nil means
	// all of them. byKey is the same for rows that are asked for by their own keys;
	// nil means as visible.
	visible, byKey func(View) sql.Clause
	// filter turns a filter of the API into SQL; see filterBy.
	filter func(*filters, string, model.Filter) (sql.Clause, bool)
	// sorts are the terms by which a list can be sorted, named as in the schema's
	// enum. Any other name stands for the order of names.
	sorts map[string]sortTerm
	// names says where the noun's names are; nil for a noun without names.
	names *namesOf

	// selfReferring says that rows of the table may refer to each other. parts are
	// the other tables that hold the noun.
	selfReferring bool
	parts         []Table
}

// loader loads one relation of all nodes, with one statement whatever their
// number, and hangs what it found on them.
type loader[T any] func(*reading, []*T, *model.Relation) error

// sortTerm is an expression by which rows are sorted.
type sortTerm struct {
	by     string
	values valueKind
}

// namesOf says where the names of a noun are in its table: a column of localized
// names and a column of aliases, or an expression for a noun that has none. kind is
// the noun's number in the index of names, which never changes.
type namesOf struct {
	names, aliases string
	kind           indexKind
	// linked is what the linker takes the noun for; 0 where texts are not searched for
	// its names.
	linked linking.Kind
}

// kind is a noun whose type the caller does not know.
type kind interface {
	nodeType() model.NodeType
	tableName() string
	tables() []Table
	inIndex() *namesOf
	// nodes reads nodes by their keys, and what the plan asks for below them.
	nodes(r *reading, keys []int64, direct bool, plan *model.Plan) (map[model.ID]model.Node, error)
	// below loads what the plan asks for below nodes of this kind. ok is false when
	// they are of another kind.
	below(r *reading, nodes []model.Node, plan *model.Plan) (ok bool, err error)
	// matches is what holds for the rows of an alias that match a filter. ok is
	// false when it is a filter of another noun.
	matches(fs *filters, alias string, f model.Filter) (c sql.Clause, ok bool)
}

// nouns are all nouns; newNouns lists them.
type nouns []kind

// nounOf is the noun with this type. Every type it is called with is in the list
// of newNouns: a test sees to that.
func nounOf[T any](all nouns) *noun[T] {
	for _, k := range all {
		if n, found := k.(*noun[T]); found {
			return n
		}
	}
	panic(fmt.Sprintf("%T is not in the list of nouns", *new(T)))
}

// table is the table of a noun. Callers pass the model's constants only.
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

// seen holds for the rows, under the alias n, that the view shows. direct says that
// they are asked for by their own keys.
func (n *noun[T]) seen(view View, direct bool) sql.Clause {
	switch {
	case direct && n.byKey != nil:
		return n.byKey(view)
	case n.visible != nil:
		return n.visible(view)
	}
	return sql.Always()
}

// selects lists the columns that a plan asks for, under the alias n. A nil plan
// asks for all of them.
func (n *noun[T]) selects(plan *model.Plan) string {
	list := "n.id"
	for _, column := range n.always {
		list += ", n." + column
	}
	var columns []string
	for field, column := range n.columns {
		if (plan == nil || plan.Fields[field]) && !slices.Contains(n.always, column) {
			columns = append(columns, column)
		}
	}
	slices.Sort(columns)
	for _, column := range slices.Compact(columns) {
		list += ", n." + column
	}
	return list
}

// keysOf are the keys of nodes, in their order.
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
