package content

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// countryFields are what can be written of a country.
type countryFields struct {
	names   optional[model.LocalizedTexts]
	aliases optional[model.Aliases]
}

// UpdateCountry changes the names of a country, if anything changes; a nil
// expectedVersion writes over whatever is there.
func (s *Service) UpdateCountry(ctx context.Context, id model.ID, in model.UpdateCountryInput, expectedVersion *int) (*model.Country, error) {
	read := func(tx *store.Tx) (*model.Country, error) {
		return stored(id, model.NodeCountry, tx.Country, func(c *model.Country) int { return c.Version }, expectedVersion)
	}
	return put(ctx, s, auth.EditReference, "update country", read, func(tx *store.Tx, current *model.Country) (outcome, *model.Country, error) {
		return s.putCountry(tx, current, countryFields{names: localized(opt(in.Names)), aliases: otherNames(opt(in.Aliases))})
	})
}

// putCountry writes the fields over a country, and answers what came of it. The
// list of countries is ISO 3166-1: there are no new ones.
func (s *Service) putCountry(tx *store.Tx, current *model.Country, f countryFields) (outcome, *model.Country, error) {
	next := *current
	var p problems
	next.LocalNames = p.names("names", f.names, next.LocalNames)
	next.OtherNames = p.aliases(f.aliases, next.OtherNames)
	if err := p.found.OrNil(); err != nil {
		return unchanged, nil, err
	}
	if reflect.DeepEqual(current, &next) {
		return unchanged, current, nil
	}
	return updated, &next, tx.UpdateCountry(current, &next)
}
