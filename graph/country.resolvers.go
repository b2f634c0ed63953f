package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *countryResolver) Offices(ctx context.Context, obj *model.Country) ([]*model.Office, error) {
	return load[[]*model.Office](ctx, r.Resolver, obj)
}

func (r *countryResolver) Officials(ctx context.Context, obj *model.Country, on *model.Date, first *int, after *string, last *int, before *string) (*model.OfficialConnection, error) {
	return load[*model.OfficialConnection](ctx, r.Resolver, obj)
}

func (r *countryResolver) Articles(ctx context.Context, obj *model.Country, first *int, after *string, last *int, before *string, filter *model.ArticleFilter, orderBy []*model.ArticleOrder) (*model.ArticleConnection, error) {
	return load[*model.ArticleConnection](ctx, r.Resolver, obj)
}

func (r *mutationResolver) UpdateCountry(ctx context.Context, id model.ID, input model.UpdateCountryInput, expectedVersion *int) (*model.CountryPayload, error) {
	country, err := r.content.UpdateCountry(ctx, id, input, expectedVersion)
	errs, err := userErrors(err)
	return &model.CountryPayload{Country: country, Errors: errs}, err
}

func (r *queryResolver) Country(ctx context.Context, by model.CountryBy) (*model.Country, error) {
	return orNull(r.content.Country(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Countries(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.CountryFilter, search *string, orderBy []*model.CountryOrder) (*model.CountryConnection, error) {
	return r.content.Countries(ctx, query(first, after, last, before, filter, search, model.Terms(orderBy)), r.plan(ctx))
}

func (r *Resolver) Country() gen.CountryResolver { return &countryResolver{r} }

type countryResolver struct{ *Resolver }
