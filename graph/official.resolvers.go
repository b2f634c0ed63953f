package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
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

func (r *officialResolver) Country(ctx context.Context, obj *model.Official) (*model.Country, error) {
	return related[*model.Country](ctx, r.Resolver, obj)
}

func (r *officialResolver) Office(ctx context.Context, obj *model.Official, on *model.Date) (*model.Office, error) {
	return related[*model.Office](ctx, r.Resolver, obj)
}

func (r *officialResolver) Tenures(ctx context.Context, obj *model.Official, on *model.Date) ([]*model.Tenure, error) {
	return related[[]*model.Tenure](ctx, r.Resolver, obj)
}

func (r *officialResolver) Articles(ctx context.Context, obj *model.Official, first *int, after *string, last *int, before *string, filter *model.ArticleFilter, orderBy []*model.ArticleOrder) (*model.ArticleConnection, error) {
	return related[*model.ArticleConnection](ctx, r.Resolver, obj)
}

func (r *queryResolver) Official(ctx context.Context, by model.OfficialBy) (*model.Official, error) {
	return orNull(r.content.Official(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Officials(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.OfficialFilter, search *string, orderBy []*model.OfficialOrder) (*model.OfficialConnection, error) {
	return r.content.Officials(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}

func (r *Resolver) Official() gen.OfficialResolver { return &officialResolver{r} }

type officialResolver struct{ *Resolver }
