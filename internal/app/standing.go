package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
)

// standingEvery is how often it is looked whether this server may still write.
const standingEvery = 500 * time.Millisecond

// watchStanding logs once when the server must not write any more, and when it may again:
// nobody may be writing, or asking whether it is ready. Each write looks for itself.
func watchStanding(ctx context.Context, s *store.Store, log *slog.Logger) {
	tick := time.NewTicker(standingEvery)
	defer tick.Stop()
	stands := true
	for {
		err := s.Standing(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && stands:
			log.ErrorContext(ctx, "this server writes no more", "error", err)
		case err == nil && !stands:
			log.InfoContext(ctx, "this server writes again")
		}
		stands = err == nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
