package app

import (
	"context"
	"fmt"

	"github.com/diwan-cms/diwan/internal/copy"
)

// CopyReport says what Copy copied, CopyProgress how far it has got.
type (
	CopyReport   = copy.Report
	CopyProgress = copy.Progress
)

// Copy copies an existing database into an empty one, which is created if it is a
// file that does not exist, and compares the two. tell is called with the progress.
func Copy(ctx context.Context, from, to Config, tell func(CopyProgress)) (*CopyReport, error) {
	if err := from.databaseExists(); err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	if err := to.checkDatabase(); err != nil {
		return nil, fmt.Errorf("--to: %w", err)
	}
	return copy.Run(ctx, from.withDefaults().store(), to.withDefaults().store(), tell)
}
