package store

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// nameTerm sorts by the name that is returned in the view's languages.
func (r *reading) nameTerm(node model.NodeType) sql.Clause {
	name := "(SELECT name.sort_key FROM names name WHERE name.node_type = ? AND name.node_id = n.id AND name.kind = 'NAME'"
	var choices []sql.Clause
	for _, language := range model.Chain(r.view.Languages) {
		choices = append(choices, sql.Text(name+" AND name.language = ?)", node, language))
	}
	choices = append(choices, sql.Text(name+" ORDER BY name.language LIMIT 1)", node))
	return sql.Join(", ", choices...).Wrap("COALESCE(", ")")
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
		rank = sql.Join(" ", rank, sql.Text(fmt.Sprintf("WHEN %s = ? THEN %d", column, place), l))
	}
	return sql.Join(" ", rank, sql.Text(fmt.Sprintf("ELSE %d END", len(chain))))
}
