package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateAccessToken(ctx context.Context, input model.CreateAccessTokenInput) (*model.AccessTokenPayload, error) {
	secret, token, err := r.content.CreateAccessToken(ctx, input.Name, input.Role, input.ExpiresAt.Value())
	payload := model.AccessTokenPayload{Token: orNone(secret)}
	return &payload, fill(&payload.AccessToken, &payload.Errors)(token, err)
}

func (r *mutationResolver) RevokeAccessToken(ctx context.Context, id model.ID) (*model.DeletePayload, error) {
	return deleted(id, r.content.RevokeAccessToken(ctx, id))
}

func (r *queryResolver) Viewer(ctx context.Context) (*model.Viewer, error) {
	return r.content.Viewer(ctx), nil
}

func (r *queryResolver) AccessTokens(ctx context.Context) ([]*model.AccessToken, error) {
	return r.content.AccessTokens(ctx)
}
