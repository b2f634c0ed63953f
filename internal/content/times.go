package content

import (
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Times are when a node was created and last changed in the system from which it is
// imported. What is left out is when that happens here.
type Times struct{ CreatedAt, UpdatedAt Optional[model.DateTime] }

// given reports whether there is a time.
func (t Times) given() bool { return t.CreatedAt.HasValue() || t.UpdatedAt.HasValue() }

// Known returns the times without those that are null: the system from which the node comes
// does not know them.
func (t Times) Known() Times {
	var known Times
	if t.CreatedAt.HasValue() {
		known.CreatedAt = t.CreatedAt
	}
	if t.UpdatedAt.HasValue() {
		known.UpdatedAt = t.UpdatedAt
	}
	return known
}

// clockSkew is how far in the future a publication date may lie: the clocks of an
// exporting system and of this one differ.
const clockSkew = time.Minute

// set sets the times of a node, and records what is wrong with them.
func (t Times) set(c *check, createdAt, updatedAt *model.DateTime) {
	for _, given := range []struct {
		field string
		at    Optional[model.DateTime]
		into  *model.DateTime
	}{{"createdAt", t.CreatedAt, createdAt}, {"updatedAt", t.UpdatedAt, updatedAt}} {
		notCleared(c, given.at, given.field)
		if given.at.HasValue() {
			*given.into = given.at.Value()
			c.notInFuture(*given.into, given.field)
		}
	}
}

// notInFuture records an error for a time that has not come.
func (c *check) notInFuture(at model.DateTime, field string) {
	if at > c.tx.At()+model.DateTime(clockSkew.Milliseconds()) {
		c.invalid(field, "%s is in the future; send a time that has been, or leave it out", at)
	}
}

// dated returns the transaction that writes a node with its times.
func (t Times) dated(tx *store.Tx) *store.Tx {
	if !t.given() {
		return tx
	}
	return tx.Dated(store.Times{CreatedAt: t.CreatedAt.Pointer(), UpdatedAt: t.UpdatedAt.Pointer()})
}
