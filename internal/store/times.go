package store

import "github.com/diwan-cms/diwan/model"

// Times are when a node was created and last changed in the system from which it comes;
// nil for what that does not say.
type Times struct{ CreatedAt, UpdatedAt *model.DateTime }

// Dated returns the transaction with times for the nodes that it writes, in place of its
// own.
func (tx *Tx) Dated(times Times) *Tx {
	dated := *tx
	dated.times = times
	return &dated
}

// created sets the times of a new node. Where only one is known, it counts for both.
func (tx *Tx) created(createdAt, updatedAt *model.DateTime) {
	*createdAt, *updatedAt = tx.at, tx.at
	for _, known := range []*model.DateTime{tx.times.UpdatedAt, tx.times.CreatedAt} {
		if known != nil {
			*createdAt, *updatedAt = *known, *known
		}
	}
	if tx.times.UpdatedAt != nil {
		*updatedAt = *tx.times.UpdatedAt
	}
}

// updated returns the time of a change to a node.
func (tx *Tx) updated() model.DateTime {
	if tx.times.UpdatedAt != nil {
		return *tx.times.UpdatedAt
	}
	return tx.at
}

// backdate sets when an existing row was created, where that is known: updates leave it as
// it is.
func (tx *Tx) backdate(node model.NodeType, row int64) error {
	if tx.times.CreatedAt == nil {
		return nil
	}
	return tx.exec(node, "date", "UPDATE "+tx.nouns.table(node)+" SET created_at = ? WHERE id = ?", *tx.times.CreatedAt, row)
}
