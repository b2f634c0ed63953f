package exchange

import "github.com/diwan-cms/diwan/internal/content"

// existing returns the node that a line is about; nil if the line creates one.
func existing[T any](w *lineWriter, id content.Identity, read func(int64) (*T, error), externalID func(*T) *string) (*T, error) {
	w.byName, _ = id.ByName()
	return content.Find(w.tx, id, w.foundByName, read, externalID)
}
