package store

import (
	"database/sql/driver"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// valueKind is the type of the values of a sort term. Databases compare bytes only with
// bytes, and texts only with texts.
type valueKind int

const (
	numbers  valueKind = iota
	sortKeys           // bytes
	letters
)

// term is an expression that rows are sorted by. Its values are never NULL.
type term struct {
	by     sql.Clause
	desc   bool
	values valueKind
}

// order sorts rows by its terms, then by key in the direction of the last term.
type order struct {
	// name identifies the order; cursors carry it.
	name  string
	terms []term
	key   string // the expression of the row's key
}

func (o order) keyDesc() bool { return len(o.terms) > 0 && o.terms[len(o.terms)-1].desc }

// maxTerms is how many terms an order has: as many as a row has sort values.
const maxTerms = 4

// orderOf is the requested order of a list of nodes, or else the usual one. termOf
// returns the expression of a field.
func orderOf(node model.NodeType, asked []model.Order, usual model.Order, termOf func(field string) (sql.Clause, valueKind)) (order, error) {
	if len(asked) == 0 {
		asked = []model.Order{usual}
	}
	if len(asked) > maxTerms {
		return order{}, model.Invalid("`orderBy` has %d terms; send at most %d", len(asked), maxTerms).At("orderBy")
	}
	o := order{key: "n.id"}
	names := []string{string(node)}
	seen := map[string]bool{}
	for _, one := range asked {
		if seen[one.Field] {
			return order{}, model.Invalid("`orderBy` names %s twice; name each field once", one.Field).At("orderBy")
		}
		seen[one.Field] = true
		by, values := termOf(one.Field)
		o.terms = append(o.terms, term{by: by, desc: one.Desc, values: values})
		direction := "+"
		if one.Desc {
			direction = "-"
		}
		names = append(names, one.Field+direction)
	}
	o.name = strings.Join(names, " ")
	return o, nil
}

// by is the ORDER BY list, or its reverse.
func (o order) by(reverse bool) sql.Clause {
	list := make([]sql.Clause, 0, len(o.terms)+1)
	direct := func(c sql.Clause, desc bool) sql.Clause {
		if desc != reverse {
			return c.Wrap("", " DESC")
		}
		return c
	}
	for _, t := range o.terms {
		list = append(list, direct(t.by, t.desc))
	}
	return sql.Join(", ", append(list, direct(sql.Text(o.key), o.keyDesc()))...)
}

// values selects the sort values, as s0, s1 and so on.
func (o order) values() sql.Clause {
	var list []sql.Clause
	for i, t := range o.terms {
		list = append(list, t.by.Wrap(", ", " AS s"+string(rune('0'+i))))
	}
	return sql.Join("", list...)
}

// beyond holds for the rows after the cursor, or before it.
func (o order) beyond(c cursor, before bool) sql.Clause {
	terms := append(append([]term{}, o.terms...), term{by: sql.Text(o.key), desc: o.keyDesc(), values: numbers})
	values := append(append([]any{}, c.values...), c.key)
	sameDirection := true
	for _, t := range terms {
		sameDirection = sameDirection && t.desc == terms[0].desc
	}
	if sameDirection { // comparing row values can use an index
		exprs := make([]sql.Clause, len(terms))
		marks := make([]sql.Clause, len(terms))
		for i, t := range terms {
			exprs[i], marks[i] = t.by, sql.Text("?", bindable(values[i], t))
		}
		return sql.Join(" ", sql.Join(", ", exprs...).Wrap("(", ")"), sql.Text(inequality(terms[0].desc != before)), sql.Join(", ", marks...).Wrap("(", ")"))
	}
	var cases []sql.Clause
	for i, t := range terms {
		equal := make([]sql.Clause, 0, i+1)
		for j := range i {
			equal = append(equal, sql.Join(" ", terms[j].by, sql.Text("= ?", bindable(values[j], terms[j]))))
		}
		further := sql.Join(" ", t.by, sql.Text(inequality(t.desc != before)+" ?", bindable(values[i], t)))
		cases = append(cases, sql.All(append(equal, further)...))
	}
	return sql.Any(cases...)
}

func inequality(less bool) string {
	if less {
		return "<"
	}
	return ">"
}

// bindable turns a sort value back into bytes if its column holds bytes.
func bindable(value any, t term) any {
	if text, isText := value.(string); isText && t.values == sortKeys {
		return blob(text)
	}
	return value
}

// blob is bytes as an argument. GORM expands plain bytes after a parenthesis into a list
// of numbers.
type blob string

// Value is the bytes.
func (b blob) Value() (driver.Value, error) { return []byte(b), nil }

// relevance begins the name of every order by relevance.
const relevance = "RELEVANCE"

// searched reports whether the list is a search.
func searched(q model.Query) bool { return q.Search != "" }

// askedOrder is the requested order. Relevance is always descending, and only searches
// have it.
func askedOrder(q model.Query) ([]model.Order, error) {
	terms := slices.Clone(q.Order)
	for i := range terms {
		if terms[i].Field != relevance {
			continue
		}
		if !searched(q) {
			return nil, model.Invalid("`orderBy` asks for RELEVANCE, which only a search has; send `search`, or order by another field").At("orderBy")
		}
		terms[i].Desc = true
	}
	return terms, nil
}
