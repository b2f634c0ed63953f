package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/database"
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
	n := newNewsroom(s, config)
	if err := n.Service.LoadCountries(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return n, nil
}

// openAsIs opens a newsroom that is there, to be read and not changed.
func openAsIs(ctx context.Context, config Config) (*Newsroom, error) {
	config = config.withDefaults()
	s, err := store.OpenAsIs(ctx, config.store(), "export again")
	if err != nil {
		return nil, err
	}
	return newNewsroom(s, config), nil
}

func newNewsroom(s *store.Store, config Config) *Newsroom {
	service := content.New(content.Config{Store: s, Now: config.Now, SiteName: config.SiteName, PreviewURL: config.PreviewURL, Log: config.Log})
	return &Newsroom{Service: service, store: s}
}

func openStore(ctx context.Context, config Config) (*store.Store, error) {
	if err := config.checkDatabase(); err != nil {
		return nil, err
	}
	return store.Open(ctx, config.store())
}

// DatabaseName is how to speak of the database: without what is secret of its URL.
func (c Config) DatabaseName() string { return database.NameOf(c.Database) }

func (c Config) checkDatabase() error {
	// SQLite takes both for a database in memory, of which every connection has
	// its own.
	if c.Database == "" || c.Database == ":memory:" {
		return errors.New("the database is a file, or on a PostgreSQL server; name a path such as diwan.db, or a URL such as postgres://user:password@host/diwan")
	}
	return nil
}

// databaseExists refuses a path at which there is no file, which opening would make.
func (c Config) databaseExists() error {
	if err := c.checkDatabase(); err != nil {
		return err
	}
	isPath := !strings.Contains(c.Database, "://")
	if _, err := os.Stat(c.Database); isPath && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database %s; name the path of one", c.Database)
	}
	return nil
}

// store is how the store is to open the database.
func (c Config) store() database.Config {
	return database.Config{
		DSN: c.Database, Wait: c.DatabaseWait, OnRoundTrip: c.OnRoundTrip,
		Retry: func(err error, next time.Duration) {
			c.Log.Warn("the database cannot be reached; trying again", "database", c.DatabaseName(), "in", next.String(), "error", err)
		},
	}
}

// Close closes the database. Closing twice is no error.
func (n *Newsroom) Close() error { return n.store.Close() }

// Migrate brings the tables of the database up to date, making it when it does
// not exist, and answers its version: the number of the last migration.
func Migrate(ctx context.Context, config Config) (version int64, err error) {
	s, err := openStore(ctx, config.withDefaults())
	if err != nil {
		return 0, err
	}
	version, err = s.Version(ctx)
	return version, errors.Join(err, s.Close())
}

// Pending answers the names of the migrations that Migrate would run on a
// database that exists, and changes nothing.
func Pending(ctx context.Context, config Config) ([]string, error) {
	if err := config.databaseExists(); err != nil {
		return nil, err
	}
	return store.Pending(ctx, config.withDefaults().store())
}

// SQLiteVersion answers the version of the SQLite that is compiled in.
func SQLiteVersion() string { return database.SQLiteVersion() }
