package content

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// OfficeFields are the fields of an office that can be set. Its names are its titles;
// it has neither aliases nor descriptions.
type OfficeFields struct {
	Titles     Optional[model.LocalizedTexts]
	Slug       Optional[string]
	ExternalID Optional[string]
	Kind       Optional[model.OfficeKind]
	Country    Optional[model.ID]
	SingleSeat Optional[bool]
	Times
}

// Identity returns the identity of an office with these fields.
func (f OfficeFields) Identity() Identity {
	return Identity{Node: model.NodeOffice, ExternalID: f.ExternalID, Slug: f.Slug, Name: NameForSlug(f.Titles.Value())}
}

func (s *Service) offices() noun[model.Office, OfficeFields] {
	return noun[model.Office, OfficeFields]{
		node: model.NodeOffice, read: (*store.Tx).Office, version: func(o *model.Office) int { return o.Version },
		put: s.rules.PutOffice, users: (*store.Tx).OfficeUsers, remove: (*store.Tx).DeleteOffice,
	}
}

// CreateOffice writes a new office.
func (s *Service) CreateOffice(ctx context.Context, in model.CreateOfficeInput) (*model.Office, error) {
	given := fieldsFrom[OfficeFields](in)
	if given.SingleSeat.IsNull() { // the same as left out: it has a default
		given.SingleSeat = Optional[bool]{}
	}
	return s.offices().create(ctx, s, given)
}

// UpdateOffice changes an office, if anything changes. A nil expectedVersion
// overwrites whatever is stored.
func (s *Service) UpdateOffice(ctx context.Context, id model.ID, in model.UpdateOfficeInput, expectedVersion *int) (*model.Office, error) {
	return s.offices().update(ctx, s, target{id, expectedVersion}, fieldsFrom[OfficeFields](in))
}

// DeleteOffice deletes an office; IN_USE while tenures refer to it.
func (s *Service) DeleteOffice(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.offices().delete(ctx, s, target{id, expectedVersion})
}

// officeInput is an input of upsertOffices.
type officeInput struct {
	OfficeFields
	// Country is the country by its code or id.
	Country         Optional[model.CountryBy]
	ExpectedVersion Optional[int]
}

// UpsertOffices creates or updates offices in one transaction.
func (s *Service) UpsertOffices(ctx context.Context, inputs []*model.UpsertOfficeInput, how Bulk) (*Upserted[model.Office], error) {
	n := s.offices()
	return upsert(ctx, s, upserter[officeInput, model.Office]{
		action: auth.EditReference, nouns: n.nouns(), keys: officeKeys,
		put: func(b *batch, in officeInput) (written[model.Office], error) {
			current, err := Find(b.tx, in.identity(), nil, b.tx.Office, func(o *model.Office) *string { return o.ExternalID })
			if err != nil {
				return written[model.Office]{}, err
			}
			return upsertRow(b, n, current, in.OfficeFields, in.ExpectedVersion)
		},
	}, inputs, how)
}

func (in officeInput) named(n *naming) officeInput {
	in.OfficeFields.Country, in.Times = namedOne(n, model.NodeCountry, in.Country, "country"), in.Known()
	return in
}

func (in officeInput) identity() Identity            { return in.Identity() }
func (in officeInput) otherKeys() []store.NaturalKey { return nil }
func (in officeInput) dated() bool                   { return in.given() }

// officeKeys returns the keys of an office.
func officeKeys(o *model.Office) (slug string, keys []store.NaturalKey) {
	return o.Slug, keysOf(model.NodeOffice, "", valueBy{store.BySlug, &o.Slug}, valueBy{store.ByExternalID, o.ExternalID})
}

// PutOffice sets fields of an office; of a new one if current is nil.
func (r Rules) PutOffice(tx *store.Tx, current *model.Office, given OfficeFields) (Outcome, *model.Office, error) {
	next := &model.Office{SingleSeat: true}
	if current != nil {
		*next = *current
	}
	c := check{tx: tx}
	next.LocalTitles = c.names("titles", given.Titles, next.LocalTitles)
	next.Kind = c.officeKind(given.Kind, next.Kind)
	notCleared(&c, given.SingleSeat, "singleSeat")
	if given.SingleSeat.HasValue() {
		next.SingleSeat = given.SingleSeat.Value()
	}
	if err := c.officeKeys(next, given); err != nil {
		return Unchanged, nil, err
	}
	if current != nil && next.SingleSeat && !current.SingleSeat {
		if err := c.singleSeat(next); err != nil {
			return Unchanged, nil, err
		}
	}
	given.Times.set(&c, &next.CreatedAt, &next.UpdatedAt)
	if err := c.errors.OrNil(); err != nil {
		return Unchanged, nil, err
	}
	switch {
	case current == nil:
		return Created, next, given.dated(tx).InsertOffice(next)
	case reflect.DeepEqual(current, next):
		return Unchanged, current, nil
	}
	return Updated, next, given.dated(tx).UpdateOffice(current, next)
}

func (c *check) officeKind(o Optional[model.OfficeKind], current model.OfficeKind) model.OfficeKind {
	notCleared(c, o, "kind")
	kind := current
	if o.HasValue() {
		kind = o.Value()
	}
	if !kind.IsValid() && !o.IsNull() {
		c.invalid("kind", "%.40q is not a kind of office; send one such as %s", kind, model.OfficeKindMinister)
	}
	return kind
}

func (c *check) officeKeys(next *model.Office, given OfficeFields) (err error) {
	next.CountryKey, err = c.reference("country", model.NodeCountry, given.Country, next.CountryKey)
	if err != nil {
		return err
	}
	next.ExternalID, err = c.key(uniqueKey{"externalId", model.NodeOffice, store.ByExternalID, next.Key}, given.ExternalID, next.ExternalID)
	if err != nil {
		return err
	}
	next.Slug, err = c.slug(slugRequest{
		node: model.NodeOffice, key: next.Key, given: given.Slug, current: next.Slug, name: nameForSlug(given.Titles, next.LocalTitles),
	})
	return err
}

// singleSeat records an error if two officials must have held the office on the same day,
// neither of them acting. It names the first two.
func (c *check) singleSeat(office *model.Office) error {
	holdings, err := c.tx.Holdings(office.Key, 0, model.Ever)
	if err != nil {
		return err
	}
	for i, later := range holdings {
		for _, h := range holdings[:i] {
			if !h.Acting && !later.Acting && h.Clashes(&later.Tenure) {
				c.add(&model.Error{
					Code:    model.ErrorCodeTenureOverlap,
					Message: describe(h) + " and " + describe(later) + " held it at once, and neither was acting; mend those tenures first",
				}, "singleSeat")
				return nil
			}
		}
	}
	return nil
}

// Office returns an office by one of its keys, else NOT_FOUND.
func (s *Service) Office(ctx context.Context, by model.OfficeBy, plan *model.Plan) (*model.Office, error) {
	return lookUp(ctx, s, s.store.Office, by, plan)
}

// Offices returns a page of offices.
func (s *Service) Offices(ctx context.Context, q model.Query, plan *model.Plan) (*model.OfficeConnection, error) {
	return inView(ctx, s, s.store.Offices, q, plan)
}
