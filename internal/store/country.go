package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

func countries() noun[model.Country] {
	return noun[model.Country]{
		node:  model.NodeCountry,
		table: "countries",
		columns: map[string]string{
			"code": "code", "alpha3": "alpha3", "numeric": "numeric", "flag": "flag", "name": "names", "localizedName": "names",
			"names": "names", "aliases": "aliases",
			"region": "region_names", "version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		key:    func(c *model.Country) int64 { return c.Key },
		slots:  func(c *model.Country) *model.Slots { return &c.Slots },
		relate: relateCountries,
	}
}

func relateCountries(r *reading, nodes []*model.Country, relation *model.Relation) error {
	switch relation.Field {
	case "offices":
		return toMany(r, countries(), nodes, offices(), relation, "offices n", "n.country_id", always(), r.nameTerm(model.NodeOffice))
	case "officials":
		return officialsOfCountries(r, nodes, relation)
	case "articles":
		return relateArticlePages(r, countries(), nodes, relation, byCountry())
	}
	return fmt.Errorf("countries have no relation %s", relation.Field)
}

// officialsOfCountries loads a page of the officials of each country: those who
// held an office of it on a day, or all.
func officialsOfCountries(r *reading, nodes []*model.Country, relation *model.Relation) error {
	held := "SELECT t.official_id FROM offices o JOIN tenures t ON t.office_id = o.id WHERE o.country_id = p.value"
	where := sql("(n.country_id = p.value OR n.id IN (" + held + "))")
	if on := relation.Args.On; on != nil {
		where = join(" AND ", sql(held), covers("t", *on)).in("n.id IN (", ")")
	}
	o, err := orderOf(model.NodeOfficial, nil, model.Order{Field: string(model.OfficialOrderFieldName)},
		func(string) (clause, kind) { return r.nameTerm(model.NodeOfficial), sortKeys })
	if err != nil {
		return err
	}
	o.name = r.nameOrder(o.name)
	l := list{from: sql("officials n"), where: where, order: o, outer: o}
	pages, err := page(r, officials(), l, keysOf(countries(), nodes), relation.Args.Page(), planOf(relation.Plan))
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, &model.OfficialConnection{Connection: *pages[node.Key]})
	}
	return nil
}

// Country answers one country by one of its keys, NOT_FOUND when there is none.
func (s *Store) Country(ctx context.Context, view View, by model.CountryBy, plan *model.Plan) (*model.Country, error) {
	return single(ctx, s, view, countries(), plan, func(*reading) (clause, error) {
		if by.Code == nil {
			return keyed(model.NodeCountry, by.ID)
		}
		code := strings.ToUpper(*by.Code)
		return sql("(n.code = ? OR n.alpha3 = ?)", code, code), nil
	})
}

// Countries answers a page of countries.
func (s *Store) Countries(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.CountryConnection, error) {
	one, err := namedPage(ctx, s, view, countries(), q, plan, func(r *reading, field string) (clause, kind) {
		if model.CountryOrderField(field) == model.CountryOrderFieldCode {
			return sql("n.code"), letters
		}
		return r.nameTerm(model.NodeCountry), sortKeys
	})
	return &model.CountryConnection{Connection: one}, err
}
