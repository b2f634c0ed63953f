package exchange

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// tenureMember is a tenure in the line of an official. It is complete: what is left out
// is cleared.
type tenureMember struct {
	office content.Optional[reference]
	fields content.TenureFields
}

func (m *members) tenure(value any, place []string) (tenureMember, bool) {
	e, ok := m.inside(value, place)
	if !ok {
		return tenureMember{}, false
	}
	t := tenureMember{office: e.reference("office"), fields: content.TenureFields{
		StartedOn: orNull(scalar(e, "startedOn", parsed(model.ParsePartialDate))), EndedOn: orNull(scalar(e, "endedOn", parsed(model.ParsePartialDate))),
		Acting: content.Some(scalar(e, "acting", asBool).Value()), SourceURL: orNull(scalar(e, "sourceUrl", parsed(model.ParseURL))), Times: e.times(),
	}}
	if e.object["office"] == nil {
		e.add(model.Invalid("a tenure needs an office; write its externalId or its slug"), e.place("office")...)
	}
	e.nothingElse("a tenure")
	return t, true
}

// orNull treats a member that was left out as null.
func orNull[T any](o content.Optional[T]) content.Optional[T] {
	if o.HasValue() {
		return o
	}
	return content.Null[T]()
}

// tenures returns the tenures of a line with the ids of their offices.
func (w *lineWriter) tenures(members []tenureMember) ([]content.TenureFields, error) {
	tenures := make([]content.TenureFields, len(members))
	for i, t := range members {
		office, err := w.id(model.NodeOffice, t.office, "tenures", strconv.Itoa(i), "office")
		if err != nil {
			return nil, err
		}
		tenures[i] = t.fields
		tenures[i].Office = office
	}
	return tenures, nil
}

// exportedTenure is a tenure in the line of an official.
type exportedTenure struct {
	Office    any                `json:"office"`
	StartedOn *model.PartialDate `json:"startedOn,omitempty"`
	EndedOn   *model.PartialDate `json:"endedOn,omitempty"`
	Acting    bool               `json:"acting,omitempty"`
	SourceURL *model.URL         `json:"sourceUrl,omitempty"`
	exportedTimes
}

func dateOf(d *model.PartialDate) model.PartialDate {
	if d == nil {
		return ""
	}
	return *d
}

// tenures returns the tenures of an official, ordered by their start and the slug of
// the office, and then by their end: in one month two can begin in the same office.
func (e *exporter) tenures(o *model.Official) ([]exportedTenure, error) {
	held, err := slot[[]*model.Tenure](o, "tenures")
	if err != nil {
		return nil, err
	}
	offices := make(map[*model.Tenure]*model.Office, len(held))
	for _, t := range held {
		if offices[t], err = slot[*model.Office](t, "office"); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(held, func(a, b *model.Tenure) int {
		aStart, aEnd := a.Days()
		bStart, bEnd := b.Days()
		return cmp.Or(cmp.Compare(aStart, bStart), cmp.Compare(offices[a].Slug, offices[b].Slug), cmp.Compare(aEnd, bEnd), cmp.Compare(dateOf(a.EndedOn), dateOf(b.EndedOn)))
	})
	lines := make([]exportedTenure, len(held))
	for i, t := range held {
		office := offices[t]
		lines[i] = exportedTenure{
			e.nameOf(model.NodeOffice, office.Key, office.ExternalID, office.Slug), t.StartedOn, t.EndedOn, t.Acting, t.SourceURL, timesOf(t.CreatedAt, t.UpdatedAt),
		}
	}
	return lines, nil
}
