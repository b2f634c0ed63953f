package store

import (
	"context"
	"strings"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Suggest answers the nodes of these types that have a name in which the prefix
// begins a word, each once, with the name that fits best: those first that most
// published articles are tagged with.
func (s *Store) Suggest(ctx context.Context, view View, prefix string, types []model.NodeType, first int, plan *model.Plan) ([]*model.Suggestion, error) {
	start := text.Head(strings.Join(text.Folded(text.Split(prefix)), " "), maxStart)
	suggestions := []*model.Suggestion{}
	if start == "" || len(types) == 0 {
		return suggestions, nil
	}
	err := s.read(ctx, view, func(r *reading) error {
		var rows []suggestion
		if err := r.scan(&rows, r.suggested(start, types, first)); err != nil {
			return err
		}
		keys := map[model.NodeType][]int64{}
		for _, row := range rows {
			keys[row.NodeType] = append(keys[row.NodeType], row.NodeID)
		}
		found := map[model.ID]model.Node{}
		if err := r.collectAll(keys, planBelow(plan, "node").Of, found); err != nil {
			return err
		}
		for _, row := range rows {
			node := found[model.ID{Type: row.NodeType, Key: row.NodeID}]
			suggestions = append(suggestions, &model.Suggestion{Text: row.Text, Language: row.Language, Node: node.(model.SearchResult)})
		}
		return nil
	})
	return suggestions, err
}

// suggested is one look-up in an index: all names that go on from the prefix.
func (r *reading) suggested(start string, types []model.NodeType, first int) clause {
	language := sql("CASE")
	for _, l := range model.Chain(r.view.Languages) {
		language = join(" ", language, sql("WHEN s.language = ? THEN 0", l))
	}
	best := join("", sql("SELECT s.node_type, s.node_id, s.place, s.language, s.text, COALESCE(u.articles, 0) AS articles,"+
		" ROW_NUMBER() OVER (PARTITION BY s.node_type, s.node_id ORDER BY s.place, s.rank, "), language, sql(" ELSE 1 END, s.text, s.language) AS nth"+
		" FROM suggestions s LEFT JOIN node_uses u ON u.node_type = s.node_type AND u.node_id = s.node_id WHERE s.start >= ? AND s.start < ? AND ", start, start+"\U0010FFFF"),
		among(r.dialect, "s.node_type", types))
	return join("", best.in("SELECT node_type, node_id, language, text FROM (", ") k"), sql(" WHERE nth = 1 ORDER BY articles DESC, place, text, node_type, node_id LIMIT ?", first))
}
