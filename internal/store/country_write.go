package store

import (
	"reflect"

	"github.com/diwan-cms/diwan/model"
)

// Country answers a country to be written; NOT_FOUND when there is none.
func (tx *Tx) Country(key int64) (*model.Country, error) {
	return one[model.Country](tx, model.NodeCountry, key)
}

// InsertCountry writes a new country and gives it its key, version and times.
func (tx *Tx) InsertCountry(c *model.Country) error {
	c.Version, c.CreatedAt, c.UpdatedAt = 1, tx.at, tx.at
	if err := tx.db.Create(c).Error; err != nil {
		return fail(err, model.NodeCountry, "create")
	}
	if err := tx.writeNames(c.ID(), c.LocalNames, c.OtherNames); err != nil {
		return err
	}
	return tx.record(model.ChangeCreated, c.ID(), c.Version, true)
}

// LoadCountry writes a country of a list: a new one, or the names and aliases of
// one that only loader ever wrote.
func (tx *Tx) LoadCountry(c *model.Country, loader string) error {
	var key int64
	if err := tx.db.Raw("SELECT id FROM countries WHERE code = ?", c.Code).Scan(&key).Error; err != nil {
		return fail(err, model.NodeCountry, "look up")
	}
	if key == 0 {
		return tx.InsertCountry(c)
	}
	var edited bool
	err := tx.db.Raw("SELECT EXISTS (SELECT 1 FROM changes WHERE node_type = ? AND node_id = ? AND actor <> ?)", model.NodeCountry, key, loader).Scan(&edited).Error
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

// UpdateCountry writes a country that was read as before, and gives it its new
// version and time. CONFLICT when it is no longer as before.
func (tx *Tx) UpdateCountry(before, c *model.Country) error {
	c.Version, c.UpdatedAt = before.Version+1, tx.at
	if err := tx.overwrite(c.ID(), before.Version, c); err != nil {
		return err
	}
	if !reflect.DeepEqual(before.Named, c.Named) {
		if err := tx.writeNames(c.ID(), c.LocalNames, c.OtherNames); err != nil {
			return err
		}
	}
	return tx.record(model.ChangeUpdated, c.ID(), c.Version, true)
}
