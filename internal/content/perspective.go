package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// Perspective returns FORBIDDEN if the request asks for drafts and the current user may
// not see them.
func (s *Service) Perspective(ctx context.Context) error {
	if !auth.ActorOf(ctx).Drafts {
		return nil
	}
	return auth.May(ctx, auth.SeeDrafts)
}

// Secret returns FORBIDDEN unless the request is shown drafts. It guards the fields that
// hold them.
func (s *Service) Secret(ctx context.Context) error {
	if auth.ActorOf(ctx).Drafts {
		return auth.May(ctx, auth.SeeDrafts)
	}
	return model.Forbidden("revisions contain drafts; send the header `Diwan-Perspective: draft` with a token of the role CONTRIBUTOR or above")
}
