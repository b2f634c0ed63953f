package graph

import (
	"context"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateOfficial(ctx context.Context, input model.CreateOfficialInput) (*model.OfficialPayload, error) {
	var payload model.OfficialPayload
	return &payload, fill(&payload.Official, &payload.Errors)(r.content.CreateOfficial(ctx, input))
}

func (r *mutationResolver) UpdateOfficial(ctx context.Context, id model.ID, input model.UpdateOfficialInput, expectedVersion *int) (*model.OfficialPayload, error) {
	var payload model.OfficialPayload
	return &payload, fill(&payload.Official, &payload.Errors)(r.content.UpdateOfficial(ctx, id, input, expectedVersion))
}

func (r *mutationResolver) DeleteOfficial(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteOfficial(ctx, id, expectedVersion))
}

func (r *mutationResolver) UpsertOfficials(ctx context.Context, inputs []*model.UpsertOfficialInput, onError *model.BulkErrorPolicy, dryRun *bool) (*model.UpsertOfficialsPayload, error) {
	done, err := r.content.UpsertOfficials(ctx, inputs, bulk(onError, dryRun))
	if err != nil {
		return nil, err
	}
	results, err := relateResults(ctx, r.Resolver, done, func(i int, one content.UpsertResult[model.Official]) *model.UpsertOfficialResult {
		return &model.UpsertOfficialResult{Index: i, Official: one.Row, Errors: one.Errors}
	})
	return &model.UpsertOfficialsPayload{Results: results, Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged, Failed: done.Failed}, err
}

func (r *queryResolver) Official(ctx context.Context, by model.OfficialBy) (*model.Official, error) {
	return orNull(r.content.Official(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Officials(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.OfficialFilter, search *string, orderBy []*model.OfficialOrder) (*model.OfficialConnection, error) {
	return r.content.Officials(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}
