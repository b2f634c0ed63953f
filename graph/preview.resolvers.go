package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreatePreviewLink(ctx context.Context, article model.ID, expiresIn int) (*model.PreviewLinkPayload, error) {
	link, err := r.content.CreatePreviewLink(ctx, article, expiresIn)
	payload := model.PreviewLinkPayload{Token: link.Token, URL: link.URL, ExpiresAt: link.ExpiresAt}
	payload.Errors, err = userErrors(err)
	return &payload, err
}
