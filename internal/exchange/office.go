package exchange

import (
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// officeLine is a line about an office.
type officeLine struct {
	fields  content.OfficeFields
	country content.Optional[reference]
}

func readOffice(m *members) statement {
	return &officeLine{
		fields: content.OfficeFields{
			ExternalID: scalar(m, "externalId", asText), Slug: scalar(m, "slug", asText), Titles: m.localTexts("titles"),
			Kind: scalar(m, "kind", parsed(word[model.OfficeKind])), SingleSeat: scalar(m, "singleSeat", asBool), Times: m.times(),
		},
		country: m.reference("country"),
	}
}

func (l *officeLine) write(w *lineWriter) (content.Outcome, error) {
	current, err := existing(w, l.fields.Identity(), w.tx.Office, func(o *model.Office) *string { return o.ExternalID })
	if err != nil {
		return content.Unchanged, err
	}
	fields := l.fields
	if fields.Country, err = w.id(model.NodeCountry, l.country, "country"); err != nil {
		return content.Unchanged, err
	}
	outcome, _, err := w.rules.PutOffice(w.tx, current, fields)
	return outcome, err
}

// exportedOffice is the line of an office.
type exportedOffice struct {
	Type       string                    `json:"type"`
	ExternalID *string                   `json:"externalId,omitempty"`
	Slug       string                    `json:"slug"`
	Titles     map[model.Language]string `json:"titles"`
	Kind       model.OfficeKind          `json:"kind"`
	Country    string                    `json:"country,omitempty"`
	SingleSeat bool                      `json:"singleSeat"` // even if false: the default is true
	exportedTimes
}

func (e *exporter) office(o *model.Office) ([]any, error) {
	country, err := codeOfCountry(o)
	return []any{exportedOffice{"office", o.ExternalID, o.Slug, byLanguage(o.LocalTitles), o.Kind, country, o.SingleSeat, timesOf(o.CreatedAt, o.UpdatedAt)}}, err
}

func referToOffice(e *exporter, node model.Node) any {
	n := node.(*model.Office)
	return e.nameOf(model.NodeOffice, n.Key, n.ExternalID, n.Slug)
}
