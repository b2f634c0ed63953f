package store

import (
	"reflect"

	"github.com/diwan-cms/diwan/model"
)

// Official answers an official to be written; NOT_FOUND when there is none.
func (tx *Tx) Official(key int64) (*model.Official, error) {
	return one[model.Official](tx, model.NodeOfficial, key)
}

// InsertOfficial writes a new official and gives it its key, version and times.
func (tx *Tx) InsertOfficial(o *model.Official) error {
	o.Version, o.CreatedAt, o.UpdatedAt = 1, tx.at, tx.at
	if err := tx.db.Create(o).Error; err != nil {
		return fail(err, model.NodeOfficial, "create")
	}
	if err := tx.writeNames(o.ID(), o.LocalNames, o.OtherNames); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, o.ID(), o.Version, true)
}

// UpdateOfficial writes an official that was read as before, and gives it its
// new version and time. CONFLICT when it is no longer as before.
func (tx *Tx) UpdateOfficial(before, o *model.Official) error {
	o.Version, o.UpdatedAt = before.Version+1, tx.at
	if err := tx.overwrite(o.ID(), before.Version, o); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.Named, o.Named) {
		if err := tx.writeNames(o.ID(), o.LocalNames, o.OtherNames); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, o.ID(), o.Version, true)
}

// DeleteOfficial deletes an official that nothing uses; see OfficialUsers.
func (tx *Tx) DeleteOfficial(o *model.Official) error { return tx.remove(o.ID(), o.Version, true) }

// OfficialUsers answers the articles tagged with an official, and their
// tenures, known by the slug of the office.
func (tx *Tx) OfficialUsers(key int64) ([]Users, error) {
	articles, err := tx.users(model.NodeArticle, "a.slug", usersOf(byOfficial()), key)
	if err != nil {
		return nil, err
	}
	tenures, err := tx.users(model.NodeTenure, "o.slug", "FROM tenures t JOIN offices o ON o.id = t.office_id WHERE t.official_id = ?", key)
	return []Users{articles, tenures}, err
}
