package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/diwan-cms/diwan/internal/database"
)

//go:embed migrations
var migrationFiles embed.FS

// migrate brings the tables up to date: numbered migrations, each in a transaction,
// forward only. Of several servers that start at once one migrates, and the others wait.
// A database newer than this binary is refused.
func (s *Store) migrate(ctx context.Context) error {
	pending, err := s.pending(ctx)
	if err != nil { // goose would retry for seconds, and explain less
		return database.ExplainedRead(err)
	}
	if len(pending) == 0 { // the usual case needs no lock
		return nil
	}
	return s.migrations(func(m database.Migrator, provider *goose.Provider) (err error) {
		if m.Lock != nil {
			release, busy := m.Lock(ctx)
			if busy != nil {
				return fmt.Errorf("wait for others that migrate the database: %w", busy)
			}
			defer func() { err = errors.Join(err, release()) }()
		}
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate the database: %w", err)
		}
		current, target, err := provider.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("read the database's version: %w", err)
		}
		return refuseNewer(current, target)
	})
}

func refuseNewer(current, target int64) error {
	if current > target {
		return fmt.Errorf("the database has version %d, newer than this binary's %d; run a newer diwan, or restore an older backup", current, target)
	}
	return nil
}

// migrations runs f with the migrations of the database. A file 00001_core.sql runs on
// every database, 00001_core.sqlite.sql only on SQLite.
func (s *Store) migrations(f func(database.Migrator, *goose.Provider) error) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	m, err := s.engine.Migrator()
	if err != nil {
		return err
	}
	others, err := fs.Glob(files, "*.*.sql")
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(name string) bool { return strings.HasSuffix(name, "."+m.Suffix+".sql") })
	options := append(m.Options, goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(others),
		goose.WithGoMigrations(s.goMigrations()...))
	provider, err := goose.NewProvider(m.Dialect, m.Pool, files, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return errors.Join(f(m, provider), m.Close())
}

// refuseOldTables refuses a database whose tables are not those of this binary.
func (s *Store) refuseOldTables(ctx context.Context, config database.Config, again string) error {
	pending, err := s.pending(ctx)
	if err == nil && len(pending) > 0 {
		return fmt.Errorf("%s has the tables of an older diwan; make a backup, run `diwan migrate --database %[1]s`, and %s", database.NameOf(config.DSN), again)
	}
	return err
}

// hasTables reports whether the database has ever been migrated.
func (s *Store) hasTables(ctx context.Context) (bool, error) {
	var has *bool
	err := s.engine.Reader().WithContext(ctx).Raw(s.engine.HasTable(), VersionTable).Scan(&has).Error
	switch {
	case err != nil:
		return false, fmt.Errorf("look for tables: %w", database.Troubled(ctx, s.engine, err))
	case has == nil:
		return false, errors.New("the user may look into no schema of the database; GRANT USAGE ON SCHEMA public TO the user")
	}
	return *has, nil
}

func (s *Store) pending(ctx context.Context) (pending []string, err error) {
	var current int64
	there, err := s.hasTables(ctx)
	if err == nil && there {
		current, err = s.Version(ctx)
	}
	if err != nil {
		return nil, err
	}
	err = s.migrations(func(_ database.Migrator, provider *goose.Provider) error {
		sources := provider.ListSources()
		for _, source := range sources {
			if source.Version > current {
				pending = append(pending, s.nameOf(source))
			}
		}
		s.tables = sources[len(sources)-1].Version
		return refuseNewer(current, s.tables)
	})
	return pending, err
}

// nameOf is the name of a migration, such as 00001_core.
func (s *Store) nameOf(source *goose.Source) string {
	if source.Type == goose.TypeGo {
		return s.nameOfGoMigration(source.Version)
	}
	name, _, _ := strings.Cut(path.Base(source.Path), ".")
	return name
}

// Version is the number of the last migration that was applied.
func (s *Store) Version(ctx context.Context) (int64, error) {
	var version int64
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(version_id), 0) FROM " + VersionTable).Scan(&version).Error
	return version, database.Troubled(ctx, s.engine, err)
}
