package content

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// officeFields are what can be written of an office. Its names are its titles;
// it has neither aliases nor descriptions.
type officeFields struct {
	titles     optional[model.LocalizedTexts]
	slug       optional[*string]
	externalID optional[*string]
	kind       optional[*model.OfficeKind]
	country    optional[*model.ID]
	singleSeat optional[*bool]
}

// CreateOffice writes a new office.
func (s *Service) CreateOffice(ctx context.Context, in model.CreateOfficeInput) (*model.Office, error) {
	f := officeFields{
		titles: localized(some(in.Titles)), slug: opt(in.Slug), externalID: opt(in.ExternalID),
		kind: some(&in.Kind), country: opt(in.Country), singleSeat: opt(in.SingleSeat),
	}
	if null(f.singleSeat) { // as good as left out: it has a default
		f.singleSeat.set = false
	}
	return put(ctx, s, auth.EditReference, "create office", nil, func(tx *store.Tx, current *model.Office) (outcome, *model.Office, error) {
		return s.putOffice(tx, current, f)
	})
}

// UpdateOffice changes an office, if anything changes; a nil expectedVersion
// writes over whatever is there.
func (s *Service) UpdateOffice(ctx context.Context, id model.ID, in model.UpdateOfficeInput, expectedVersion *int) (*model.Office, error) {
	read := func(tx *store.Tx) (*model.Office, error) {
		return storedOffice(tx, id, expectedVersion)
	}
	return put(ctx, s, auth.EditReference, "update office", read, func(tx *store.Tx, current *model.Office) (outcome, *model.Office, error) {
		return s.putOffice(tx, current, officeFields{
			titles: localized(opt(in.Titles)), slug: opt(in.Slug), externalID: opt(in.ExternalID),
			kind: opt(in.Kind), country: opt(in.Country), singleSeat: opt(in.SingleSeat),
		})
	})
}

// DeleteOffice deletes an office; IN_USE while tenures name it.
func (s *Service) DeleteOffice(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.write(ctx, auth.EditReference, "delete office", func(tx *store.Tx) error {
		office, err := storedOffice(tx, id, expectedVersion)
		if err != nil {
			return err
		}
		users, err := tx.OfficeUsers(office.Key)
		if err := refuseInUse(model.NodeOffice, users, err); err != nil {
			return err
		}
		return tx.DeleteOffice(office)
	})
}

func storedOffice(tx *store.Tx, id model.ID, expectedVersion *int) (*model.Office, error) {
	return stored(id, model.NodeOffice, tx.Office, func(o *model.Office) int { return o.Version }, expectedVersion)
}

// putOffice writes the fields over an office, a new one when current is nil,
// and answers what came of it.
func (s *Service) putOffice(tx *store.Tx, current *model.Office, f officeFields) (outcome, *model.Office, error) {
	next := &model.Office{SingleSeat: true}
	if current != nil {
		*next = *current
	}
	var p problems
	next.LocalTitles = p.names("titles", f.titles, next.LocalTitles)
	next.Kind = p.officeKind(f.kind, next.Kind)
	notCleared(&p, f.singleSeat, "singleSeat")
	if given(f.singleSeat) {
		next.SingleSeat = *f.singleSeat.value
	}
	if err := p.officeKeys(tx, next, f); err != nil {
		return unchanged, nil, err
	}
	if current != nil && next.SingleSeat && !current.SingleSeat {
		if err := p.singleSeat(tx, next); err != nil {
			return unchanged, nil, err
		}
	}
	if err := p.found.OrNil(); err != nil {
		return unchanged, nil, err
	}
	switch {
	case current == nil:
		return created, next, tx.InsertOffice(next)
	case reflect.DeepEqual(current, next):
		return unchanged, current, nil
	}
	return updated, next, tx.UpdateOffice(current, next)
}

func (p *problems) officeKind(o optional[*model.OfficeKind], current model.OfficeKind) model.OfficeKind {
	notCleared(p, o, "kind")
	kind := current
	if given(o) {
		kind = *o.value
	}
	if !kind.IsValid() && !null(o) {
		p.invalid("kind", "%.40q is no kind of office; send one such as %s", kind, model.OfficeKindMinister)
	}
	return kind
}

func (p *problems) officeKeys(tx *store.Tx, next *model.Office, f officeFields) (err error) {
	next.CountryKey, err = p.reference(tx, "country", model.NodeCountry, f.country, next.CountryKey)
	if err != nil {
		return err
	}
	next.ExternalID, err = p.key(tx, store.NaturalKey{Node: model.NodeOffice, By: store.ByExternalID}, next.Key, "externalId", f.externalID, next.ExternalID)
	if err != nil {
		return err
	}
	next.Slug, err = p.slug(tx, address{
		node: model.NodeOffice, key: next.Key, given: f.slug, current: next.Slug, name: slugName(f.titles, next.LocalTitles),
	})
	return err
}

// singleSeat notes the first two who hold an office on the same day, neither of
// them acting.
func (p *problems) singleSeat(tx *store.Tx, office *model.Office) error {
	holdings, err := tx.Holdings(office.Key, 0, model.Ever)
	if err != nil {
		return err
	}
	var last *store.Holding // holdings come earliest first: only neighbours can be the first to overlap
	for _, h := range holdings {
		if h.Acting {
			continue
		}
		if last != nil && overlap(&last.Tenure, &h.Tenure) {
			p.add(&model.Error{
				Code:    model.ErrorCodeTenureOverlap,
				Message: spell(last) + " and " + spell(h) + " held it at once, and neither was acting; mend those tenures first",
			}, "singleSeat")
			return nil
		}
		last = h
	}
	return nil
}
