package app

import (
	"context"

	"github.com/diwan-cms/diwan/internal/store"
)

// CopyReport says what Copy copied.
type CopyReport = store.CopyReport

// Copy copies a database that exists into an empty one, which is made when it is
// a file that does not, and compares the two. Progress is told how many rows of
// how many are read.
func Copy(ctx context.Context, from, to Config, progress func(done, total int64)) (*CopyReport, error) {
	if err := from.databaseExists(); err != nil {
		return nil, err
	}
	if err := to.checkDatabase(); err != nil {
		return nil, err
	}
	return store.Copy(ctx, from.withDefaults().store(), to.withDefaults().store(), progress)
}
