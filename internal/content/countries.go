package content

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// countriesJSON is ISO 3166-1 with the names of CLDR. scripts/countries writes it.
//
//go:embed countries.json
var countriesJSON []byte

// setupActor is the actor of the changes that set up a new database.
const setupActor = "setup"

// LoadCountries writes the countries of ISO 3166-1 into a new database, all or none.
// In an existing database it updates the names and aliases of the countries that
// nobody has edited.
func (s *Service) LoadCountries(ctx context.Context) error {
	done, err := s.store.Done(ctx, store.StepCountries) // reads first: reading waits for no writer
	if err != nil || done {
		return err
	}
	err = s.store.WriteNow(ctx, store.Actor{Name: setupActor}, s.moment, func(tx *store.Tx) error {
		countries, err := parseCountries(countriesJSON)
		if err != nil {
			return err
		}
		for _, country := range countries {
			if err := tx.LoadCountry(country, setupActor); err != nil {
				return fmt.Errorf("country %s: %w", country.Code, err)
			}
		}
		return tx.Finish(store.StepCountries)
	})
	if err != nil {
		return fmt.Errorf("load the countries: %w", err)
	}
	return nil
}

func parseCountries(data []byte) ([]*model.Country, error) {
	var lines []struct {
		Code        string
		Alpha3      string
		Numeric     string
		Flag        string
		Names       map[model.Language]string
		RegionNames map[model.Language]string
		Aliases     model.Aliases
	}
	if err := json.Unmarshal(data, &lines); err != nil {
		return nil, fmt.Errorf("read countries.json: %w", err)
	}
	countries := make([]*model.Country, len(lines))
	for i, line := range lines {
		countries[i] = &model.Country{
			Code: line.Code, Alpha3: line.Alpha3, Numeric: line.Numeric, Flag: line.Flag,
			Named:       model.Named{LocalNames: textsByLanguage(line.Names), OtherNames: line.Aliases},
			RegionNames: textsByLanguage(line.RegionNames),
		}
	}
	return countries, nil
}

// textsByLanguage orders texts by language, as the database stores them.
func textsByLanguage(texts map[model.Language]string) model.LocalizedTexts {
	var ordered model.LocalizedTexts
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		ordered = append(ordered, model.LocalizedText{Value: texts[language], Language: language})
	}
	return ordered
}
