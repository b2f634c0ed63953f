package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// Audit answers a page of who changed what, the newest first. FORBIDDEN for all but
// administrators.
func (s *Service) Audit(ctx context.Context, q model.AuditQuery, plan *model.Plan) (*model.AuditConnection, error) {
	if err := auth.May(ctx, auth.SeeAudit); err != nil {
		return nil, err
	}
	return one(ctx, s, s.store.AuditPage, q, plan)
}
