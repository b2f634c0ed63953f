package store

import (
	"database/sql/driver"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// term is one thing by which rows are sorted. Its values are never null.
type term struct {
	by   clause
	desc bool
	kind kind
}

// kind is what the values of a term are. Databases compare bytes and texts
// with their likes only.
type kind int

const (
	numbers  kind = iota
	sortKeys      // bytes
	letters
)

// order sorts rows by its terms, then by key in the direction of the last.
type order struct {
	// name tells this order from all others; cursors carry it.
	name  string
	terms []term
	key   string // the expression of the row's key
}

func (o order) keyDesc() bool { return len(o.terms) > 0 && o.terms[len(o.terms)-1].desc }

// orderOf makes the order of a list of nouns: of what was asked for, else usual.
// termOf answers the term of one field.
func orderOf(node model.NodeType, asked []model.Order, usual model.Order, termOf func(field string) (clause, kind)) (order, error) {
	if len(asked) == 0 {
		asked = []model.Order{usual}
	}
	o := order{key: "n.id"}
	names := []string{string(node)}
	seen := map[string]bool{}
	for _, one := range asked {
		if seen[one.Field] {
			return order{}, model.Invalid("`orderBy` names %s twice; name each field once", one.Field).At("orderBy")
		}
		seen[one.Field] = true
		by, kind := termOf(one.Field)
		o.terms = append(o.terms, term{by: by, desc: one.Desc, kind: kind})
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
func (o order) by(reverse bool) clause {
	list := make([]clause, 0, len(o.terms)+1)
	direct := func(c clause, desc bool) clause {
		if desc != reverse {
			return c.in("", " DESC")
		}
		return c
	}
	for _, t := range o.terms {
		list = append(list, direct(t.by, t.desc))
	}
	return join(", ", append(list, direct(sql(o.key), o.keyDesc()))...)
}

// values selects what rows are sorted by, as s0, s1, …
func (o order) values() clause {
	list := []clause{sql("")}
	for i, t := range o.terms {
		list = append(list, t.by.in("", " AS s"+string(rune('0'+i))))
	}
	return join(", ", list...)
}

// beyond holds for the rows behind the cursor, or ahead of it.
func (o order) beyond(c cursor, ahead bool) clause {
	terms := append(append([]term{}, o.terms...), term{by: sql(o.key), desc: o.keyDesc(), kind: numbers})
	values := append(append([]any{}, c.values...), c.key)
	sameDirection := true
	for _, t := range terms {
		sameDirection = sameDirection && t.desc == terms[0].desc
	}
	if sameDirection { // a row value comparison can walk an index
		exprs := make([]clause, len(terms))
		marks := make([]clause, len(terms))
		for i, t := range terms {
			exprs[i], marks[i] = t.by, sql("?", bindable(values[i], t))
		}
		return join(" ", join(", ", exprs...).in("(", ")"), sql(comparison(terms[0].desc != ahead)), join(", ", marks...).in("(", ")"))
	}
	var cases []clause
	for i, t := range terms {
		equal := make([]clause, 0, i+1)
		for j := range i {
			equal = append(equal, join(" ", terms[j].by, sql("= ?", bindable(values[j], terms[j]))))
		}
		further := join(" ", t.by, sql(comparison(t.desc != ahead)+" ?", bindable(values[i], t)))
		cases = append(cases, both(append(equal, further)...))
	}
	return either(cases...)
}

func comparison(less bool) string {
	if less {
		return "<"
	}
	return ">"
}

// bindable makes bytes of a sort value where its column has them.
func bindable(value any, t term) any {
	if t.kind == sortKeys {
		return blob(value.(string))
	}
	return value
}

// blob is bytes to bind. GORM takes plain ones behind a parenthesis for a list
// of numbers.
type blob string

// Value is the bytes.
func (b blob) Value() (driver.Value, error) { return []byte(b), nil }

// nameTerm sorts by the name that readers of the view's languages are served.
func (r *reading) nameTerm(node model.NodeType) clause {
	name := "(SELECT s.sort_key FROM names s WHERE s.node_type = ? AND s.node_id = n.id AND s.kind = 'NAME'"
	var choices []clause
	for _, language := range model.Chain(r.view.Languages) {
		choices = append(choices, sql(name+" AND s.language = ?)", node, language))
	}
	choices = append(choices, sql(name+" ORDER BY s.language LIMIT 1)", node))
	return join(", ", choices...).in("COALESCE(", ")")
}
