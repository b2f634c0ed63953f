package store

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

// audit is the order of the audit log.
func audit() order { return order{name: "audit"} }

// AuditPage answers a page of the changes as administrators see them, the newest
// first. What was compacted away is not there.
func (s *Store) AuditPage(ctx context.Context, view View, q model.AuditQuery, plan *model.Plan) (*model.AuditConnection, error) {
	size, err := model.Count("first", q.First, model.DefaultPage, model.MaxPage)
	if err != nil {
		return nil, err
	}
	where, err := audited(s.dialect, q)
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
		if err := r.scan(&changes, join(" ", sql("SELECT c.* FROM changes c WHERE"), where, sql("ORDER BY c.id DESC LIMIT ?", size+1))); err != nil {
			return err
		}
		more := len(changes) > size
		changes = changes[:min(size, len(changes))]
		page.Nodes = make([]*model.AuditEntry, len(changes))
		for i, change := range changes {
			change.Cursor = cursor{order: audit().name, key: change.Position}.String()
			page.Nodes[i] = &model.AuditEntry{Change: change}
			page.Cursors = append(page.Cursors, change.Cursor)
		}
		page.PageInfo = edgesOf(page.Cursors, more, false, model.Page{After: q.After})
		return r.nodesOf(changes, wanted.node)
	})
	return page, err
}

// audited holds for the changes c that are asked for.
func audited(d dialect, q model.AuditQuery) (clause, error) {
	asked := []clause{always()}
	if q.After != nil {
		c, err := readCursor("after", *q.After, audit())
		if err != nil {
			return clause{}, err
		}
		asked = append(asked, sql("c.id < ?", c.key))
	}
	if q.Types != nil {
		asked = append(asked, among(d, "c.node_type", q.Types))
	}
	if q.Actor != nil {
		asked = append(asked, sql("c.actor = ?", *q.Actor))
	}
	if q.Since != nil {
		asked = append(asked, sql("c.at >= ?", *q.Since))
	}
	if q.Until != nil {
		asked = append(asked, sql("c.at < ?", *q.Until))
	}
	return both(asked...), nil
}
