package store

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

func officials() noun[model.Official] {
	return noun[model.Official]{
		node:   model.NodeOfficial,
		table:  "officials",
		always: []string{"country_id"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "wikidataId": "wikidata_id", "name": "names", "localizedName": "names",
			"names": "names", "aliases": "aliases",
			"description": "descriptions", "version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		key:    func(o *model.Official) int64 { return o.Key },
		slots:  func(o *model.Official) *model.Slots { return &o.Slots },
		relate: relateOfficials,
	}
}

func relateOfficials(r *reading, nodes []*model.Official, relation *model.Relation) error {
	switch relation.Field {
	case "country":
		return toOne(r, officials(), nodes, func(o *model.Official) *int64 { return o.CountryKey }, countries(), relation)
	case "office":
		return principalOffices(r, nodes, relation)
	case "tenures":
		return tenuresOf(r, officials(), nodes, relation, "n.official_id")
	case "articles":
		return relateArticlePages(r, officials(), nodes, relation, byOfficial())
	}
	return fmt.Errorf("officials have no relation %s", relation.Field)
}

// principalOffices loads the office that each official held on a day.
func principalOffices(r *reading, nodes []*model.Official, relation *model.Relation) error {
	held, err := tenuresByPrincipal(r, keysOf(officials(), nodes), covers("n", r.day(relation)), &model.Plan{})
	if err != nil {
		return err
	}
	for official, list := range held {
		held[official] = list[:1]
	}
	in, err := officesOf(r, held, relation)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		var office *model.Office
		if list := held[node.Key]; len(list) > 0 {
			office = in[list[0].OfficeKey]
		}
		node.Hang(relation.Key, office)
	}
	return nil
}

// day is the day that a relation asks for.
func (r *reading) day(relation *model.Relation) model.Date {
	if relation.Args.On != nil {
		return *relation.Args.On
	}
	return r.view.Today
}

// Official answers one official by one of their keys, NOT_FOUND when there is none.
func (s *Store) Official(ctx context.Context, view View, by model.OfficialBy, plan *model.Plan) (*model.Official, error) {
	return single(ctx, s, view, officials(), plan, func(*reading) (clause, error) {
		return keyed(model.NodeOfficial, by.ID, "slug", by.Slug, "external_id", by.ExternalID, "wikidata_id", by.WikidataID)
	})
}

// Officials answers a page of officials.
func (s *Store) Officials(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.OfficialConnection, error) {
	one, err := namedPage(ctx, s, view, officials(), q, plan, func(r *reading, field string) (clause, kind) {
		switch model.OfficialOrderField(field) {
		case model.OfficialOrderFieldCreatedAt:
			return sql("n.created_at"), numbers
		case model.OfficialOrderFieldUpdatedAt:
			return sql("n.updated_at"), numbers
		}
		return r.nameTerm(model.NodeOfficial), sortKeys
	})
	return &model.OfficialConnection{Connection: one}, err
}
