package content

import (
	"context"
	"reflect"
	"regexp"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// OfficialFields are the fields of an official that can be set.
type OfficialFields struct {
	NamedFields
	WikidataID Optional[string]
	Country    Optional[model.ID]
}

func (s *Service) officials() noun[model.Official, OfficialFields] {
	return noun[model.Official, OfficialFields]{
		node: model.NodeOfficial, read: (*store.Tx).Official, version: func(o *model.Official) int { return o.Version },
		put: s.rules.PutOfficial, users: (*store.Tx).OfficialUsers, remove: (*store.Tx).DeleteOfficial,
	}
}

// CreateOfficial writes a new official.
func (s *Service) CreateOfficial(ctx context.Context, in model.CreateOfficialInput) (*model.Official, error) {
	return s.officials().create(ctx, s, fieldsFrom[OfficialFields](in))
}

// UpdateOfficial changes an official, if anything changes. A nil expectedVersion
// overwrites whatever is stored.
func (s *Service) UpdateOfficial(ctx context.Context, id model.ID, in model.UpdateOfficialInput, expectedVersion *int) (*model.Official, error) {
	return s.officials().update(ctx, s, target{id, expectedVersion}, fieldsFrom[OfficialFields](in))
}

// DeleteOfficial deletes an official; IN_USE while articles or tenures refer to
// them.
func (s *Service) DeleteOfficial(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.officials().delete(ctx, s, target{id, expectedVersion})
}

// officialInput is an input of upsertOfficials.
type officialInput struct {
	OfficialFields
	// Country is the country by its code or id.
	Country         Optional[model.CountryBy]
	ExpectedVersion Optional[int]
}

// UpsertOfficials creates or updates officials in one transaction.
func (s *Service) UpsertOfficials(ctx context.Context, inputs []*model.UpsertOfficialInput, how Bulk) (*Upserted[model.Official], error) {
	n := s.officials()
	return upsert(ctx, s, upserter[officialInput, model.Official]{
		action: auth.EditReference, nouns: n.nouns(), keys: officialKeys,
		put: func(b *batch, in officialInput) (written[model.Official], error) {
			current, err := Find(b.tx, in.identity(), nil, b.tx.Official, func(o *model.Official) *string { return o.ExternalID })
			if err != nil {
				return written[model.Official]{}, err
			}
			return upsertRow(b, n, current, in.OfficialFields, in.ExpectedVersion)
		},
	}, inputs, how)
}

func (in officialInput) named(n *naming) officialInput {
	in.OfficialFields.Country, in.Times = namedOne(n, model.NodeCountry, in.Country, "country"), in.Known()
	return in
}

func (in officialInput) identity() Identity { return in.Identity(model.NodeOfficial) }
func (in officialInput) dated() bool        { return in.given() }

func (in officialInput) otherKeys() []store.NaturalKey {
	return keysOf(model.NodeOfficial, "", valueBy{store.ByWikidataID, in.WikidataID.Pointer()})
}

// officialKeys returns the keys of an official.
func officialKeys(o *model.Official) (slug string, keys []store.NaturalKey) {
	return o.Slug, keysOf(model.NodeOfficial, "", valueBy{store.BySlug, &o.Slug}, valueBy{store.ByExternalID, o.ExternalID}, valueBy{store.ByWikidataID, o.WikidataID})
}

// PutOfficial sets fields of an official; of a new one if current is nil.
func (r Rules) PutOfficial(tx *store.Tx, current *model.Official, given OfficialFields) (Outcome, *model.Official, error) {
	next := &model.Official{}
	if current != nil {
		*next = *current
	}
	c := check{tx: tx}
	next.LocalNames = c.names("names", given.Names, next.LocalNames)
	next.OtherNames = c.aliases(given.Aliases, next.OtherNames)
	next.Descriptions = c.descriptions(given.Descriptions, next.Descriptions)
	if err := c.officialKeys(next, given); err != nil {
		return Unchanged, nil, err
	}
	given.Times.set(&c, &next.CreatedAt, &next.UpdatedAt)
	if err := c.errors.OrNil(); err != nil {
		return Unchanged, nil, err
	}
	switch {
	case current == nil:
		return Created, next, given.dated(tx).InsertOfficial(next)
	case reflect.DeepEqual(current, next):
		return Unchanged, current, nil
	}
	return Updated, next, given.dated(tx).UpdateOfficial(current, next)
}

func (c *check) officialKeys(next *model.Official, given OfficialFields) (err error) {
	next.CountryKey, err = c.reference("country", model.NodeCountry, given.Country, next.CountryKey)
	if err != nil {
		return err
	}
	next.ExternalID, err = c.key(uniqueKey{"externalId", model.NodeOfficial, store.ByExternalID, next.Key}, given.ExternalID, next.ExternalID)
	if err != nil {
		return err
	}
	if id := given.WikidataID; id.HasValue() && !isWikidataID(id.Value()) {
		c.invalid("wikidataId", "%.40q is not a Wikidata item; send `Q` and digits, such as Q3052772", id.Value())
	} else if next.WikidataID, err = c.key(uniqueKey{"wikidataId", model.NodeOfficial, store.ByWikidataID, next.Key}, id, next.WikidataID); err != nil {
		return err
	}
	next.Slug, err = c.slug(slugRequest{
		node: model.NodeOfficial, key: next.Key, given: given.Slug, current: next.Slug, name: nameForSlug(given.Names, next.LocalNames),
	})
	return err
}

func isWikidataID(s string) bool {
	return regexp.MustCompile(`^Q[1-9][0-9]*$`).MatchString(s)
}

// Official returns an official by one of their keys, else NOT_FOUND.
func (s *Service) Official(ctx context.Context, by model.OfficialBy, plan *model.Plan) (*model.Official, error) {
	return lookUp(ctx, s, s.store.Official, by, plan)
}

// Officials returns a page of officials.
func (s *Service) Officials(ctx context.Context, q model.Query, plan *model.Plan) (*model.OfficialConnection, error) {
	return inView(ctx, s, s.store.Officials, q, plan)
}
