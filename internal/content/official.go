package content

import (
	"context"
	"reflect"
	"regexp"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// officialFields are what can be written of an official.
type officialFields struct {
	namedFields
	wikidataID optional[*string]
	country    optional[*model.ID]
}

// CreateOfficial writes a new official.
func (s *Service) CreateOfficial(ctx context.Context, in model.CreateOfficialInput) (*model.Official, error) {
	return put(ctx, s, auth.EditReference, "create official", nil, func(tx *store.Tx, current *model.Official) (outcome, *model.Official, error) {
		return s.putOfficial(tx, current, officialFields{
			namedFields: namedFields{
				names: localized(some(in.Names)), slug: opt(in.Slug), externalID: opt(in.ExternalID),
				aliases: otherNames(opt(in.Aliases)), descriptions: localized(opt(in.Descriptions)),
			},
			wikidataID: opt(in.WikidataID), country: opt(in.Country),
		})
	})
}

// UpdateOfficial changes an official, if anything changes; a nil
// expectedVersion writes over whatever is there.
func (s *Service) UpdateOfficial(ctx context.Context, id model.ID, in model.UpdateOfficialInput, expectedVersion *int) (*model.Official, error) {
	read := func(tx *store.Tx) (*model.Official, error) {
		return storedOfficial(tx, id, expectedVersion)
	}
	return put(ctx, s, auth.EditReference, "update official", read, func(tx *store.Tx, current *model.Official) (outcome, *model.Official, error) {
		return s.putOfficial(tx, current, officialFields{
			namedFields: namedFields{
				names: localized(opt(in.Names)), slug: opt(in.Slug), externalID: opt(in.ExternalID),
				aliases: otherNames(opt(in.Aliases)), descriptions: localized(opt(in.Descriptions)),
			},
			wikidataID: opt(in.WikidataID), country: opt(in.Country),
		})
	})
}

// DeleteOfficial deletes an official; IN_USE while articles or tenures name
// them.
func (s *Service) DeleteOfficial(ctx context.Context, id model.ID, expectedVersion *int) error {
	return s.write(ctx, auth.EditReference, "delete official", func(tx *store.Tx) error {
		official, err := storedOfficial(tx, id, expectedVersion)
		if err != nil {
			return err
		}
		users, err := tx.OfficialUsers(official.Key)
		if err := refuseInUse(model.NodeOfficial, users, err); err != nil {
			return err
		}
		return tx.DeleteOfficial(official)
	})
}

func storedOfficial(tx *store.Tx, id model.ID, expectedVersion *int) (*model.Official, error) {
	return stored(id, model.NodeOfficial, tx.Official, func(o *model.Official) int { return o.Version }, expectedVersion)
}

// putOfficial writes the fields over an official, a new one when current is
// nil, and answers what came of it.
func (s *Service) putOfficial(tx *store.Tx, current *model.Official, f officialFields) (outcome, *model.Official, error) {
	next := &model.Official{}
	if current != nil {
		*next = *current
	}
	var p problems
	next.LocalNames = p.names("names", f.names, next.LocalNames)
	next.OtherNames = p.aliases(f.aliases, next.OtherNames)
	next.Descriptions = p.descriptions(f.descriptions, next.Descriptions)
	if err := p.officialKeys(tx, next, f); err != nil {
		return unchanged, nil, err
	}
	if err := p.found.OrNil(); err != nil {
		return unchanged, nil, err
	}
	switch {
	case current == nil:
		return created, next, tx.InsertOfficial(next)
	case reflect.DeepEqual(current, next):
		return unchanged, current, nil
	}
	return updated, next, tx.UpdateOfficial(current, next)
}

func (p *problems) officialKeys(tx *store.Tx, next *model.Official, f officialFields) (err error) {
	next.CountryKey, err = p.reference(tx, "country", model.NodeCountry, f.country, next.CountryKey)
	if err != nil {
		return err
	}
	next.ExternalID, err = p.key(tx, store.NaturalKey{Node: model.NodeOfficial, By: store.ByExternalID}, next.Key, "externalId", f.externalID, next.ExternalID)
	if err != nil {
		return err
	}
	if given(f.wikidataID) && !isWikidataID(*f.wikidataID.value) {
		p.invalid("wikidataId", "%.40q is no Wikidata item; send `Q` and digits, such as Q3052772", *f.wikidataID.value)
		f.wikidataID.set = false
	}
	next.WikidataID, err = p.key(tx, store.NaturalKey{Node: model.NodeOfficial, By: store.ByWikidataID}, next.Key, "wikidataId", f.wikidataID, next.WikidataID)
	if err != nil {
		return err
	}
	next.Slug, err = p.slug(tx, address{
		node: model.NodeOfficial, key: next.Key, given: f.slug, current: next.Slug, name: slugName(f.names, next.LocalNames),
	})
	return err
}

func isWikidataID(s string) bool {
	return regexp.MustCompile(`^Q[1-9][0-9]*$`).MatchString(s)
}
