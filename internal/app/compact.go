package app

import (
	"context"
	"time"

	"github.com/diwan-cms/diwan/model"
)

// startCompacting compacts the change log now and once in a while, where it is not
// kept for ever.
func (a *App) startCompacting(ctx context.Context) {
	if a.config.KeepChanges == 0 {
		return
	}
	a.background.do(ctx, func(ctx context.Context) {
		tick := time.NewTicker(a.config.CompactEvery)
		defer tick.Stop()
		for {
			a.compact(ctx)
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
}

func (a *App) compact(ctx context.Context) {
	dropped, err := a.newsroom.store.Compact(ctx, model.At(a.config.Now().Add(-a.config.KeepChanges)))
	switch {
	case ctx.Err() != nil: // the next start goes on
	case err != nil:
		a.config.Log.Warn("the change log was not compacted; it is tried again", "in", a.config.CompactEvery.String(), "error", err)
	case dropped > 0:
		a.config.Log.Info("the change log is compacted: of older changes, the last of each node are kept", "dropped", dropped, "olderThan", a.config.KeepChanges.String())
	}
}
