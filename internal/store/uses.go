package store

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// use is a change in how many articles a node's timeline has.
type use struct {
	owner model.ID
	more  int
	// gone says that the node is deleted, and what was noted of it before.
	gone bool
}

// usesAtOnce is how many counts one statement changes.
const usesAtOnce = 16

// addUses adds counts to those that there are.
const addUses = " ON CONFLICT (node_type, node_id) DO UPDATE SET articles = node_uses.articles + excluded.articles"

// writeUses writes changes, those of one node together.
func writeUses(on *database.Statements, uses []use) error {
	more := map[model.ID]int{}
	for _, u := range uses {
		if more[u.owner] += u.more; u.gone {
			delete(more, u.owner)
		}
	}
	owners := slices.SortedFunc(maps.Keys(more), func(a, b model.ID) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Key, b.Key))
	})
	for some := range slices.Chunk(owners, usesAtOnce) {
		args := make([]any, 0, 3*len(some))
		for _, owner := range some {
			args = append(args, owner.Type, owner.Key, more[owner])
		}
		statement := "INSERT INTO node_uses (node_type, node_id, articles) VALUES (?, ?, ?)" + strings.Repeat(", (?, ?, ?)", len(some)-1) + addUses
		if _, err := on.Exec(sql.Text(statement, args...)); err != nil {
			return fail(err, model.NodeArticle, "count the uses of")
		}
	}
	return nil
}
