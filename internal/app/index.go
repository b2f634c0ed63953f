package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
)

// Reindex rebuilds the search index of an existing database while others use it.
// tell is called with the number of articles that are done.
func Reindex(ctx context.Context, config Config, tell func(done, all int)) error {
	if err := config.databaseExists(); err != nil {
		return err
	}
	s, err := openStore(ctx, config.withDefaults())
	if err != nil {
		return err
	}
	return errors.Join(s.Reindex(ctx, tell), s.Close())
}

// rebuildIndex rebuilds the search index and logs how it went.
func rebuildIndex(ctx context.Context, s *store.Store, log *slog.Logger) {
	began := time.Now()
	log.Info("the search index is older than this diwan: it is made anew, and a search finds what is in it so far")
	err := s.Reindex(ctx, nil)
	switch {
	case err == nil:
		log.Info("the search index is up to date", "took", time.Since(began).Round(time.Second).String())
	case ctx.Err() != nil:
		log.Info("the search index is not finished; the next start goes on with it")
	default:
		log.Error("the search index could not be made anew; run diwan reindex", "error", err)
	}
}
