package store

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

func offices() noun[model.Office] {
	return noun[model.Office]{
		node:   model.NodeOffice,
		table:  "offices",
		always: []string{"country_id"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "kind": "kind", "title": "titles",
			"localizedTitle": "titles", "titles": "titles", "singleSeat": "single_seat",
			"version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		key:    func(o *model.Office) int64 { return o.Key },
		slots:  func(o *model.Office) *model.Slots { return &o.Slots },
		relate: relateOffices,
	}
}

func relateOffices(r *reading, nodes []*model.Office, relation *model.Relation) error {
	switch relation.Field {
	case "country":
		return toOne(r, offices(), nodes, func(o *model.Office) *int64 { return o.CountryKey }, countries(), relation)
	case "holder":
		return holders(r, nodes, relation)
	case "tenures":
		return tenuresOf(r, offices(), nodes, relation, "n.office_id")
	}
	return fmt.Errorf("offices have no relation %s", relation.Field)
}

// holders loads who held each office on a day: of several, one not acting
// before an acting one, then the latest begun.
func holders(r *reading, nodes []*model.Office, relation *model.Relation) error {
	var held []*model.Tenure
	err := r.scan(&held, join(" ",
		sql("SELECT "+tenures().selects(&model.Plan{})+" FROM tenures n WHERE"),
		both(r.amongKeys("n.office_id", keysOf(offices(), nodes)), covers("n", r.day(relation))),
		sql("ORDER BY n.office_id, n.acting, n.start_day DESC, n.id")))
	if err != nil {
		return err
	}
	holder := make(map[int64]int64, len(nodes))
	var keys []int64
	for _, tenure := range held {
		if _, known := holder[tenure.OfficeKey]; !known {
			holder[tenure.OfficeKey] = tenure.OfficialKey
			keys = append(keys, tenure.OfficialKey)
		}
	}
	people, err := byKeys(r, officials(), distinct(keys), relation.Plan)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, people[holder[node.Key]])
	}
	return nil
}

// Office answers one office by one of its keys, NOT_FOUND when there is none.
func (s *Store) Office(ctx context.Context, view View, by model.OfficeBy, plan *model.Plan) (*model.Office, error) {
	return single(ctx, s, view, offices(), plan, func(*reading) (clause, error) {
		return keyed(model.NodeOffice, by.ID, "slug", by.Slug, "external_id", by.ExternalID)
	})
}

// Offices answers a page of offices, by title.
func (s *Store) Offices(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.OfficeConnection, error) {
	one, err := namedPage(ctx, s, view, offices(), q, plan, func(r *reading, _ string) (clause, kind) {
		return r.nameTerm(model.NodeOffice), sortKeys
	})
	return &model.OfficeConnection{Connection: one}, err
}
