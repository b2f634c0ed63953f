package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Prefix is what a user has typed so far, the types of nodes to suggest, and how many.
type Prefix struct {
	Text  string
	Types []model.NodeType
	First int
}

// Suggest returns the nodes with a name in which a word begins with the prefix, each
// once, with its best matching name. Nodes that most published articles are tagged with
// come first.
func (s *Store) Suggest(ctx context.Context, view View, q Prefix, plan *model.Plan) ([]*model.Suggestion, error) {
	start := text.Head(strings.Join(text.Folded(text.Split(q.Text)), " "), maxStart)
	suggestions := []*model.Suggestion{}
	if start == "" || len(q.Types) == 0 {
		return suggestions, nil
	}
	err := s.read(ctx, view, func(r *reading) error {
		var rows []suggestion
		if err := r.Scan(&rows, suggested(r, start, q)); err != nil {
			return err
		}
		ids := make([]model.ID, len(rows))
		for i, row := range rows {
			ids[i] = model.ID{Type: row.NodeType, Key: row.NodeID}
		}
		found, err := r.nodes(ids, false, planBelow(plan, "node").Of)
		if err != nil {
			return err
		}
		for i, row := range rows {
			node, ok := found[ids[i]].(model.SearchResult)
			if !ok {
				return fmt.Errorf("%s is suggested, but there is no such node", ids[i])
			}
			suggestions = append(suggestions, &model.Suggestion{Text: row.Text, Language: row.Language, Node: node})
		}
		return nil
	})
	return suggestions, err
}

// suggested is one look-up in an index: all names that continue the prefix.
func suggested(r *reading, start string, q Prefix) sql.Clause {
	language := sql.Text("CASE")
	for _, l := range model.Chain(r.view.Languages) {
		language = sql.Join(" ", language, inLanguage("name.language", l).Wrap("WHEN ", " THEN 0"))
	}
	best := sql.Join("", sql.Text("SELECT name.node_type, name.node_id, name.place, name.language, name.text, COALESCE(uses.articles, 0) AS articles,"+
		" ROW_NUMBER() OVER (PARTITION BY name.node_type, name.node_id ORDER BY name.place, name.rank, "), language, sql.Text(" ELSE 1 END, name.text, name.language) AS nth"+
		" FROM suggestions name LEFT JOIN node_uses uses ON uses.node_type = name.node_type AND uses.node_id = name.node_id WHERE name.start >= ? AND name.start < ? AND ", start, start+"\U0010FFFF"),
		database.Among(r.engine, "name.node_type", q.Types))
	return sql.Join("", best.Wrap("SELECT node_type, node_id, language, text FROM (", ") ranked"), sql.Limit(q.First).Wrap(" WHERE nth = 1 ORDER BY articles DESC, place, text, node_type, node_id ", ""))
}
