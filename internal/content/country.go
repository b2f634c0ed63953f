package content

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// CountryFields are the fields of a country that can be set.
type CountryFields struct {
	Names   Optional[model.LocalizedTexts]
	Aliases Optional[model.Aliases]
	Times
}

// countries can be neither created nor deleted: the list is ISO 3166-1.
func (s *Service) countries() noun[model.Country, CountryFields] {
	return noun[model.Country, CountryFields]{
		node: model.NodeCountry, read: (*store.Tx).Country, version: func(c *model.Country) int { return c.Version },
		put: s.rules.PutCountry,
	}
}

// UpdateCountry changes the names of a country, if anything changes. A nil
// expectedVersion overwrites whatever is stored.
func (s *Service) UpdateCountry(ctx context.Context, id model.ID, in model.UpdateCountryInput, expectedVersion *int) (*model.Country, error) {
	return s.countries().update(ctx, s, target{id, expectedVersion}, fieldsFrom[CountryFields](in))
}

// PutCountry sets fields of an existing country.
func (r Rules) PutCountry(tx *store.Tx, current *model.Country, given CountryFields) (Outcome, *model.Country, error) {
	next := *current
	c := check{tx: tx}
	next.LocalNames = c.names("names", given.Names, next.LocalNames)
	next.OtherNames = c.aliases(given.Aliases, next.OtherNames)
	given.Times.set(&c, &next.CreatedAt, &next.UpdatedAt)
	if err := c.errors.OrNil(); err != nil {
		return Unchanged, nil, err
	}
	if reflect.DeepEqual(current, &next) {
		return Unchanged, current, nil
	}
	return Updated, &next, given.dated(tx).UpdateCountry(current, &next)
}

// Country returns a country by one of its keys, else NOT_FOUND.
func (s *Service) Country(ctx context.Context, by model.CountryBy, plan *model.Plan) (*model.Country, error) {
	return lookUp(ctx, s, s.store.Country, by, plan)
}

// Countries returns a page of countries.
func (s *Service) Countries(ctx context.Context, q model.Query, plan *model.Plan) (*model.CountryConnection, error) {
	return inView(ctx, s, s.store.Countries, q, plan)
}
