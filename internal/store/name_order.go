package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/bcp47"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// nameTerm sorts by the name that is returned in the view's languages.
func (r *reading) nameTerm(node model.NodeType) sql.Clause {
	name := "(SELECT name.sort_key FROM names name WHERE name.node_type = ? AND name.node_id = n.id AND name.kind = 'NAME'"
	var choices []sql.Clause
	for _, language := range model.Chain(r.view.Languages) {
		first := ")"
		if bcp47.IsRange(string(language)) {
			first = " ORDER BY name.language LIMIT 1)"
		}
		choices = append(choices, sql.Join("", sql.Text(name+" AND ", node), inLanguage("name.language", language), sql.Text(first)))
	}
	choices = append(choices, sql.Text(name+" ORDER BY name.language LIMIT 1)", node))
	return sql.Join(", ", choices...).Wrap("COALESCE(", ")")
}

// inLanguage holds for texts in a language, or in a range of model.Chain.
func inLanguage(column string, l model.Language) sql.Clause {
	if bcp47.IsRange(string(l)) {
		return within(column, string(l))
	}
	return sql.Text(column+" = ?", l)
}

// within holds for languages that belong to a range, as in bcp47.Within.
func within(column, of string) sql.Clause {
	byLength := map[int][]any{}
	for _, start := range bcp47.Ranges(of) {
		byLength[len(start)+1] = append(byLength[len(start)+1], start+"-")
	}
	var begins []sql.Clause
	for _, length := range slices.Sorted(maps.Keys(byLength)) {
		starts := byLength[length]
		begins = append(begins, sql.Text(fmt.Sprintf("SUBSTR(%s || '-', 1, %d) IN (?%s)", column, length, strings.Repeat(", ?", len(starts)-1)), starts...))
	}
	return sql.Any(begins...)
}

// byName adds the languages to the name of an order by name: names sort differently in
// each.
func (r *reading) byName(o order) order {
	if strings.Contains(o.name, "NAME") {
		o.name += " " + fmt.Sprint(model.Chain(r.view.Languages))
	}
	return o
}

// languageRank is the position of a language among those of the view; all others come
// after them.
func (r *reading) languageRank(column string) sql.Clause {
	rank := sql.Text("CASE")
	chain := model.Chain(r.view.Languages)
	for place, l := range chain {
		rank = sql.Join(" ", rank, inLanguage(column, l).Wrap("WHEN ", fmt.Sprintf(" THEN %d", place)))
	}
	return sql.Join(" ", rank, sql.Text(fmt.Sprintf("ELSE %d END", len(chain))))
}
