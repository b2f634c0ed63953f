package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

func tenureNoun() *noun[model.Tenure] {
	return &noun[model.Tenure]{
		node:   model.NodeTenure,
		table:  "tenures",
		key:    func(t *model.Tenure) int64 { return t.Key },
		slots:  func(t *model.Tenure) *model.Slots { return &t.Slots },
		asNode: func(t *model.Tenure) model.Node { return t },
		always: []string{"official_id", "office_id", "started_on", "ended_on"},
		columns: map[string]string{
			"acting": "acting", "sourceUrl": "source_url", "startedOn": "started_on", "endedOn": "ended_on",
			"version": "version", "createdAt": "created_at", "updatedAt": "updated_at",
		},
		relations: map[string]loader[model.Tenure]{
			"official": func(r *reading, nodes []*model.Tenure, relation *model.Relation) error {
				return toOne[model.Official](r, nodes, func(t *model.Tenure) *int64 { return &t.OfficialKey }, relation)
			},
			"office": func(r *reading, nodes []*model.Tenure, relation *model.Relation) error {
				return toOne[model.Office](r, nodes, func(t *model.Tenure) *int64 { return &t.OfficeKey }, relation)
			},
		},
	}
}

// covers holds for the tenures of an alias that cover the day.
func covers(alias string, on model.Date) sql.Clause {
	return sql.Text(alias+".start_day <= ? AND "+alias+".end_day > ?", on, on)
}

// tenuresOf loads the tenures of officials or offices, earliest first; with a day, only
// those that cover it. owner is the column that holds the parent's key.
func tenuresOf[P any](owner string) loader[P] {
	return func(r *reading, nodes []*P, relation *model.Relation) error {
		of := children{from: "tenures n", owner: owner, order: sql.Text("n.start_day")}
		if on := relation.Args.On; on != nil {
			of.where = covers("n", *on)
		}
		return toMany[model.Tenure](r, nodes, of, relation)
	}
}

// principalFirst is the order of the tenures n of each official.
const principalFirst = "ORDER BY n.official_id, n.acting, office.rank, n.start_day DESC, n.id"

// tenuresByPrincipal returns the tenures of officials, the principal one first: regular
// tenures before acting ones, then by rank of the office, then the latest.
func tenuresByPrincipal(r *reading, officials []int64, where sql.Clause, plan *model.Plan) (map[int64][]*model.Tenure, error) {
	if len(officials) == 0 {
		return nil, nil
	}
	n := nounOf[model.Tenure](r.nouns)
	var rows []row[model.Tenure]
	err := r.Scan(&rows, sql.Join(" ",
		sql.Text("SELECT n.official_id AS parent, "+n.selects(plan)+" FROM tenures n JOIN offices office ON office.id = n.office_id WHERE"),
		sql.All(r.among("n.official_id", officials), where),
		sql.Text(principalFirst)))
	if err != nil {
		return nil, err
	}
	nodes, of := families(n, rows)
	return of, loadBelow(r, nodes, plan)
}

// holdings are the tenures of officials, the principal one of each first; see
// tenuresByPrincipal.
func (r *reading) holdings(officials []int64) (map[int64][]holding, error) {
	held := make(map[int64][]holding, len(officials))
	missing := r.recallHoldings(officials, held)
	if len(missing) == 0 {
		return held, nil
	}
	var rows []struct {
		OfficialID int64
		Held       holding `gorm:"embedded"`
	}
	err := r.Scan(&rows, r.among("n.official_id", missing).Wrap("SELECT n.official_id, n.office_id, n.start_day, n.end_day FROM tenures n JOIN offices office ON office.id = n.office_id WHERE ", " "+principalFirst))
	if err != nil {
		return nil, err
	}
	keeping := make(map[int64][]holding, len(missing))
	for _, official := range missing {
		keeping[official] = nil
	}
	for _, row := range rows {
		keeping[row.OfficialID] = append(keeping[row.OfficialID], row.Held)
	}
	for official, list := range keeping {
		held[official] = slices.Clip(list)
	}
	keep(r.memory, r.memory.held, r.clock, keeping)
	return held, nil
}

