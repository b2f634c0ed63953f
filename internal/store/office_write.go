package store

import (
	"reflect"
	"slices"

	"github.com/diwan-cms/diwan/model"
)

// officeRow is an office with what only the database needs of it.
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

// Office answers an office to be written; NOT_FOUND when there is none.
func (tx *Tx) Office(key int64) (*model.Office, error) {
	return one[model.Office](tx, model.NodeOffice, key)
}

// InsertOffice writes a new office and gives it its key, version and times.
func (tx *Tx) InsertOffice(o *model.Office) error {
	o.Version, o.CreatedAt, o.UpdatedAt = 1, tx.at, tx.at
	row := rowOfOffice(o)
	if err := tx.db.Create(row).Error; err != nil {
		return fail(err, model.NodeOffice, "create")
	}
	o.Key = row.Key
	if err := tx.writeNames(o.ID(), o.LocalTitles, nil); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, o.ID(), o.Version, true)
}

// UpdateOffice writes an office that was read as before, and gives it its new
// version and time. CONFLICT when it is no longer as before.
func (tx *Tx) UpdateOffice(before, o *model.Office) error {
	o.Version, o.UpdatedAt = before.Version+1, tx.at
	if err := tx.overwrite(o.ID(), before.Version, rowOfOffice(o)); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.LocalTitles, o.LocalTitles) {
		if err := tx.writeNames(o.ID(), o.LocalTitles, nil); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, o.ID(), o.Version, true)
}

// DeleteOffice deletes an office that nothing uses; see OfficeUsers.
func (tx *Tx) DeleteOffice(o *model.Office) error { return tx.remove(o.ID(), o.Version, true) }

// OfficeUsers answers the tenures of an office, known by the slug of the
// official.
func (tx *Tx) OfficeUsers(key int64) ([]Users, error) {
	tenures, err := tx.users(model.NodeTenure, "o.slug", "FROM tenures t JOIN officials o ON o.id = t.official_id WHERE t.office_id = ?", key)
	return []Users{tenures}, err
}
