package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
)

// Perspective answers FORBIDDEN when who asks may not see the world that they
// ask for.
func (s *Service) Perspective(ctx context.Context) error {
	if !auth.ActorOf(ctx).Drafts {
		return nil
	}
	return auth.May(ctx, auth.SeeDrafts)
}
