package store

import (
	"context"
	"reflect"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

func officialNoun() *noun[model.Official] {
	return &noun[model.Official]{
		node:   model.NodeOfficial,
		table:  "officials",
		key:    func(o *model.Official) int64 { return o.Key },
		slots:  func(o *model.Official) *model.Slots { return &o.Slots },
		asNode: func(o *model.Official) model.Node { return o },
		always: []string{"country_id"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "wikidataId": "wikidata_id", "name": "names", "localizedName": "names",
			"names": "names", "aliases": "aliases",
			"description": "descriptions", "version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		relations: map[string]loader[model.Official]{
			"country":  countryOfOfficials,
			"office":   principalOffices,
			"tenures":  tenuresOf[model.Official]("n.official_id"),
			"articles": articlesOfNodes[model.Official](byOfficial()),
		},
		filter: filterBy((*filters).official),
		sorts: map[string]sortTerm{
			string(model.OfficialOrderFieldCreatedAt): {"n.created_at", numbers},
			string(model.OfficialOrderFieldUpdatedAt): {"n.updated_at", numbers},
		},
		names: &namesOf{"names", "aliases", 1, linking.Official},
		kept:  true,
	}
}

func countryOfOfficials(r *reading, nodes []*model.Official, relation *model.Relation) error {
	return toOne[model.Country](r, nodes, func(o *model.Official) *int64 { return o.CountryKey }, relation)
}

// principalOffices loads the office that each official held on a day.
func principalOffices(r *reading, nodes []*model.Official, relation *model.Relation) error {
	if r.dated {
		return rememberedOffices(r, nodes, relation)
	}
	held, err := tenuresByPrincipal(r, nounOf[model.Official](r.nouns).keysOf(nodes), covers("n", r.day(relation)), &model.Plan{})
	if err != nil {
		return err
	}
	for official, list := range held {
		held[official] = list[:1]
	}
	in, err := officesOfTenures(r, held, relation)
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

// rememberedOffices is principalOffices by the tenures in memory.
func rememberedOffices(r *reading, nodes []*model.Official, relation *model.Relation) error {
	held, err := r.holdings(distinct(nounOf[model.Official](r.nouns).keysOf(nodes)))
	if err != nil {
		return err
	}
	day := r.day(relation)
	officeOf := func(o *model.Official) *int64 {
		for i := range held[o.Key] {
			if one := &held[o.Key][i]; one.StartDay <= day && day < one.EndDay {
				return &one.OfficeID
			}
		}
		return nil
	}
	return toOne[model.Office](r, nodes, officeOf, relation)
}

// Official returns one official by one of its keys; NOT_FOUND if there is none.
func (s *Store) Official(ctx context.Context, view View, by model.OfficialBy, plan *model.Plan) (*model.Official, error) {
	return single[model.Official](ctx, s, view, plan, func(*reading) (sql.Clause, error) {
		return keyed(model.NodeOfficial, by.ID, uniqueKey{"slug", by.Slug}, uniqueKey{"external_id", by.ExternalID}, uniqueKey{"wikidata_id", by.WikidataID})
	})
}

// Officials returns a page of officials.
func (s *Store) Officials(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.OfficialConnection, error) {
	page, err := namedPage[model.Official](ctx, s, view, q, plan)
	return &model.OfficialConnection{Connection: page}, err
}

func (fs *filters) official(a string, f *model.OfficialFilter) sql.Clause {
	if f == nil {
		return sql.Always()
	}
	c := fs.id(a+".id", model.NodeOfficial, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.key(a+".wikidata_id", f.WikidataID)...)
	c = append(c, fs.name(a, model.NodeOfficial, f.Name)...)
	if f.Country != nil {
		c = append(c, refers(fs, a+".country_id", "countries", f.Country, fs.country))
	}
	if f.Office != nil || f.InOfficeOn != nil {
		c = append(c, fs.inOffice(a, f.Office, f.InOfficeOn))
	}
	return logic(c, a, operators[model.OfficialFilter]{f.And, f.Or, f.Not}, fs.official)
}

// inOffice holds where one tenure of the official fits both the office and the day.
func (fs *filters) inOffice(a string, office *model.OfficeFilter, on *model.Date) sql.Clause {
	t := fs.alias()
	c := []sql.Clause{sql.Text(t + ".official_id = " + a + ".id")}
	if on != nil {
		c = append(c, covers(t, *on))
	}
	if office != nil {
		c = append(c, refers(fs, t+".office_id", "offices", office, fs.office))
	}
	return fs.exists("tenures "+t, c...)
}

// Official returns an official to be changed; NOT_FOUND if there is none.
func (tx *Tx) Official(key int64) (*model.Official, error) {
	return rowByKey[model.Official](tx, model.NodeOfficial, key)
}

// InsertOfficial writes a new official and sets its key, version and times.
func (tx *Tx) InsertOfficial(o *model.Official) error {
	o.Version = 1
	tx.created(&o.CreatedAt, &o.UpdatedAt)
	if err := tx.on.Insert(o); err != nil {
		return fail(err, model.NodeOfficial, "create")
	}
	if err := tx.writeNames(o.ID(), o.LocalNames, o.OtherNames); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, subjectOf(o.ID(), o.Slug, o.LocalNames), o.Version)
}

// UpdateOfficial writes an official and sets its new version and time. before is the
// official as it was read; CONFLICT if it has changed since.
func (tx *Tx) UpdateOfficial(before, o *model.Official) error {
	o.Version, o.UpdatedAt = before.Version+1, tx.updated()
	if err := tx.overwrite(o.ID(), before.Version, o); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.Named, o.Named) {
		if err := tx.writeNames(o.ID(), o.LocalNames, o.OtherNames); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, subjectOf(o.ID(), o.Slug, o.LocalNames), o.Version)
}

// DeleteOfficial deletes an official that nothing uses; see OfficialUsers.
func (tx *Tx) DeleteOfficial(o *model.Official) error {
	return tx.remove(subjectOf(o.ID(), o.Slug, o.LocalNames), o.Version)
}

// OfficialUsers returns the articles tagged with an official, and their tenures,
// known by the slug of the office.
func (tx *Tx) OfficialUsers(key int64) ([]Users, error) {
	articles, err := tx.users(model.NodeArticle, "article.slug", usersOf(byOfficial()), key)
	if err != nil {
		return nil, err
	}
	tenures, err := tx.users(model.NodeTenure, "office.slug", "FROM tenures tenure JOIN offices office ON office.id = tenure.office_id WHERE tenure.official_id = ?", key)
	return []Users{articles, tenures}, err
}

// Officials reads the officials with the slots "country" and "tenures", by slug. A
// tenure has the slot "office".
func (x *Snapshot) Officials(each func([]*model.Official) error) error {
	w := walk[model.Official]{
		plan: want("slug", "externalId", "wikidataId", "names", "aliases", "description", "createdAt", "updatedAt"), rows: snapshotRows,
		order: "n.slug", after: func(o *model.Official) sql.Clause { return sql.Text("n.slug > ?", o.Slug) },
	}
	relate(w.plan, "country", "code")
	relate(relate(w.plan, "tenures", "acting", "sourceUrl", "createdAt", "updatedAt"), "office", "slug", "externalId")
	return w.read(x, sql.Always(), each)
}
