package store

import (
	"strconv"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"

	"github.com/diwan-cms/diwan/model"
)

// filters turns the filters of the API into SQL. Each method returns the condition on
// the rows of an alias.
type filters struct {
	engine database.Engine
	// many means that the filter has so many conditions that the database should not
	// search for the best join order.
	many    bool
	aliases int
	err     error // the first error in a filter

	// linkedTo is the expression for the key of an article, as tables of links know it. met
	// is the filter on tags that every article meets; see origin.
	linkedTo string
	met      any
	// ofRows means that there are conditions on the rows of articles, beside those on
	// their tags.
	ofRows bool
}

// newFilters begins to turn a filter into SQL. A filter that is too large is an error.
func newFilters(e database.Engine, f model.Filter) (*filters, error) {
	s, err := checkSize(f)
	return &filters{engine: e, many: s.conditions > fewConditions, linkedTo: "n.id"}, err
}

// matches returns the condition on the rows of the alias n that match the filter.
func matches(e database.Engine, all nouns, f model.Filter) (sql.Clause, error) {
	if f == nil {
		return sql.Always(), nil
	}
	fs, err := newFilters(e, f)
	if err != nil {
		return sql.Clause{}, err
	}
	return fs.of(all, f), fs.err
}

// of is the condition of a filter of any noun on the rows n.
func (fs *filters) of(all nouns, f model.Filter) sql.Clause {
	var c sql.Clause
	for _, k := range all {
		if of, ok := k.matches(fs, "n", f); ok {
			c = of
		}
	}
	return c
}

// filterBy adapts the filter of one noun: one turns filters of its type into SQL.
func filterBy[F any](one func(*filters, string, *F) sql.Clause) func(*filters, string, model.Filter) (sql.Clause, bool) {
	return func(fs *filters, alias string, f model.Filter) (sql.Clause, bool) {
		typed, ok := any(f).(*F)
		if !ok {
			return sql.Clause{}, false
		}
		return one(fs, alias, typed), true
	}
}

// CheckFilter returns the error that reading by the filter would return.
func (s *Store) CheckFilter(f model.Filter) error {
	_, err := matches(s.engine, s.nouns, f)
	return inArgument("filter", err)
}

// fewConditions is up to how many conditions PostgreSQL may search for the best join
// order. Beyond that the search would take longer than the reading: 5 s against 0.1 s
// for 48 conditions on officials.
const fewConditions = 24

// exists holds where the tables have a row that satisfies all conditions.
func (fs *filters) exists(tables string, conditions ...sql.Clause) sql.Clause {
	c := sql.All(conditions...).Wrap("EXISTS (SELECT 1 FROM "+tables+" WHERE ", ")")
	if fs.many { // PostgreSQL turns only a bare EXISTS into a join
		return c.Wrap("COALESCE(", ", FALSE)")
	}
	return c
}

// alias returns a table alias that is not in use yet.
func (fs *filters) alias() string {
	fs.aliases++
	return "f" + strconv.Itoa(fs.aliases)
}

// operators are the logical operators of a filter.
type operators[F any] struct {
	and, or []*F
	not     *F
}

// logic adds the logical operators to the conditions of a filter.
func logic[F any](conditions []sql.Clause, alias string, of operators[F], one func(string, *F) sql.Clause) sql.Clause {
	each := func(list []*F) (clauses []sql.Clause) {
		for _, f := range list {
			clauses = append(clauses, one(alias, f))
		}
		return clauses
	}
	conditions = append(conditions, each(of.and)...)
	if of.or != nil {
		conditions = append(conditions, sql.Any(each(of.or)...))
	}
	if of.not != nil {
		conditions = append(conditions, sql.Not(one(alias, of.not)))
	}
	return sql.All(conditions...)
}

// refers holds where the column holds the key of a matching row.
func refers[F any](fs *filters, column, table string, f *F, one func(string, *F) sql.Clause) sql.Clause {
	n := fs.alias()
	return fs.exists(table+" "+n, sql.Text(n+".id = "+column), one(n, f))
}

// listFilter is a filter on a list of other rows.
type listFilter[F any] struct{ Some, Every, None *F }

// listConditions are the conditions of a listFilter on a row of an alias; nil where the
// filter has none.
type listConditions struct {
	some, every, none func(alias string) sql.Clause
	// one means that some is about one row at most, and met that every article meets it.
	one, met bool
}

// on applies the filter of the rows. single reports whether a filter of them is about
// one row at most, by a unique key.
func (l listFilter[F]) on(fs *filters, one func(string, *F) sql.Clause, single func(*F) bool) listConditions {
	condition := func(f *F) func(string) sql.Clause {
		if f == nil {
			return nil
		}
		return func(alias string) sql.Clause { return one(alias, f) }
	}
	return listConditions{condition(l.Some), condition(l.Every), condition(l.None), single(l.Some), l.Some != nil && fs.met == any(l.Some)}
}

// tagged turns a filter on a list of tags into conditions on the article.
func (fs *filters) tagged(t tagging, asked listConditions) []sql.Clause {
	linked := func(condition func(alias string) sql.Clause) sql.Clause {
		l, n := fs.alias(), fs.alias()
		return fs.exists(t.links+" "+l+" JOIN "+t.table+" "+n+" ON "+n+".id = "+l+"."+t.column, sql.Text(l+".article_id = "+fs.linkedTo), condition(n))
	}
	var c []sql.Clause
	switch {
	case asked.some == nil, asked.met:
	case asked.one: // its key is looked up once, instead of the tags of each article
		l, n := fs.alias(), fs.alias()
		key := asked.some(n).Wrap(l+"."+t.column+" = (SELECT "+n+".id FROM "+t.table+" "+n+" WHERE ", ")")
		c = append(c, fs.exists(t.links+" "+l, sql.Text(l+".article_id = "+fs.linkedTo), key))
	default:
		c = append(c, linked(asked.some))
	}
	if asked.every != nil {
		c = append(c, sql.Not(linked(func(n string) sql.Clause { return sql.Not(asked.every(n)) })))
	}
	if asked.none != nil {
		c = append(c, sql.Not(linked(asked.none)))
	}
	return c
}

// name is a condition on the names of a node, in any language.
func (fs *filters) name(a string, node model.NodeType, f *model.StringFilter) []sql.Clause {
	if f == nil {
		return nil
	}
	s := fs.alias()
	// The names that match are looked for once, in their index, and not those of each node.
	has := func(conditions ...sql.Clause) sql.Clause {
		of := sql.Text(s+".node_type = ? AND "+s+".kind = 'NAME'", node)
		return sql.All(append([]sql.Clause{of}, conditions...)...).Wrap(a+".id IN (SELECT "+s+".node_id FROM names "+s+" WHERE ", ")")
	}
	wanted, unwanted := *f, model.StringFilter{Eq: f.Ne}
	wanted.Ne, wanted.NotIn, wanted.IsNull = nil, nil, nil
	var c []sql.Clause
	if conditions := fs.words(s+".text", s+".folded", &wanted); len(conditions) > 0 {
		c = append(c, has(conditions...))
	}
	if f.Ne != nil {
		c = append(c, sql.Not(has(fs.words(s+".text", s+".folded", &unwanted)...)))
	}
	if f.NotIn != nil {
		c = append(c, sql.Not(has(fs.words(s+".text", s+".folded", &model.StringFilter{In: f.NotIn})...)))
	}
	if f.IsNull != nil && *f.IsNull {
		c = append(c, sql.Never())
	}
	return c
}
