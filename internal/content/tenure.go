package content

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// TenureFields are the fields of a tenure that can be set.
type TenureFields struct {
	Official  Optional[model.ID]
	Office    Optional[model.ID]
	StartedOn Optional[model.PartialDate]
	EndedOn   Optional[model.PartialDate]
	Acting    Optional[bool]
	SourceURL Optional[model.URL]
	Times
}

func (s *Service) tenures() noun[model.Tenure, TenureFields] {
	return noun[model.Tenure, TenureFields]{
		node: model.NodeTenure, read: (*store.Tx).Tenure, version: func(t *model.Tenure) int { return t.Version },
		put: s.rules.PutTenure, remove: (*store.Tx).DeleteTenure,
	}
}

// CreateTenure records that an official holds or held an office.
func (s *Service) CreateTenure(ctx context.Context, in model.CreateTenureInput) (*model.Tenure, error) {
	given := fieldsFrom[TenureFields](in)
	if given.Acting.IsNull() { // the same as left out: it has a default
		given.Acting = Optional[bool]{}
	}
	return s.tenures().create(ctx, s, given)
}

// UpdateTenure changes a tenure, if anything changes. A nil expectedVersion overwrites
// whatever is stored.
func (s *Service) UpdateTenure(ctx context.Context, id model.ID, in model.UpdateTenureInput, expectedVersion *int) (*model.Tenure, error) {
	return s.tenures().update(ctx, s, target{id, expectedVersion}, fieldsFrom[TenureFields](in))
}

// DeleteTenure deletes a tenure.
func (s *Service) DeleteTenure(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.tenures().delete(ctx, s, target{id, expectedVersion})
}

// tenureInput is an input of upsertTenures.
type tenureInput struct {
	TenureFields
	// Official and Office are those by one of their keys.
	Official        Optional[model.OfficialBy]
	Office          Optional[model.OfficeBy]
	ExpectedVersion Optional[int]
}

// UpsertTenures creates or updates tenures in one transaction.
func (s *Service) UpsertTenures(ctx context.Context, inputs []*model.UpsertTenureInput, how Bulk) (*Upserted[model.Tenure], error) {
	n := s.tenures()
	return upsert(ctx, s, upserter[tenureInput, model.Tenure]{
		action: auth.EditReference, nouns: n.nouns(),
		keys: func(*model.Tenure) (string, []store.NaturalKey) { return "", nil },
		put: func(b *batch, in tenureInput) (written[model.Tenure], error) {
			current, err := in.find(b)
			if err != nil {
				return written[model.Tenure]{}, err
			}
			return upsertRow(b, n, current, in.TenureFields, in.ExpectedVersion)
		},
	}, inputs, how)
}

func (in tenureInput) named(n *naming) tenureInput {
	in.TenureFields.Official = namedOne(n, model.NodeOfficial, in.Official, "official")
	in.TenureFields.Office = namedOne(n, model.NodeOffice, in.Office, "office")
	in.Times = in.Known()
	return in
}

func (in tenureInput) identity() Identity            { return Identity{Node: model.NodeTenure} }
func (in tenureInput) otherKeys() []store.NaturalKey { return nil }
func (in tenureInput) dated() bool                   { return in.given() }

// find returns the tenure that the input is about, nil for a new one: of those with the same
// office and start the one with the same end, else the first that no other input is about.
func (in tenureInput) find(b *batch) (*model.Tenure, error) {
	stored, err := b.tx.TenuresOf(in.TenureFields.Official.Value().Key)
	if err != nil {
		return nil, err
	}
	same := slices.DeleteFunc(stored, func(t *model.Tenure) bool { return !in.beginsAs(t) })
	for _, t := range same {
		if in.EndedOn.IsSet() && reflect.DeepEqual(t.EndedOn, in.EndedOn.Pointer()) {
			return t, nil
		}
	}
	for _, t := range same {
		if _, another := b.writtenBy[t.ID()]; !another || !in.EndedOn.IsSet() {
			return t, nil
		}
	}
	return nil, nil // a new one, which is no error
}

// beginsAs reports whether a tenure has the office and the start of the fields.
func (f TenureFields) beginsAs(t *model.Tenure) bool {
	return t.OfficeKey == f.Office.Value().Key && reflect.DeepEqual(t.StartedOn, f.StartedOn.Pointer())
}

// PutTenure sets fields of a tenure; of a new one if current is nil.
func (r Rules) PutTenure(tx *store.Tx, current *model.Tenure, given TenureFields) (Outcome, *model.Tenure, error) {
	next := &model.Tenure{}
	if current != nil {
		*next = *current
	}
	c := check{tx: tx}
	if err := c.tenureEnds(next, given); err != nil {
		return Unchanged, nil, err
	}
	c.interval(next, given)
	given.Times.set(&c, &next.CreatedAt, &next.UpdatedAt)
	if len(c.errors) == 0 {
		if err := c.seatFree(next, given); err != nil {
			return Unchanged, nil, err
		}
	}
	if err := c.errors.OrNil(); err != nil {
		return Unchanged, nil, err
	}
	switch {
	case current == nil:
		return Created, next, given.dated(tx).InsertTenure(next)
	case reflect.DeepEqual(current, next):
		return Unchanged, current, nil
	}
	return Updated, next, given.dated(tx).UpdateTenure(current, next)
}

