package store

import (
	"context"
	databasesql "database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/diwan-cms/diwan/internal/text"
)

//go:embed migrations
var migrationFiles embed.FS

const versionTable = "goose_db_version"

// migrate brings the tables up to date: numbered migrations, each in a
// transaction, forward only. Of servers that start at once one migrates, and
// the others wait. A database that is newer than this binary is refused.
func (s *Store) migrate(ctx context.Context) error {
	pending, err := s.pending(ctx)
	if err != nil { // goose would try for seconds, and say less
		return explainedRead(err)
	}
	if len(pending) == 0 { // as at most starts: no lock is waited for
		return nil
	}
	return s.migrations(func(provider *goose.Provider) error {
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

// migrations runs f with the migrations of the database. 00001_core.sql would be
// every database's; 00001_core.sqlite.sql is SQLite's alone.
func (s *Store) migrations(f func(*goose.Provider) error) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	m, err := s.dialect.migrator()
	if err != nil {
		return err
	}
	others, err := fs.Glob(files, "*.*.sql")
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(name string) bool { return strings.HasSuffix(name, "."+m.suffix+".sql") })
	options := append(m.options, goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(others),
		goose.WithGoMigrations(goose.NewGoMigration(3, &goose.GoFunc{RunTx: s.sortAnew}, nil)))
	provider, err := goose.NewProvider(m.goose, m.pool, files, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return errors.Join(f(provider), m.close())
}

// Pending answers the names of the migrations that Open would run on a database
// that exists, and changes nothing.
func Pending(ctx context.Context, config Config) (pending []string, err error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	pending, err = s.pending(ctx)
	if err == nil && len(pending) == 0 {
		err = s.whole(ctx, config)
	}
	return pending, errors.Join(explainedRead(err), s.Close())
}

// OpenAsIs opens a newsroom and changes nothing. Where there is none, where its
// tables are not those of this binary, or where it is an unfinished copy, it
// refuses. again is what to do after a migration, such as "copy again".
func OpenAsIs(ctx context.Context, config Config, again string) (*Store, error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	there, err := s.hasTables(ctx)
	if err == nil && !there {
		err = fmt.Errorf("there is no newsroom in %s; check the name", NameOf(config.DSN))
	}
	if err == nil {
		err = s.current(ctx, config, again)
	}
	if err == nil {
		err = s.whole(ctx, config)
	}
	if err != nil {
		return nil, errors.Join(explainedRead(err), s.Close())
	}
	return s, nil
}

// current refuses a database of which the tables are not those of this binary.
func (s *Store) current(ctx context.Context, config Config, again string) error {
	pending, err := s.pending(ctx)
	if err == nil && len(pending) > 0 {
		return fmt.Errorf("%s has the tables of an older diwan; make a backup, run `diwan migrate --database %[1]s`, and %s", NameOf(config.DSN), again)
	}
	return err
}

// hasTables reports whether the database was ever migrated.
func (s *Store) hasTables(ctx context.Context) (bool, error) {
	var has *bool
	err := s.dialect.reader().WithContext(ctx).Raw(s.dialect.hasTable(), versionTable).Scan(&has).Error
	switch {
	case err != nil:
		return false, fmt.Errorf("look for tables: %w", s.troubled(ctx, err))
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
	err = s.migrations(func(provider *goose.Provider) error {
		sources := provider.ListSources()
		for _, source := range sources {
			if source.Version > current {
				pending = append(pending, called(source))
			}
		}
		return refuseNewer(current, sources[len(sources)-1].Version)
	})
	return pending, err
}

// called is what a migration is called: 00001_core.
func called(source *goose.Source) string {
	if source.Type == goose.TypeGo {
		return "00003_sort_keys"
	}
	name, _, _ := strings.Cut(path.Base(source.Path), ".")
	return name
}

// Version answers the number of the last migration that was applied.
func (s *Store) Version(ctx context.Context) (int64, error) {
	var version int64
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(version_id), 0) FROM " + versionTable).Scan(&version).Error
	return version, s.troubled(ctx, err)
}

// sortAnew gives every name and title the sort key that internal/text makes of
// it now. Keys of before sort otherwise.
func (s *Store) sortAnew(ctx context.Context, tx *databasesql.Tx) error {
	db := s.dialect.writer().WithContext(ctx)
	db.Statement.ConnPool = tx
	if err := s.dialect.takeTurn(db); err != nil { // an older server may be writing
		return err
	}
	var names []nameRow
	if err := db.Raw("SELECT * FROM names").Scan(&names).Error; err != nil {
		return err
	}
	for _, n := range names {
		err := db.Exec("UPDATE names SET sort_key = ? WHERE node_type = ? AND node_id = ? AND kind = ? AND language = ? AND position = ?",
			text.SortKey(n.Text), n.NodeType, n.NodeID, n.Kind, n.Language, n.Position).Error
		if err != nil {
			return err
		}
	}
	var titles []struct {
		ID    int64
		Title string
	}
	if err := db.Raw("SELECT id, title FROM articles").Scan(&titles).Error; err != nil {
		return err
	}
	for _, a := range titles {
		if err := db.Exec("UPDATE articles SET title_sort_key = ? WHERE id = ?", text.SortKey(a.Title), a.ID).Error; err != nil {
			return err
		}
	}
	return nil
}
