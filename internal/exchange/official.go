package exchange

import (
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// officialLine is a line about an official.
type officialLine struct {
	fields  content.OfficialFields
	country content.Optional[reference]
	// tenures, if given, replace those of the official.
	tenures content.Optional[[]tenureMember]
}

func readOfficial(m *members) statement {
	return &officialLine{
		fields:  content.OfficialFields{NamedFields: m.named(), WikidataID: scalar(m, "wikidataId", asText)},
		country: m.reference("country"),
		tenures: list(m, "tenures", m.tenure),
	}
}

func (l *officialLine) write(w *lineWriter) (content.Outcome, error) {
	current, err := existing(w, l.fields.Identity(model.NodeOfficial), w.tx.Official, func(o *model.Official) *string { return o.ExternalID })
	if err != nil {
		return content.Unchanged, err
	}
	fields := l.fields
	if fields.Country, err = w.id(model.NodeCountry, l.country, "country"); err != nil {
		return content.Unchanged, err
	}
	tenures, err := w.tenures(l.tenures.Value())
	if err != nil {
		return content.Unchanged, err
	}
	if err := w.missing.OrNil(); err != nil {
		return content.Unchanged, err
	}
	outcome, official, err := w.rules.PutOfficial(w.tx, current, fields)
	if err != nil || !l.tenures.IsSet() {
		return outcome, err
	}
	changed, err := w.rules.ReplaceTenures(w.tx, official, tenures)
	if outcome == content.Unchanged && changed {
		outcome = content.Updated
	}
	return outcome, err
}

// exportedOfficial is the line of an official.
type exportedOfficial struct {
	Type         string                    `json:"type"`
	ExternalID   *string                   `json:"externalId,omitempty"`
	Slug         string                    `json:"slug"`
	WikidataID   *string                   `json:"wikidataId,omitempty"`
	Names        map[model.Language]string `json:"names"`
	Descriptions map[model.Language]string `json:"descriptions,omitempty"`
	Aliases      []model.Alias             `json:"aliases,omitempty"`
	Country      string                    `json:"country,omitempty"`
	Tenures      []exportedTenure          `json:"tenures,omitempty"`
	exportedTimes
}

func (e *exporter) official(o *model.Official) ([]any, error) {
	country, err := codeOfCountry(o)
	if err != nil {
		return nil, err
	}
	tenures, err := e.tenures(o)
	return []any{exportedOfficial{
		Type: "official", ExternalID: o.ExternalID, Slug: o.Slug, WikidataID: o.WikidataID, Names: byLanguage(o.LocalNames),
		Descriptions: byLanguage(o.Descriptions), Aliases: o.OtherNames, Country: country, Tenures: tenures, exportedTimes: timesOf(o.CreatedAt, o.UpdatedAt),
	}}, err
}

func referToOfficial(e *exporter, node model.Node) any {
	n := node.(*model.Official)
	return e.nameOf(model.NodeOfficial, n.Key, n.ExternalID, n.Slug)
}
