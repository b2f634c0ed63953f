package graph

import (
	"context"

	"github.com/diwan-cms/diwan/internal/content"
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

func (r *mutationResolver) UpsertTenures(ctx context.Context, inputs []*model.UpsertTenureInput, onError *model.BulkErrorPolicy, dryRun *bool) (*model.UpsertTenuresPayload, error) {
	done, err := r.content.UpsertTenures(ctx, inputs, bulk(onError, dryRun))
	if err != nil {
		return nil, err
	}
	results, err := relateResults(ctx, r.Resolver, done, func(i int, one content.UpsertResult[model.Tenure]) *model.UpsertTenureResult {
		return &model.UpsertTenureResult{Index: i, Tenure: one.Row, Errors: one.Errors}
	})
	return &model.UpsertTenuresPayload{Results: results, Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged, Failed: done.Failed}, err
}
