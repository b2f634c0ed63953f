package content

import (
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// Countries of the Middle East, North Africa, Europe and the G20 are known by what
// is called after them, in the three languages.
func TestCountriesHaveDemonyms(t *testing.T) {
	t.Parallel()
	countries, err := parseCountries(countriesJSON)
	if err != nil {
		t.Fatal(err)
	}
	codes := strings.Fields(`BH CY EG IR IQ IL JO KW LB OM PS QA SA SY TR AE YE DZ LY MA TN SD MR
		AL AD AM AT AZ BY BE BA BG HR CZ DK EE FI FR GE DE GR HU IS IE IT LV LI LT LU MT MD MC ME NL MK NO PL PT RO RU SM RS SK SI ES SE CH UA GB
		AR AU BR CA CN IN ID JP MX ZA KR US`)
	for _, code := range codes {
		at := slices.IndexFunc(countries, func(c *model.Country) bool { return c.Code == code })
		for _, language := range []model.Language{"ar", "en", "fr"} {
			if at < 0 || !slices.ContainsFunc(countries[at].OtherNames, func(a model.Alias) bool {
				return a.Language == language && a.Kind == model.AliasKindDemonym
			}) {
				t.Errorf("%s has no demonym in %s", code, language)
			}
		}
	}
}
