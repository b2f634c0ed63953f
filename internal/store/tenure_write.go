package store

import "github.com/diwan-cms/diwan/model"

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

// Tenure answers a tenure to be written; NOT_FOUND when there is none.
func (tx *Tx) Tenure(key int64) (*model.Tenure, error) {
	return one[model.Tenure](tx, model.NodeTenure, key)
}

// InsertTenure writes a new tenure and gives it its key, version and times.
func (tx *Tx) InsertTenure(t *model.Tenure) error {
	t.Version, t.CreatedAt, t.UpdatedAt = 1, tx.at, tx.at
	row := rowOfTenure(t)
	if err := tx.db.Create(row).Error; err != nil {
		return fail(err, model.NodeTenure, "create")
	}
	t.Key = row.Key
	return tx.record(model.ChangeCreated, t.ID(), t.Version, true)
}

// UpdateTenure writes a tenure that was read as before, and gives it its new
// version and time. CONFLICT when it is no longer as before.
func (tx *Tx) UpdateTenure(before, t *model.Tenure) error {
	t.Version, t.UpdatedAt = before.Version+1, tx.at
	if err := tx.overwrite(t.ID(), before.Version, rowOfTenure(t)); err != nil {
		return err
	}
	return tx.record(model.ChangeUpdated, t.ID(), t.Version, true)
}

// DeleteTenure deletes a tenure.
func (tx *Tx) DeleteTenure(t *model.Tenure) error { return tx.remove(t.ID(), t.Version, true) }

// Holding is a tenure and who holds it.
type Holding struct {
	model.Tenure
	OfficialSlug string
}

// Holdings answers the tenures of an office that cover a day of [start, end),
// earliest first.
func (tx *Tx) Holdings(officeKey int64, start, end model.Date) ([]*Holding, error) {
	var holdings []*Holding
	err := tx.db.Raw(`SELECT t.*, o.slug AS official_slug
		FROM tenures t JOIN officials o ON o.id = t.official_id
		WHERE t.office_id = ? AND t.start_day < ? AND t.end_day > ?
		ORDER BY t.start_day, t.id`, officeKey, end, start).Scan(&holdings).Error
	return holdings, fail(err, model.NodeTenure, "read")
}
