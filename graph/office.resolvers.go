package graph

import (
	"context"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateOffice(ctx context.Context, input model.CreateOfficeInput) (*model.OfficePayload, error) {
	var payload model.OfficePayload
	return &payload, fill(&payload.Office, &payload.Errors)(r.content.CreateOffice(ctx, input))
}

func (r *mutationResolver) UpdateOffice(ctx context.Context, id model.ID, input model.UpdateOfficeInput, expectedVersion *int) (*model.OfficePayload, error) {
	var payload model.OfficePayload
	return &payload, fill(&payload.Office, &payload.Errors)(r.content.UpdateOffice(ctx, id, input, expectedVersion))
}

func (r *mutationResolver) DeleteOffice(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteOffice(ctx, id, expectedVersion))
}

func (r *mutationResolver) UpsertOffices(ctx context.Context, inputs []*model.UpsertOfficeInput, onError *model.BulkErrorPolicy, dryRun *bool) (*model.UpsertOfficesPayload, error) {
	done, err := r.content.UpsertOffices(ctx, inputs, bulk(onError, dryRun))
	if err != nil {
		return nil, err
	}
	results, err := relateResults(ctx, r.Resolver, done, func(i int, one content.UpsertResult[model.Office]) *model.UpsertOfficeResult {
		return &model.UpsertOfficeResult{Index: i, Office: one.Row, Errors: one.Errors}
	})
	return &model.UpsertOfficesPayload{Results: results, Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged, Failed: done.Failed}, err
}

func (r *queryResolver) Office(ctx context.Context, by model.OfficeBy) (*model.Office, error) {
	return orNull(r.content.Office(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Offices(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.OfficeFilter) (*model.OfficeConnection, error) {
	return r.content.Offices(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, nil, nil), r.plan(ctx))
}
