package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrationFiles embed.FS

// migrate brings the tables up to date: numbered SQL files, each in a
// transaction, forward only. A database that is newer than this binary is
// refused.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	others, err := otherDialects(files, s.dialect.suffix())
	if err != nil {
		return err
	}
	pool, err := s.writer.DB()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(s.dialect.goose(), pool, files, goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(others))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the database's version: %w", err)
	}
	if current > target {
		return fmt.Errorf("the database has version %d, newer than this binary's %d; run a newer diwan, or restore an older backup", current, target)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// Version answers the number of the last migration that was applied.
func (s *Store) Version(ctx context.Context) (int64, error) {
	var version int64
	err := s.reader.WithContext(ctx).Raw("SELECT MAX(version_id) FROM goose_db_version").Scan(&version).Error
	return version, err
}

// otherDialects are the files that are another database's: 00001_core.sql is
// every database's, 00001_core.sqlite.sql SQLite's alone.
func otherDialects(files fs.FS, suffix string) ([]string, error) {
	names, err := fs.Glob(files, "*.*.sql")
	return slices.DeleteFunc(names, func(name string) bool {
		return strings.HasSuffix(name, "."+suffix+".sql")
	}), err
}
