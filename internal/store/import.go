package store

import "github.com/diwan-cms/diwan/model"

// TenuresOf answers the tenures of an official, earliest first.
func (tx *Tx) TenuresOf(officialKey int64) ([]*model.Tenure, error) {
	var tenures []*model.Tenure
	err := tx.db.Raw("SELECT * FROM tenures WHERE official_id = ? ORDER BY start_day, id", officialKey).Scan(&tenures).Error
	return tenures, fail(err, model.NodeTenure, "read")
}