func (r *reading) recallHoldings(officials []int64, into map[int64][]holding) (missing []int64) {
	r.memory.mu.RLock()
	defer r.memory.mu.RUnlock()
	for _, official := range officials {
		old, known := r.memory.held[official]
		if !known || old.at > r.clock {
			missing = append(missing, official)
			continue
		}
		into[official] = old.value
	}
	return missing
}

// officesOfTenures reads the offices of tenures with what the relation wants of them;
// none if it is nil.
func officesOfTenures(r *reading, held map[int64][]*model.Tenure, relation *model.Relation) (map[int64]*model.Office, error) {
	if relation == nil {
		return nil, nil
	}
	var keys []int64
	for _, list := range held {
		for _, tenure := range list {
			keys = append(keys, tenure.OfficeKey)
		}
	}
	return byKeys[model.Office](r, selection{keys: distinct(keys)}, relation.Plan)
}

// covering is the first tenure that covers the day; nil if none does.
func covering(held []*model.Tenure, day model.Date) *model.Tenure {
	i := slices.IndexFunc(held, func(t *model.Tenure) bool {
		start, end := t.Days()
		return start <= day && day < end
	})
	if i < 0 {
		return nil
	}
	return held[i]
}

// tenureRow is a tenure with its interval in days.
type tenureRow struct {
	model.Tenure
	StartDay model.Date
	EndDay   model.Date
}

// TableName is where GORM finds it.
func (tenureRow) TableName() string { return "tenures" }

func rowOfTenure(t *model.Tenure) *tenureRow {
	start, end := t.Days()
	return &tenureRow{Tenure: *t, StartDay: start, EndDay: end}
}

// Tenure returns a tenure to be changed; NOT_FOUND if there is none.
func (tx *Tx) Tenure(key int64) (*model.Tenure, error) {
	return rowByKey[model.Tenure](tx, model.NodeTenure, key)
}

// InsertTenure writes a new tenure and sets its key, version and times.
func (tx *Tx) InsertTenure(t *model.Tenure) error {
	t.Version = 1
	tx.created(&t.CreatedAt, &t.UpdatedAt)
	row := rowOfTenure(t)
	if err := tx.on.Insert(row); err != nil {
		return fail(err, model.NodeTenure, "create")
	}
	t.Key = row.Key
	return tx.record(model.ChangeCreated, t.ID(), t.Version, true)
}

// UpdateTenure writes a tenure and sets its new version and time. before is the tenure
// as it was read; CONFLICT if it has changed since.
func (tx *Tx) UpdateTenure(before, t *model.Tenure) error {
	t.Version, t.UpdatedAt = before.Version+1, tx.updated()
	if err := tx.overwrite(t.ID(), before.Version, rowOfTenure(t)); err != nil {
		return err
	}
	return tx.record(model.ChangeUpdated, t.ID(), t.Version, true)
}

// DeleteTenure deletes a tenure.
func (tx *Tx) DeleteTenure(t *model.Tenure) error { return tx.remove(t.ID(), t.Version, true) }

// Holding is a tenure and its holder.
type Holding struct {
	model.Tenure
	OfficialSlug string
}

// Holdings returns the tenures of an office that cover a day of [start, end),
// earliest first.
func (tx *Tx) Holdings(officeKey int64, start, end model.Date) ([]*Holding, error) {
	var holdings []*Holding
	err := tx.on.Scan(&holdings, sql.Text(`SELECT tenure.*, official.slug AS official_slug
		FROM tenures tenure JOIN officials official ON official.id = tenure.official_id
		WHERE tenure.office_id = ? AND tenure.start_day < ? AND tenure.end_day > ?
		ORDER BY tenure.start_day, tenure.id`, officeKey, end, start))
	return holdings, fail(err, model.NodeTenure, "read")
}

// TenuresOf returns the tenures of an official, earliest first.
func (tx *Tx) TenuresOf(officialKey int64) ([]*model.Tenure, error) {
	var tenures []*model.Tenure
	err := tx.on.Scan(&tenures, sql.Text("SELECT * FROM tenures WHERE official_id = ? ORDER BY start_day, id", officialKey))
	return tenures, fail(err, model.NodeTenure, "read")
}
