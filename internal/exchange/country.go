package exchange

import (
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// countryLine is a line about a country.
type countryLine struct {
	code   string
	fields content.CountryFields
}

func readCountry(m *members) statement {
	return &countryLine{
		code:   m.must("code"),
		fields: content.CountryFields{Names: m.localTexts("names"), Aliases: m.aliases(), Times: m.times()},
	}
}

func (l *countryLine) write(w *lineWriter) (content.Outcome, error) {
	holder, held, err := w.tx.Holder(store.NaturalKey{Node: model.NodeCountry, By: store.ByCode, Value: l.code})
	if err != nil {
		return content.Unchanged, err
	}
	if !held {
		return content.Unchanged, model.Invalid("there is no country %.40q; the list is ISO 3166-1: write a code of it, such as IQ", l.code).At("code")
	}
	current, err := w.tx.Country(holder.Key)
	if err != nil {
		return content.Unchanged, err
	}
	outcome, _, err := w.rules.PutCountry(w.tx, current, l.fields)
	return outcome, err
}

// exportedCountry is the line of a country.
type exportedCountry struct {
	Type    string                    `json:"type"`
	Code    string                    `json:"code"`
	Names   map[model.Language]string `json:"names"`
	Aliases []model.Alias             `json:"aliases"` // even if empty: countries of a new database have aliases
	exportedTimes
}

func (e *exporter) country(c *model.Country) ([]any, error) {
	l := exportedCountry{Type: "country", Code: c.Code, Names: byLanguage(c.LocalNames), Aliases: c.OtherNames}
	if c.Version > 1 { // otherwise it is as old as the database
		l.exportedTimes = timesOf(c.CreatedAt, c.UpdatedAt)
	}
	return []any{l}, nil
}

// codeOfCountry returns the code of a node's country; empty if it has none.
func codeOfCountry(node model.Node) (string, error) {
	country, err := slot[*model.Country](node, "country")
	if err != nil || country == nil {
		return "", err
	}
	return country.Code, nil
}

func referToCountry(_ *exporter, node model.Node) any { return node.(*model.Country).Code }
