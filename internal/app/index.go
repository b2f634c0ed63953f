package app

import (
	"context"
	"errors"
	"time"
)

// Reindex writes the search index of a database that exists anew, while others use
// it. tell is told how many of the articles are done.
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

// startIndexing rebuilds the index where another version of the analysis wrote it.
// The server answers meanwhile; a search finds what is indexed.
func (a *App) startIndexing(ctx context.Context) error {
	whole, err := a.newsroom.store.Indexed(ctx)
	if err == nil && !whole {
		a.background.do(ctx, a.index)
	}
	return err
}

func (a *App) index(ctx context.Context) {
	began := time.Now()
	a.config.Log.Info("the search index is older than this diwan: it is made anew, and a search finds what is in it so far")
	err := a.newsroom.store.Reindex(ctx, nil)
	switch {
	case err == nil:
		a.config.Log.Info("the search index is up to date", "took", time.Since(began).Round(time.Second).String())
	case ctx.Err() != nil:
		a.config.Log.Info("the search index is not finished; the next start goes on with it")
	default:
		a.config.Log.Error("the search index could not be made anew; run diwan reindex", "error", err)
	}
}
