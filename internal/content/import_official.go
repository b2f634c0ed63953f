package content

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/diwan-cms/diwan/model"
)

type officialLine struct {
	fields  officialFields
	country optional[*reference]
	// tenures, where given, are all that the official has.
	tenures optional[[]tenureMember]
}

// tenureMember is a tenure as a line has it: whole, so that what is left out is
// not so.
type tenureMember struct {
	office optional[*reference]
	fields tenureFields
}

func readOfficialLine(m *members) statement {
	return &officialLine{
		fields:  officialFields{namedFields: m.named(), wikidataID: scalar(m, "wikidataId", asText)},
		country: m.reference("country"),
		tenures: list(m, "tenures", m.tenure),
	}
}

func (m *members) tenure(value any, place []string) (tenureMember, bool) {
	e, ok := m.inside(value, place)
	if !ok {
		return tenureMember{}, false
	}
	t := tenureMember{office: e.reference("office"), fields: tenureFields{
		startedOn: scalar(e, "startedOn", parsed(model.ParsePartialDate)), endedOn: scalar(e, "endedOn", parsed(model.ParsePartialDate)),
		acting: scalar(e, "acting", asBool), sourceURL: scalar(e, "sourceUrl", parsed(model.ParseURL)),
	}}
	if e.object["office"] == nil {
		e.add(model.Invalid("a tenure needs an office; write its externalId or its slug"), e.place("office")...)
	}
	e.nothingElse("a tenure")
	if !given(t.fields.acting) {
		acting := false
		t.fields.acting = some(&acting)
	}
	t.fields.startedOn.set, t.fields.endedOn.set, t.fields.sourceURL.set = true, true, true
	return t, true
}

func (l *officialLine) write(w *lineWriter) (outcome, error) {
	current, err := upserted(w, l.fields.about(model.NodeOfficial), w.tx.Official, func(o *model.Official) *string { return o.ExternalID })
	if err != nil {
		return unchanged, err
	}
	fields := l.fields
	if fields.country, err = w.one(model.NodeCountry, l.country, "country"); err != nil {
		return unchanged, err
	}
	tenures, err := l.tenureFields(w)
	if err != nil {
		return unchanged, err
	}
	if err := w.missing.found.OrNil(); err != nil {
		return unchanged, err
	}
	what, official, err := w.service.putOfficial(w.tx, current, fields)
	if err != nil || !l.tenures.set {
		return what, err
	}
	changed, err := w.replaceTenures(official, tenures)
	if what == unchanged && changed {
		what = updated
	}
	return what, err
}

// tenureFields are the tenures with the ids of their offices.
func (l *officialLine) tenureFields(w *lineWriter) ([]tenureFields, error) {
	all := make([]tenureFields, len(l.tenures.value))
	for i, t := range l.tenures.value {
		office, err := w.one(model.NodeOffice, t.office, "tenures", strconv.Itoa(i), "office")
		if err != nil {
			return nil, err
		}
		all[i] = t.fields
		all[i].office = office
	}
	return all, nil
}

// replaceTenures makes the tenures of an official those of the line. One of the
// same office and beginning is the same tenure, and keeps its id. What goes and
// what changes comes before what is new, so that a tenure can take the place of
// another.
func (w *lineWriter) replaceTenures(official *model.Official, all []tenureFields) (changed bool, err error) {
	stored, err := w.tx.TenuresOf(official.Key)
	if err != nil {
		return false, err
	}
	current := make([]*model.Tenure, len(all))
	for i, f := range all {
		at := slices.IndexFunc(stored, func(t *model.Tenure) bool {
			return t.OfficeKey == f.office.value.Key && reflect.DeepEqual(t.StartedOn, f.startedOn.value)
		})
		if at >= 0 {
			current[i] = stored[at]
			stored = slices.Delete(stored, at, at+1)
		}
	}
	for _, gone := range stored {
		if err := w.tx.DeleteTenure(gone); err != nil {
			return false, err
		}
		changed = true
	}
	for _, isNew := range []bool{false, true} {
		for i, f := range all {
			if (current[i] == nil) != isNew {
				continue
			}
			id := official.ID()
			f.official = some(&id)
			what, _, err := w.service.putTenure(w.tx, current[i], f)
			if err != nil {
				return false, under(err, "tenures", strconv.Itoa(i))
			}
			changed = changed || what != unchanged
		}
	}
	return changed, nil
}
