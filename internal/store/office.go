package store

import (
	"context"
	"reflect"
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/linking"
	"github.com/diwan-cms/diwan/model"
)

func officeNoun() *noun[model.Office] {
	return &noun[model.Office]{
		node:   model.NodeOffice,
		table:  "offices",
		key:    func(o *model.Office) int64 { return o.Key },
		slots:  func(o *model.Office) *model.Slots { return &o.Slots },
		asNode: func(o *model.Office) model.Node { return o },
		always: []string{"country_id"},
		columns: map[string]string{
			"slug": "slug", "externalId": "external_id", "kind": "kind", "title": "titles",
			"localizedTitle": "titles", "titles": "titles", "singleSeat": "single_seat",
			"version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		relations: map[string]loader[model.Office]{
			"country": countryOfOffices,
			"holder":  holders,
			"tenures": tenuresOf[model.Office]("n.office_id"),
		},
		filter: filterBy((*filters).office),
		names:  &namesOf{"titles", "'[]'", 4, linking.Office},
		kept:   true,
	}
}

func countryOfOffices(r *reading, nodes []*model.Office, relation *model.Relation) error {
	return toOne[model.Country](r, nodes, func(o *model.Office) *int64 { return o.CountryKey }, relation)
}

// holders loads the official who held each office on a day: of several, the one who
// certainly or probably did.
func holders(r *reading, nodes []*model.Office, relation *model.Relation) error {
	var held []*model.Tenure
	err := r.Scan(&held, sql.Join(" ",
		sql.Text("SELECT "+nounOf[model.Tenure](r.nouns).selects(&model.Plan{})+" FROM tenures n WHERE"),
		sql.All(r.among("n.office_id", nounOf[model.Office](r.nouns).keysOf(nodes)), covers("n", r.day(relation))),
		probableFirst("n", r.day(relation)).Wrap("ORDER BY n.office_id, ", ", n.start_day DESC, n.id")))
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
	people, err := byKeys[model.Official](r, selection{keys: distinct(keys)}, relation.Plan)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		node.Hang(relation.Key, people[holder[node.Key]])
	}
	return nil
}

// Office returns one office by one of its keys; NOT_FOUND if there is none.
func (s *Store) Office(ctx context.Context, view View, by model.OfficeBy, plan *model.Plan) (*model.Office, error) {
	return single[model.Office](ctx, s, view, plan, func(*reading) (sql.Clause, error) {
		return keyed(model.NodeOffice, by.ID, uniqueKey{"slug", by.Slug}, uniqueKey{"external_id", by.ExternalID})
	})
}

// Offices returns a page of offices, by title.
func (s *Store) Offices(ctx context.Context, view View, q model.Query, plan *model.Plan) (*model.OfficeConnection, error) {
	page, err := namedPage[model.Office](ctx, s, view, q, plan)
	return &model.OfficeConnection{Connection: page}, err
}

func (fs *filters) office(a string, f *model.OfficeFilter) sql.Clause {
	if f == nil {
		return sql.Always()
	}
	c := fs.id(a+".id", model.NodeOffice, f.ID)
	c = append(c, fs.key(a+".slug", f.Slug)...)
	c = append(c, fs.name(a, model.NodeOffice, f.Title)...)
	if f.Kind != nil {
		c = append(c, sql.Text(a+".kind = ?", *f.Kind))
	}
	if f.Country != nil {
		c = append(c, refers(fs, a+".country_id", "countries", f.Country, fs.country))
	}
	return logic(c, a, operators[model.OfficeFilter]{f.And, f.Or, f.Not}, fs.office)
}

// officeRow is an office with the columns that only the database needs.
type officeRow struct {
	model.Office
	// Rank is the place of the kind among all kinds, 0 the highest.
	Rank int
}

// TableName is where GORM finds it.
func (officeRow) TableName() string { return "offices" }

func rowOfOffice(o *model.Office) *officeRow {
	return &officeRow{Office: *o, Rank: slices.Index(model.AllOfficeKind, o.Kind)}
}

// Office returns an office to be changed; NOT_FOUND if there is none.
func (tx *Tx) Office(key int64) (*model.Office, error) {
	return rowByKey[model.Office](tx, model.NodeOffice, key)
}

// InsertOffice writes a new office and sets its key, version and times.
func (tx *Tx) InsertOffice(o *model.Office) error {
	o.Version = 1
	tx.created(&o.CreatedAt, &o.UpdatedAt)
	row := rowOfOffice(o)
	if err := tx.on.Insert(row); err != nil {
		return fail(err, model.NodeOffice, "create")
	}
	o.Key = row.Key
	if err := tx.writeNames(o.ID(), o.LocalTitles, nil); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, subjectOf(o.ID(), o.Slug, o.LocalTitles), o.Version)
}

// UpdateOffice writes an office and sets its new version and time. before is the office
// as it was read; CONFLICT if it has changed since.
func (tx *Tx) UpdateOffice(before, o *model.Office) error {
	o.Version, o.UpdatedAt = before.Version+1, tx.updated()
	if err := tx.overwrite(o.ID(), before.Version, rowOfOffice(o)); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.LocalTitles, o.LocalTitles) {
		if err := tx.writeNames(o.ID(), o.LocalTitles, nil); err != nil {
			return err
		}
	}
	if before.SingleSeat != o.SingleSeat {
		if err := tx.handOver(o.Key); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, subjectOf(o.ID(), o.Slug, o.LocalTitles), o.Version)
}

// DeleteOffice deletes an office that nothing uses; see OfficeUsers.
func (tx *Tx) DeleteOffice(o *model.Office) error {
	return tx.remove(subjectOf(o.ID(), o.Slug, o.LocalTitles), o.Version)
}

// OfficeUsers returns the tenures of an office, known by the slug of the official.
func (tx *Tx) OfficeUsers(key int64) ([]Users, error) {
	tenures, err := tx.users(model.NodeTenure, "official.slug", "FROM tenures tenure JOIN officials official ON official.id = tenure.official_id WHERE tenure.office_id = ?", key)
	return []Users{tenures}, err
}

// Offices reads the offices with the slot "country", by slug.
func (x *Snapshot) Offices(each func([]*model.Office) error) error {
	w := walk[model.Office]{
		plan: want("slug", "externalId", "kind", "titles", "singleSeat", "createdAt", "updatedAt"), rows: snapshotRows,
		order: "n.slug", after: func(o *model.Office) sql.Clause { return sql.Text("n.slug > ?", o.Slug) },
	}
	relate(w.plan, "country", "code")
	return w.read(x, sql.Always(), each)
}
