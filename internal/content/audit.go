package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// Audit returns a page of who changed what, newest first. FORBIDDEN for everybody
// but administrators.
func (s *Service) Audit(ctx context.Context, q model.AuditQuery, plan *model.Plan) (*model.AuditConnection, error) {
	if err := auth.May(ctx, auth.SeeAudit); err != nil {
		return nil, err
	}
	return inView(ctx, s, s.store.AuditPage, q, plan)
}
