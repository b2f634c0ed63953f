package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// Perspective answers FORBIDDEN when who asks may not see the world that they
// ask for.
func (s *Service) Perspective(ctx context.Context) error {
	if !auth.ActorOf(ctx).Drafts {
		return nil
	}
	return auth.May(ctx, auth.SeeDrafts)
}

// Secret answers FORBIDDEN where the request is not shown drafts, for what holds
// them.
func (s *Service) Secret(ctx context.Context) error {
	if auth.ActorOf(ctx).Drafts {
		return auth.May(ctx, auth.SeeDrafts)
	}
	return model.Forbidden("`revisions` hold drafts; send the header `Diwan-Perspective: draft` with the token of a contributor or more")
}
