package store

import (
	"context"
	"reflect"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

func countryNoun() *noun[model.Country] {
	return &noun[model.Country]{
		node:   model.NodeCountry,
		table:  "countries",
		key:    func(c *model.Country) int64 { return c.Key },
		slots:  func(c *model.Country) *model.Slots { return &c.Slots },
		asNode: func(c *model.Country) model.Node { return c },
		columns: map[string]string{
			"code": "code", "alpha3": "alpha3", "numeric": "numeric", "flag": "flag", "name": "names", "localizedName": "names",
			"names": "names", "aliases": "aliases",
			"region": "region_names", "version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		relations: map[string]loader[model.Country]{
			"offices":   officesOfCountries,
			"officials": officialsOfCountries,
			"articles":  articlesOfNodes[model.Country](byCountry()),
		},
		filter: filterBy((*filters).country),
		sorts:  map[string]sortTerm{string(model.CountryOrderFieldCode): {"n.code", letters}},
		names:  &namesOf{"names", "aliases", 2, linking.Country},
		kept:   true,
	}
}

func officesOfCountries(r *reading, nodes []*model.Country, relation *model.Relation) error {
	return toMany[model.Office](r, nodes, children{from: "offices n", owner: "n.country_id", order: r.nameTerm(model.NodeOffice)}, relation)
}

// officialsOfCountries loads a page of the officials of each country: those who held
// an office of it on a day, or all.
func officialsOfCountries(r *reading, nodes []*model.Country, relation *model.Relation) error {
	held := "SELECT tenure.official_id FROM offices office JOIN tenures tenure ON tenure.office_id = office.id WHERE office.country_id = p.value"
	where := sql.Text("(n.country_id = p.value OR n.id IN (" + held + "))")
	if on := relation.Args.On; on != nil {
		where = sql.Join(" AND ", sql.Text(held), covers("tenure", *on)).Wrap("n.id IN (", ")")
	}
	o, err := orderOf(model.NodeOfficial, nil, model.Order{Field: string(model.OfficialOrderFieldName)},
		func(string) (sql.Clause, valueKind) { return r.nameTerm(model.NodeOfficial), sortKeys })
	if err != nil {
		return err
	}
	o = r.byName(o)
	request, err := newRequest(relation.Args.Page(), relation.Plan)
	if err != nil {
		return err
	}
	l := list{from: sql.Text("officials n"), where: where, order: o, outer: o}
	pages, err := connections[model.Official](r, inOnePart(l), nounOf[model.Country](r.nouns).keysOf(nodes), request)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, &model.OfficialConnection{Connection: *pages[node.Key]})
	}
	return nil
}

// Country returns one country by one of its keys; NOT_FOUND if there is none.
func (s *Store) Country(ctx context.Context, view View, by model.CountryBy, plan *model.Plan) (*model.Country, error) {
	return single[model.Country](ctx, s, view, plan, func(*reading) (sql.Clause, error) {
		if by.Code == nil {
			return keyed(model.NodeCountry, by.ID)
		}
		code := strings.ToUpper(*by.Code)
		return sql.Text("(n.code = ? OR n.alpha3 = ?)", code, code), nil
	})
}

// Countries returns a page of countries.
func (s *Store) Countries(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.CountryConnection, error) {
	page, err := namedPage[model.Country](ctx, s, view, q, plan)
	return &model.CountryConnection{Connection: page}, err
}

func (fs *filters) country(a string, f *model.CountryFilter) sql.Clause {
	if f == nil {
		return sql.Always()
	}
	c := fs.id(a+".id", model.NodeCountry, f.ID)
	c = append(c, fs.key(a+".code", f.Code)...)
	c = append(c, fs.name(a, model.NodeCountry, f.Name)...)
	return logic(c, a, operators[model.CountryFilter]{f.And, f.Or, f.Not}, fs.country)
}

// Country returns a country to be changed; NOT_FOUND if there is none.
func (tx *Tx) Country(key int64) (*model.Country, error) {
	return rowByKey[model.Country](tx, model.NodeCountry, key)
}

// InsertCountry writes a new country and sets its key, version and times.
func (tx *Tx) InsertCountry(c *model.Country) error {
	c.Version = 1
	tx.created(&c.CreatedAt, &c.UpdatedAt)
	if err := tx.on.Insert(c); err != nil {
		return fail(err, model.NodeCountry, "create")
	}
	if err := tx.writeNames(c.ID(), c.LocalNames, c.OtherNames); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, subjectOf(c.ID(), c.Code, c.LocalNames), c.Version)
}

// LoadCountry writes a country from a list: a new one, or the names and aliases of one
// that nobody but loader has ever written.
func (tx *Tx) LoadCountry(c *model.Country, loader string) error {
	var key int64
	if err := tx.on.Scan(&key, sql.Text("SELECT id FROM countries WHERE code = ?", c.Code)); err != nil {
		return fail(err, model.NodeCountry, "look up")
	}
	if key == 0 {
		return tx.InsertCountry(c)
	}
	var edited bool
	err := tx.on.Scan(&edited, sql.Text("SELECT EXISTS (SELECT 1 FROM changes WHERE node_type = ? AND node_id = ? AND actor <> ?)", model.NodeCountry, key, loader))
	if err != nil || edited {
		return fail(err, model.NodeCountry, "look up who changed")
	}
	before, err := tx.Country(key)
	if err != nil || reflect.DeepEqual(before.Named, c.Named) {
		return err
	}
	after := *before
	after.Named = c.Named
	return tx.UpdateCountry(before, &after)
}

// UpdateCountry writes a country and sets its new version and time. before is the
// country as it was read; CONFLICT if it has changed since.
func (tx *Tx) UpdateCountry(before, c *model.Country) error {
	c.Version, c.UpdatedAt = before.Version+1, tx.updated()
	if err := tx.overwrite(c.ID(), before.Version, c); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.Named, c.Named) {
		if err := tx.writeNames(c.ID(), c.LocalNames, c.OtherNames); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, subjectOf(c.ID(), c.Code, c.LocalNames), c.Version)
}

// Countries reads the countries, by code.
func (x *Snapshot) Countries(each func([]*model.Country) error) error {
	w := walk[model.Country]{
		plan: want("code", "names", "aliases", "version", "createdAt", "updatedAt"), rows: snapshotRows,
		order: "n.code", after: func(c *model.Country) sql.Clause { return sql.Text("n.code > ?", c.Code) },
	}
	return w.read(x, sql.Always(), each)
}
