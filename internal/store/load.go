package store

import (
	"errors"
	"slices"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// View is what a request may see, and how.
type View struct {
	// Drafts shows articles that are not published, too.
	Drafts bool
	// Tokens shows access tokens, by their ids.
	Tokens bool
	// Preview is the key of the article of which the working copy is shown where it is
	// asked for by its keys, 0 for none. PreviewOnly shows no other article.
	Preview     int64
	PreviewOnly bool
	// Languages are those of the request, best first; they order names.
	Languages []model.Language
	// Today stands for the day where a field leaves it out.
	Today model.Date
}

// reading is one snapshot of the database, seen through a view.
type reading struct {
	snapshot
	dialect dialect
	words   *dictionary
	linkers *linkers
	// seen are the linkers of the snapshot, by language.
	seen   map[model.Language]*text.Linker
	render *text.Renderer
	view   View
	// direct says that what is read was asked for by its keys.
	direct bool
}

// noun is what the loader knows of a type: where its rows are, which column
// answers which field, and what follows its relations.
type noun[T any] struct {
	node  model.NodeType
	table string
	// always are columns read whatever is asked: those that relations start from.
	always []string
	// columns are the columns of the plain fields of the schema.
	columns map[string]string
	key     func(*T) int64
	slots   func(*T) *model.Slots
	// relate loads one relation of all nodes with one statement, and hangs what
	// it found on them.
	relate func(*reading, []*T, *model.Relation) error
}

// row is a node as a statement answers it: with the node that led to it, and
// with what it is sorted by.
type row[T any] struct {
	Parent         int64
	S0, S1, S2, S3 sortValue
	Node           T `gorm:"embedded"`
}

// selects lists the columns that a plan asks for, of the alias n. A nil plan
// asks for all.
func (n noun[T]) selects(plan *model.Plan) string {
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

// amongKeys holds where the expression is one of the keys: one argument,
// however many they are.
func (r *reading) amongKeys(expression string, keys []int64) clause {
	return among(r.dialect, expression, keys)
}

// visible holds for the rows of the alias n that the view may see.
func visible[T any](r *reading, n noun[T]) clause {
	switch {
	case n.node == model.NodeAccessToken && !r.view.Tokens:
		return never()
	case n.node == model.NodeAccessToken:
		return sql("n.revoked_at IS NULL")
	case n.node != model.NodeArticle:
		return always()
	case r.view.Drafts:
		return sql("n.working") // without a comparison, see the indexes of articles
	case r.view.PreviewOnly:
		return never()
	}
	return sql("n.public = TRUE")
}

// reachable holds for the rows of the alias n that the view may see where they are
// asked for by their keys: in a preview, the working copy in place of the article.
func reachable[T any](r *reading, n noun[T]) clause {
	if n.node != model.NodeArticle || r.view.Preview == 0 || !r.direct {
		return visible(r, n)
	}
	one := []any{r.view.Preview, -r.view.Preview}
	return either(both(visible(r, n), sql("n.id NOT IN (?, ?)", one...)), sql("n.id IN (?, ?) AND n.working", one...))
}

// withCopies are the keys of articles with those of their working copies.
func withCopies(keys []int64) []int64 {
	both := make([]int64, 0, 2*len(keys))
	for _, key := range keys {
		both = append(both, key, -key)
	}
	return both
}

// byKeys reads the nodes with these keys that the view may see, and what the
// plan asks for below them. An article is found by its key, whichever version of it
// is seen.
func byKeys[T any](r *reading, n noun[T], keys []int64, plan *model.Plan) (map[int64]*T, error) {
	return someByKeys(r, n, keys, always(), plan)
}

// someByKeys reads those of them for which the condition holds.
func someByKeys[T any](r *reading, n noun[T], keys []int64, condition clause, plan *model.Plan) (map[int64]*T, error) {
	found := make(map[int64]*T, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	if n.node == model.NodeArticle {
		keys = withCopies(keys)
	}
	var nodes []*T
	where := both(r.amongKeys("n.id", keys), reachable(r, n), condition)
	if err := r.scan(&nodes, where.in("SELECT "+n.selects(plan)+" FROM "+n.table+" n WHERE ", "")); err != nil {
		return nil, err
	}
	for _, node := range nodes {
		key := n.key(node)
		found[max(key, -key)] = node
	}
	return found, below(r, n, nodes, plan)
}

// below loads all relations that the plan asks for, together.
func below[T any](r *reading, n noun[T], nodes []*T, plan *model.Plan) error {
	if plan == nil || len(nodes) == 0 {
		return nil
	}
	loads := make([]func() error, len(plan.Relations))
	for i, relation := range plan.Relations {
		loads[i] = func() error { return within(relation.Field, n.relate(r, nodes, relation)) }
	}
	return r.together(loads...)
}

// within tells the caller in which of the query's fields an argument is wrong.
func within(field string, err error) error {
	var theirs *model.Error
	if !errors.As(err, &theirs) {
		return err
	}
	placed := *theirs
	placed.Message = field + ": " + placed.Message
	return &placed
}

// at tells the caller which argument is wrong.
func at(argument string, err error) error {
	var theirs *model.Error
	if !errors.As(err, &theirs) {
		return err
	}
	return theirs.At(argument)
}

// toOne loads the node that each parent refers to, and hangs it: nil where it
// refers to none.
func toOne[P, C any](r *reading, p noun[P], parents []*P, refers func(*P) *int64, c noun[C], relation *model.Relation) error {
	var keys []int64
	for _, parent := range parents {
		if key := refers(parent); key != nil {
			keys = append(keys, *key)
		}
	}
	found, err := byKeys(r, c, distinct(keys), relation.Plan)
	if err != nil {
		return err
	}
	for _, parent := range parents {
		var child *C
		if key := refers(parent); key != nil {
			child = found[*key]
		}
		p.slots(parent).Hang(relation.Key, child)
	}
	return nil
}

// toMany loads the nodes that belong to each parent: from names the tables (the
// child's as n), owner the column that holds the parent's key.
func toMany[P, C any](r *reading, p noun[P], parents []*P, c noun[C], relation *model.Relation, from, owner string, where clause, order clause) error {
	var rows []row[C]
	statement := join(" ",
		sql("SELECT "+owner+" AS parent, "+c.selects(relation.Plan)+" FROM "+from+" WHERE"),
		both(r.amongKeys(owner, keysOf(p, parents)), visible(r, c), where),
		order.in("ORDER BY "+owner+", ", ", n.id"))
	if err := r.scan(&rows, statement); err != nil {
		return err
	}
	return hangFamilies(r, p, parents, c, relation, rows)
}

// hangFamilies loads what is below the rows, and hangs on each parent those that
// are its own.
func hangFamilies[P, C any](r *reading, p noun[P], parents []*P, c noun[C], relation *model.Relation, rows []row[C]) error {
	nodes, of := families(c, rows)
	if err := below(r, c, nodes, relation.Plan); err != nil {
		return err
	}
	for _, parent := range parents {
		children := of[p.key(parent)]
		if children == nil { // loaded, and none there
			children = []*C{}
		}
		p.slots(parent).Hang(relation.Key, children)
	}
	return nil
}

// families divides rows by parent. A node that several parents have is one
// node, so that what is below it is loaded once.
func families[T any](n noun[T], rows []row[T]) (nodes []*T, of map[int64][]*T) {
	seen := make(map[int64]*T, len(rows))
	of = make(map[int64][]*T)
	for i := range rows {
		key := n.key(&rows[i].Node)
		node, known := seen[key]
		if !known {
			node = &rows[i].Node
			seen[key] = node
			nodes = append(nodes, node)
		}
		of[rows[i].Parent] = append(of[rows[i].Parent], node)
	}
	return nodes, of
}

func distinct(keys []int64) []int64 {
	slices.Sort(keys)
	return slices.Compact(keys)
}

func keysOf[T any](n noun[T], nodes []*T) []int64 {
	keys := make([]int64, len(nodes))
	for i, node := range nodes {
		keys[i] = n.key(node)
	}
	return keys
}
