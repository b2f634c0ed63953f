package app

import (
	"context"
	"errors"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
)

// Newsroom is an open database with the rules over it: what the server and the
// commands that read or write content have in common.
type Newsroom struct {
	Service *content.Service
	store   *store.Store
}

// Open opens the database, brings its tables up to date, and loads the countries
// into a new one. Whoever calls Open calls Close.
func Open(ctx context.Context, config Config) (*Newsroom, error) {
	config = config.withDefaults()
	s, err := openStore(ctx, config)
	if err != nil {
		return nil, err
	}
	service := content.New(content.Config{Store: s, Now: config.Now, SiteName: config.SiteName})
	if err := service.LoadCountries(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &Newsroom{Service: service, store: s}, nil
}

func openStore(ctx context.Context, config Config) (*store.Store, error) {
	// SQLite takes both for a database in memory, of which every connection has
	// its own.
	if config.Database == "" || config.Database == ":memory:" {
		return nil, errors.New("the database is a file; give --database its path, such as diwan.db")
	}
	return store.Open(ctx, store.Config{DSN: config.Database, OnStatement: config.OnStatement})
}

// Close closes the database. Closing twice is no error.
func (n *Newsroom) Close() error { return n.store.Close() }

// Migrate brings the tables of the database up to date, making it when it does
// not exist, and answers its version: the number of the last migration.
func Migrate(ctx context.Context, config Config) (version int64, err error) {
	s, err := openStore(ctx, config)
	if err != nil {
		return 0, err
	}
	version, err = s.Version(ctx)
	return version, errors.Join(err, s.Close())
}

// SQLiteVersion answers the version of the SQLite that is compiled in.
func SQLiteVersion() string { return store.SQLiteVersion() }
