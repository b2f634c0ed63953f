package content

import (
	"context"
	"fmt"
	"reflect"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// tenureFields are what can be written of a tenure.
type tenureFields struct {
	official  optional[*model.ID]
	office    optional[*model.ID]
	startedOn optional[*model.PartialDate]
	endedOn   optional[*model.PartialDate]
	acting    optional[*bool]
	sourceURL optional[*model.URL]
}

// CreateTenure records that an official holds or held an office.
func (s *Service) CreateTenure(ctx context.Context, in model.CreateTenureInput) (*model.Tenure, error) {
	f := tenureFields{
		official: some(&in.Official), office: some(&in.Office), startedOn: opt(in.StartedOn), endedOn: opt(in.EndedOn),
		acting: opt(in.Acting), sourceURL: opt(in.SourceURL),
	}
	if null(f.acting) { // as good as left out: it has a default
		f.acting.set = false
	}
	return put(ctx, s, auth.EditReference, "create tenure", nil, func(tx *store.Tx, current *model.Tenure) (outcome, *model.Tenure, error) {
		return s.putTenure(tx, current, f)
	})
}

// UpdateTenure changes a tenure, if anything changes.
func (s *Service) UpdateTenure(ctx context.Context, id model.ID, in model.UpdateTenureInput) (*model.Tenure, error) {
	read := func(tx *store.Tx) (*model.Tenure, error) {
		return storedTenure(tx, id)
	}
	return put(ctx, s, auth.EditReference, "update tenure", read, func(tx *store.Tx, current *model.Tenure) (outcome, *model.Tenure, error) {
		return s.putTenure(tx, current, tenureFields{
			official: opt(in.Official), office: opt(in.Office), startedOn: opt(in.StartedOn), endedOn: opt(in.EndedOn),
			acting: opt(in.Acting), sourceURL: opt(in.SourceURL),
		})
	})
}

// DeleteTenure deletes a tenure.
func (s *Service) DeleteTenure(ctx context.Context, id model.ID) error {
	return s.write(ctx, auth.EditReference, "delete tenure", func(tx *store.Tx) error {
		tenure, err := storedTenure(tx, id)
		if err != nil {
			return err
		}
		return tx.DeleteTenure(tenure)
	})
}

func storedTenure(tx *store.Tx, id model.ID) (*model.Tenure, error) {
	return stored(id, model.NodeTenure, tx.Tenure, func(t *model.Tenure) int { return t.Version }, nil)
}

// putTenure writes the fields over a tenure, a new one when current is nil, and
// answers what came of it.
func (s *Service) putTenure(tx *store.Tx, current *model.Tenure, f tenureFields) (outcome, *model.Tenure, error) {
	next := &model.Tenure{}
	if current != nil {
		*next = *current
	}
	var p problems
	if err := p.tenureEnds(tx, next, f); err != nil {
		return unchanged, nil, err
	}
	p.interval(next, f)
	if len(p.found) == 0 {
		if err := p.seats(tx, next, f); err != nil {
			return unchanged, nil, err
		}
	}
	if err := p.found.OrNil(); err != nil {
		return unchanged, nil, err
	}
	switch {
	case current == nil:
		return created, next, tx.InsertTenure(next)
	case reflect.DeepEqual(current, next):
		return unchanged, current, nil
	}
	return updated, next, tx.UpdateTenure(current, next)
}

// tenureEnds sets who holds which office.
func (p *problems) tenureEnds(tx *store.Tx, next *model.Tenure, f tenureFields) error {
	for _, end := range []struct {
		field string
		node  model.NodeType
		id    optional[*model.ID]
		key   *int64
	}{
		{"official", model.NodeOfficial, f.official, &next.OfficialKey},
		{"office", model.NodeOffice, f.office, &next.OfficeKey},
	} {
		notCleared(p, end.id, end.field)
		if !given(end.id) {
			if *end.key == 0 && !null(end.id) {
				p.invalid(end.field, "a tenure needs this; send its id")
			}
			continue
		}
		key, err := p.reference(tx, end.field, end.node, end.id, nil)
		if err != nil {
			return err
		}
		if key != nil {
			*end.key = *key
		}
	}
	return nil
}

// interval sets from when until when, and whether in place of another.
func (p *problems) interval(next *model.Tenure, f tenureFields) {
	notCleared(p, f.acting, "acting")
	if given(f.acting) {
		next.Acting = *f.acting.value
	}
	if f.startedOn.set {
		next.StartedOn = f.startedOn.value
	}
	if f.endedOn.set {
		next.EndedOn = f.endedOn.value
	}
	if f.sourceURL.set {
		next.SourceURL = f.sourceURL.value
	}
	if start, end := next.Days(); start >= end {
		p.invalid("endedOn", "the first day no longer in office, %s, is not later than the first day in office, %s; a month or a year stands for its first day, so send it more precisely or correct it", end, start)
	}
}

// seats notes who else holds the office during the tenure, where that cannot be.
func (p *problems) seats(tx *store.Tx, next *model.Tenure, f tenureFields) error {
	office, err := tx.Office(next.OfficeKey)
	if err != nil {
		return err
	}
	start, end := next.Days()
	holdings, err := tx.Holdings(next.OfficeKey, start, end)
	if err != nil {
		return err
	}
	for _, other := range holdings {
		switch {
		case other.Key == next.Key:
		case other.OfficialKey == next.OfficialKey:
			p.invalid(f.about(), "%s holds %s already on some of these days; change that tenure, or send days outside it", spell(other), office.Slug)
			return nil
		case office.SingleSeat && !other.Acting && !next.Acting:
			p.add(&model.Error{
				Code:    model.ErrorCodeTenureOverlap,
				Message: fmt.Sprintf("%s has a single seat, held by %s; end that tenure where this begins, or send `acting: true` if one stands in for the other", office.Slug, spell(other)),
			}, f.about())
			return nil
		}
	}
	return nil
}

// about is the field that an overlap is shown at: the first of those that were
// sent.
func (f tenureFields) about() string {
	switch {
	case f.office.set:
		return "office"
	case f.startedOn.set:
		return "startedOn"
	case f.endedOn.set:
		return "endedOn"
	case f.acting.set:
		return "acting"
	}
	return "official"
}

func overlap(a, b *model.Tenure) bool {
	aStart, aEnd := a.Days()
	bStart, bEnd := b.Days()
	return aStart < bEnd && bStart < aEnd
}

// spell says who held an office, and when: "fuad-masum (2014-07-24 until 2018-10-02)".
func spell(h *store.Holding) string {
	from, until := "unknown", "now"
	if h.StartedOn != nil {
		from = string(*h.StartedOn)
	}
	if h.EndedOn != nil {
		until = string(*h.EndedOn)
	}
	return fmt.Sprintf("%s (%s until %s)", h.OfficialSlug, from, until)
}
