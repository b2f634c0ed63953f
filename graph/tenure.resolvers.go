package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateTenure(ctx context.Context, input model.CreateTenureInput) (*model.TenurePayload, error) {
	var payload model.TenurePayload
	return &payload, fill(&payload.Tenure, &payload.Errors)(r.content.CreateTenure(ctx, input))
}

func (r *mutationResolver) UpdateTenure(ctx context.Context, id model.ID, input model.UpdateTenureInput, expectedVersion *int) (*model.TenurePayload, error) {
	var payload model.TenurePayload
	return &payload, fill(&payload.Tenure, &payload.Errors)(r.content.UpdateTenure(ctx, id, input, expectedVersion))
}

func (r *mutationResolver) DeleteTenure(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteTenure(ctx, id, expectedVersion))
}