// ReplaceTenures gives an official these tenures and no others, and reports whether
// anything changed. A stored tenure with the same office and start keeps its id.
// Deletions and changes come before new tenures, so that one tenure can take the place
// of another. Paths of errors begin with "tenures".
func (r Rules) ReplaceTenures(tx *store.Tx, official *model.Official, given []TenureFields) (changed bool, err error) {
	stored, err := tx.TenuresOf(official.Key)
	if err != nil {
		return false, err
	}
	current := make([]*model.Tenure, len(given))
	for i, f := range given {
		at := slices.IndexFunc(stored, f.beginsAs)
		if at >= 0 {
			current[i] = stored[at]
			stored = slices.Delete(stored, at, at+1)
		}
	}
	for _, gone := range stored {
		if err := tx.DeleteTenure(gone); err != nil {
			return false, err
		}
		changed = true
	}
	for _, isNew := range []bool{false, true} {
		for i, f := range given {
			if (current[i] == nil) != isNew {
				continue
			}
			f.Official = Some(official.ID())
			outcome, _, err := r.PutTenure(tx, current[i], f)
			if err != nil {
				return false, under(err, "tenures", strconv.Itoa(i))
			}
			changed = changed || outcome != Unchanged
		}
	}
	return changed, nil
}

// tenureEnds sets the official and the office of a tenure.
func (c *check) tenureEnds(next *model.Tenure, given TenureFields) error {
	for _, end := range []struct {
		field string
		node  model.NodeType
		id    Optional[model.ID]
		key   *int64
	}{
		{"official", model.NodeOfficial, given.Official, &next.OfficialKey},
		{"office", model.NodeOffice, given.Office, &next.OfficeKey},
	} {
		notCleared(c, end.id, end.field)
		if !end.id.HasValue() {
			if *end.key == 0 && !end.id.IsNull() {
				c.invalid(end.field, "a tenure needs this; send its id")
			}
			continue
		}
		key, err := c.reference(end.field, end.node, end.id, nil)
		if err != nil {
			return err
		}
		if key != nil {
			*end.key = *key
		}
	}
	return nil
}

// interval sets the dates of a tenure, its source, and whether it is acting.
func (c *check) interval(next *model.Tenure, given TenureFields) {
	notCleared(c, given.Acting, "acting")
	if given.Acting.HasValue() {
		next.Acting = given.Acting.Value()
	}
	if given.StartedOn.IsSet() {
		next.StartedOn = given.StartedOn.Pointer()
	}
	if given.EndedOn.IsSet() {
		next.EndedOn = given.EndedOn.Pointer()
	}
	if given.SourceURL.IsSet() {
		next.SourceURL = given.SourceURL.Pointer()
	}
	if start, _ := next.Days(); start >= next.LatestEnd() {
		end := next.LatestEnd()
		c.invalid("endedOn", "the first day no longer in office, %s at the latest, is not later than the first day in office, %s at the earliest; correct one of them", end, start)
	}
}

// seatFree records an error if somebody else must have held the office during the tenure,
// whatever the unknown days are, and it has a single seat, or if the official held it
// already.
func (c *check) seatFree(next *model.Tenure, given TenureFields) error {
	office, err := c.tx.Office(next.OfficeKey)
	if err != nil {
		return err
	}
	from, until := next.Certain()
	holdings, err := c.tx.Holdings(next.OfficeKey, from, until)
	if err != nil {
		return err
	}
	own, err := c.tx.TenuresOf(next.OfficialKey)
	if err != nil {
		return err
	}
	for _, other := range own {
		if other.Key != next.Key && other.OfficeKey == next.OfficeKey && reflect.DeepEqual(other.StartedOn, next.StartedOn) && reflect.DeepEqual(other.EndedOn, next.EndedOn) {
			c.invalid(given.overlapField(), "this tenure is stored already; change that one, or send other days")
			return nil
		}
	}
	for _, other := range holdings {
		switch {
		case other.Key == next.Key:
		case other.OfficialKey == next.OfficialKey:
			c.invalid(given.overlapField(), "%s holds %s already on some of these days; change that tenure, or send days outside it", describe(other), office.Slug)
			return nil
		case office.SingleSeat && !other.Acting && !next.Acting:
			c.add(&model.Error{
				Code:    model.ErrorCodeTenureOverlap,
				Message: fmt.Sprintf("%s has a single seat, held by %s; end that tenure where this begins, or send `acting: true` if one stands in for the other", office.Slug, describe(other)),
			}, given.overlapField())
			return nil
		}
	}
	return nil
}

// overlapField returns the field at which an overlap is reported: the first that was
// sent of those that can cause one.
func (f TenureFields) overlapField() string {
	switch {
	case f.Office.IsSet():
		return "office"
	case f.StartedOn.IsSet():
		return "startedOn"
	case f.EndedOn.IsSet():
		return "endedOn"
	case f.Acting.IsSet():
		return "acting"
	}
	return "official"
}

// describe says who held an office, and when: "fuad-masum (2014-07-24 until
// 2018-10-02)".
func describe(h *store.Holding) string {
	from, until := "unknown", "now"
	if h.StartedOn != nil {
		from = string(*h.StartedOn)
	}
	if h.EndedOn != nil {
		until = string(*h.EndedOn)
	}
	return fmt.Sprintf("%s (%s until %s)", h.OfficialSlug, from, until)
}
