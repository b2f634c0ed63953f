package content

import (
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// Countries of the Middle East, North Africa, Europe and the G20 have demonyms in all
// three languages.
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

// Countries that nobody has edited get the names of this version; the others keep
// theirs.
func TestLoadCountries(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	n := open(t)
	load := func() {
		if err := n.LoadCountries(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	load()
	count := func() string { return n.strings("SELECT COUNT(*) FROM countries")[0] }
	if got := count(); got != "249" {
		t.Fatalf("a new database has %s countries, want the 249 of ISO 3166-1", got)
	}
	names := func(code string) string {
		return n.strings("SELECT names FROM countries WHERE code = '" + code + "'")[0]
	}
	iraq, france := must(n.Country(n.ctx, model.CountryBy{Code: ptr("IQ")}, nil))(t), names("FR")
	must(n.UpdateCountry(n.ctx, iraq.ID(), model.UpdateCountryInput{Names: om(english("Edited"))}, nil))(t)
	edited := names("IQ")
	n.exec(`UPDATE countries SET names = '[{"language":"en","value":"of an older version"}]' WHERE code = 'FR'`)
	n.exec("DELETE FROM setup_steps") // as where the last start had an older list
	load()
	if got := names("IQ"); got != edited {
		t.Errorf("Iraq, which an editor changed, = %s, want %s", got, edited)
	}
	if got := names("FR"); got != france {
		t.Errorf("France, which nobody changed, = %s, want %s", got, france)
	}
	if got := count(); got != "249" {
		t.Errorf("a second start makes %s countries, want 249", got)
	}
}
