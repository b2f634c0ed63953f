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
	return tx.record(model.ChangeCreated, c.ID(), c.Version)
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
	return tx.record(model.ChangeUpdated, c.ID(), c.Version)
}
