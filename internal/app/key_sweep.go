package app

import (
	"context"
	"time"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// keySweep forgets the keys of requests that are no longer answered again.
type keySweep struct {
	store  *store.Store
	config Config
}

// run sweeps now and then regularly, as often as the change log is compacted, until ctx ends.
func (k keySweep) run(ctx context.Context) {
	tick := time.NewTicker(k.config.CompactEvery)
	defer tick.Stop()
	for {
		_, err := k.store.SweepRequestKeys(ctx, model.At(k.config.Now().Add(-content.KeepKeys)))
		if err != nil && ctx.Err() == nil {
			k.config.Log.Warn("old keys of requests were not forgotten; it is tried again", "in", k.config.CompactEvery.String(), "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
