package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *queryResolver) AuditLog(ctx context.Context, after *string, first *int, types []model.NodeType, actor *string, since *model.DateTime, until *model.DateTime) (*model.AuditConnection, error) {
	q := model.AuditQuery{After: after, First: first, Types: types, Actor: actor, Since: since, Until: until}
	return r.content.Audit(ctx, q, r.plan(ctx))
}
