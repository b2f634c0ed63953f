package app

import (
	"context"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// compaction drops older changes from the change log.
type compaction struct {
	store  *store.Store
	config Config
}

// run compacts the log now and then regularly, until ctx ends. It does nothing if
// the log is kept for ever.
func (c compaction) run(ctx context.Context) {
	if c.config.KeepChanges == 0 {
		return
	}
	tick := time.NewTicker(c.config.CompactEvery)
	defer tick.Stop()
	for {
		c.compact(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c compaction) compact(ctx context.Context) {
	dropped, err := c.store.Compact(ctx, model.At(c.config.Now().Add(-c.config.KeepChanges)))
	switch {
	case ctx.Err() != nil: // the next start continues
	case err != nil:
		c.config.Log.Warn("the change log was not compacted; it is tried again", "in", c.config.CompactEvery.String(), "error", err)
	case dropped > 0:
		c.config.Log.Info("the change log is compacted: of older changes, the last of each node are kept", "dropped", dropped, "olderThan", c.config.KeepChanges.String())
	}
}
