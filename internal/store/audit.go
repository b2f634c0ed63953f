package store

import (
	"context"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// audit is the order of the audit log.
func audit() order { return order{name: "audit"} }

// AuditPage returns a page of the changes as administrators see them, newest first.
// Compacted changes are missing.
func (s *Store) AuditPage(ctx context.Context, view View, q model.AuditQuery, plan *model.Plan) (*model.AuditConnection, error) {
	size, err := model.Count("first", q.First, model.DefaultPage, model.MaxPage)
	if err != nil {
		return nil, err
	}
	where, err := auditConditions(s.engine, q)
	if err != nil {
		return nil, err
	}
	wanted := planOf(plan)
	page := &model.AuditConnection{}
	if !wanted.rows {
		return page, nil
	}
	err = s.read(ctx, view, func(r *reading) error {
		var changes []*model.Change
		if err := r.Scan(&changes, sql.Join(" ", sql.Text("SELECT change.* FROM changes change"), sql.Where(where), sql.Limit(size+1).Wrap("ORDER BY change.id DESC ", ""))); err != nil {
			return err
		}
		more := len(changes) > size
		changes = changes[:min(size, len(changes))]
		page.Nodes = make([]*model.AuditEntry, len(changes))
		cursors := make([]string, len(changes))
		for i, change := range changes {
			change.Cursor = cursor{order: audit().name, key: change.Position}.String()
			page.Nodes[i] = &model.AuditEntry{Change: change}
			cursors[i] = change.Cursor
		}
		page.CursorOf = func(i int) string { return cursors[i] }
		page.PageInfo = request{Page: model.Page{After: q.After}}.pageInfo(cursors, more)
		return r.nodesOf(changes, wanted.node)
	})
	return page, err
}

// auditConditions holds for the changes that the query selects.
func auditConditions(e database.Engine, q model.AuditQuery) (sql.Clause, error) {
	asked := []sql.Clause{sql.Always()}
	if q.After != nil {
		c, err := readCursor("after", *q.After, audit())
		if err != nil {
			return sql.Clause{}, err
		}
		asked = append(asked, sql.Text("change.id < ?", c.key))
	}
	if q.Types != nil {
		asked = append(asked, database.Among(e, "change.node_type", q.Types))
	}
	if q.Actor != nil {
		asked = append(asked, sql.Text("change.actor = ?", *q.Actor))
	}
	if q.Since != nil {
		asked = append(asked, sql.Text("change.at >= ?", *q.Since))
	}
	if q.Until != nil {
		asked = append(asked, sql.Text("change.at < ?", *q.Until))
	}
	return sql.All(asked...), nil
}
