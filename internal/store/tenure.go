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
		always: []string{"official_id", "office_id", "started_on", "ended_on", "start_day", "end_day"},
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

// probableFirst orders the tenures of an alias that cover the day: first
// those that certainly were, regular ones before acting ones, the latest begun first. Of
// the others, who certainly held the office soonest afterwards is likelier than who did so
// before, as nobody begins twice.
func probableFirst(alias string, on model.Date) sql.Clause {
	from, until := alias+".certain_from", alias+".certain_until"
	return sql.Text("CASE WHEN "+from+" <= ? AND "+until+" > ? THEN 0 ELSE 1 END, "+alias+".acting, "+
		"CASE WHEN "+from+" > ? THEN "+from+" ELSE ? - "+from+" END", on, on, on, 3*model.Ever)
}

// covering is the first tenure that covers the day; nil if none does.
func covering(held []*model.Tenure, day model.Date) *model.Tenure {
	i := slices.IndexFunc(held, func(t *model.Tenure) bool { return t.StartDay <= day && day < t.EndDay })
	if i < 0 {
		return nil
	}
	return held[i]
}

// tenureRow is a tenure with the days on which it was certainly held.
type tenureRow struct {
	model.Tenure
	CertainFrom, CertainUntil model.Date
}

// TableName is where GORM finds it.
func (tenureRow) TableName() string { return "tenures" }

func rowOfTenure(t *model.Tenure) *tenureRow {
	t.StartDay, t.EndDay = t.Days()
	row := &tenureRow{Tenure: *t}
	row.CertainFrom, row.CertainUntil = t.Certain()
	return row
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
	of, err := tx.subjectOfTenure(t)
	if err != nil {
		return err
	}
	return firstError(tx.handOver(t.OfficeKey), tx.record(model.ChangeCreated, of, t.Version))
}

// UpdateTenure writes a tenure and sets its new version and time. before is the tenure
// as it was read; CONFLICT if it has changed since.
func (tx *Tx) UpdateTenure(before, t *model.Tenure) error {
	t.Version, t.UpdatedAt = before.Version+1, tx.updated()
	if err := tx.overwrite(t.ID(), before.Version, rowOfTenure(t)); err != nil {
		return err
	}
	if before.OfficeKey != t.OfficeKey {
		if err := tx.handOver(before.OfficeKey); err != nil {
			return err
		}
	}
	of, err := tx.subjectOfTenure(t)
	if err != nil {
		return err
	}
	return firstError(tx.handOver(t.OfficeKey), tx.record(model.ChangeUpdated, of, t.Version))
}

// DeleteTenure deletes a tenure.
func (tx *Tx) DeleteTenure(t *model.Tenure) error {
	of, err := tx.subjectOfTenure(t)
	if err != nil {
		return err
	}
	if err := tx.remove(of, t.Version); err != nil {
		return err
	}
	return tx.handOver(t.OfficeKey)
}

// subjectOfTenure is the subject of a tenure, which has neither name nor slug: it is known
// by those of its official and its office.
func (tx *Tx) subjectOfTenure(t *model.Tenure) (subject, error) {
	of := subject{id: t.ID()}
	var ends []struct{ Names, Titles model.LocalizedTexts }
	err := tx.on.Scan(&ends, sql.Text("SELECT official.names, office.titles FROM officials official, offices office WHERE official.id = ? AND office.id = ?", t.OfficialKey, t.OfficeKey))
	if err != nil {
		return of, fail(err, model.NodeTenure, "name")
	}
	for _, end := range ends {
		of.title = nameIn(end.Names).Value + " – " + nameIn(end.Titles).Value
	}
	return of, nil
}

// handOver sets the days on which tenures of an office end: where it has a single seat and
// a tenure ends in a month or a year in which another begins, it lasts until that begins.
func (tx *Tx) handOver(officeKey int64) error {
	var tenures []*model.Tenure
	err := tx.on.Scan(&tenures, sql.Text("SELECT * FROM tenures WHERE office_id = ? AND EXISTS (SELECT 1 FROM tenures WHERE office_id = ? AND length(ended_on) < 10) ORDER BY start_day, id", officeKey, officeKey))
	if err != nil {
		return fail(err, model.NodeTenure, "read")
	}
	if len(tenures) < 2 {
		return nil
	}
	office, err := tx.Office(officeKey)
	if err != nil {
		return err
	}
	for _, t := range tenures {
		_, end := t.Days()
		latest := t.LatestEnd()
		next := slices.IndexFunc(tenures, func(o *model.Tenure) bool {
			return o.Key != t.Key && !o.Acting && o.StartDay > end && o.StartDay <= latest
		})
		if office.SingleSeat && !t.Acting && next >= 0 {
			end = tenures[next].StartDay
		}
		if end != t.EndDay {
			if err := tx.exec(model.NodeTenure, "hand over", "UPDATE tenures SET end_day = ? WHERE id = ?", end, t.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// Holding is a tenure and its holder.
type Holding struct {
	model.Tenure
	OfficialSlug string
}

// Holdings returns the tenures of an office that clash with one that is certain from a day
// until another, earliest first. With 0 and Ever these are all.
func (tx *Tx) Holdings(officeKey int64, from, until model.Date) ([]*Holding, error) {
	var holdings []*Holding
	err := tx.on.Scan(&holdings, sql.Text(`SELECT tenure.*, official.slug AS official_slug
		FROM tenures tenure JOIN officials official ON official.id = tenure.official_id
		WHERE tenure.office_id = ? AND tenure.certain_from < ? AND tenure.certain_until > ?
		ORDER BY tenure.start_day, tenure.id`, officeKey, until, from))
	return holdings, fail(err, model.NodeTenure, "read")
}

// TenuresOf returns the tenures of an official, earliest first.
func (tx *Tx) TenuresOf(officialKey int64) ([]*model.Tenure, error) {
	var tenures []*model.Tenure
	err := tx.on.Scan(&tenures, sql.Text("SELECT * FROM tenures WHERE official_id = ? ORDER BY start_day, end_day, id", officialKey))
	return tenures, fail(err, model.NodeTenure, "read")
}
