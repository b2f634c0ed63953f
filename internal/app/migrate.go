package app

import (
	"context"
	"errors"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
)

// Migrate brings the tables of the database up to date, creating it if it does not
// exist, and returns its version: the number of the last migration.
func Migrate(ctx context.Context, config Config) (version int64, err error) {
	s, err := openStore(ctx, config.withDefaults())
	if err != nil {
		return 0, err
	}
	version, err = s.Version(ctx)
	return version, errors.Join(err, s.Close())
}

// Pending returns the names of the migrations that Migrate would run on an existing
// database. It changes nothing.
func Pending(ctx context.Context, config Config) ([]string, error) {
	if err := config.databaseExists(); err != nil {
		return nil, err
	}
	return store.Pending(ctx, config.withDefaults().store())
}

// SQLiteVersion returns the version of the SQLite that is compiled in.
func SQLiteVersion() string { return database.SQLiteVersion() }
