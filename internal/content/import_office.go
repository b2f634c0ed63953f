package content

import "github.com/diwan-cms/diwan/model"

type officeLine struct {
	fields  officeFields
	country optional[*reference]
}

func readOfficeLine(m *members) statement {
	return &officeLine{
		fields: officeFields{
			externalID: scalar(m, "externalId", asText), slug: scalar(m, "slug", asText), titles: m.localTexts("titles"),
			kind: scalar(m, "kind", parsed(word[model.OfficeKind])), singleSeat: scalar(m, "singleSeat", asBool),
		},
		country: m.reference("country"),
	}
}

func (l *officeLine) write(w *lineWriter) (outcome, error) {
	id := identity{node: model.NodeOffice, externalID: l.fields.externalID, slug: l.fields.slug, name: slugName(l.fields.titles, nil)}
	current, err := upserted(w, id, w.tx.Office, func(o *model.Office) *string { return o.ExternalID })
	if err != nil {
		return unchanged, err
	}
	fields := l.fields
	if fields.country, err = w.one(model.NodeCountry, l.country, "country"); err != nil {
		return unchanged, err
	}
	what, _, err := w.service.putOffice(w.tx, current, fields)
	return what, err
}
