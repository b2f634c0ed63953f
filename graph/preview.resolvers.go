package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreatePreviewLink(ctx context.Context, article model.ID, expiresIn int) (*model.PreviewLinkPayload, error) {
	link, err := r.content.CreatePreviewLink(ctx, article, expiresIn)
	errs, err := userErrors(err)
	return &model.PreviewLinkPayload{Token: link.Token, URL: link.URL, ExpiresAt: link.ExpiresAt, Errors: errs}, err
}
