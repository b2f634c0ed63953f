package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *auditEntryResolver) Node(ctx context.Context, obj *model.AuditEntry) (model.Node, error) {
	return r.changedNode(ctx, obj.Change)
}

func (r *queryResolver) AuditLog(ctx context.Context, after *string, first *int, types []model.NodeType, actor *string, since *model.DateTime, until *model.DateTime) (*model.AuditConnection, error) {
	q := model.AuditQuery{After: after, First: first, Types: types, Actor: actor, Since: since, Until: until}
	return r.content.Audit(ctx, q, r.plan(ctx))
}

func (r *Resolver) AuditEntry() gen.AuditEntryResolver { return &auditEntryResolver{r} }

type auditEntryResolver struct{ *Resolver }
