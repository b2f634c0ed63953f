package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) UpdateCountry(ctx context.Context, id model.ID, input model.UpdateCountryInput, expectedVersion *int) (*model.CountryPayload, error) {
	var payload model.CountryPayload
	return &payload, fill(&payload.Country, &payload.Errors)(r.content.UpdateCountry(ctx, id, input, expectedVersion))
}

func (r *queryResolver) Country(ctx context.Context, by model.CountryBy) (*model.Country, error) {
	return orNull(r.content.Country(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Countries(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.CountryFilter, search *string, orderBy []*model.CountryOrder) (*model.CountryConnection, error) {
	return r.content.Countries(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}
