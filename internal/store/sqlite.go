package store

import (
	databasesql "database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// dialect is where databases differ in what they are asked.
type dialect interface {
	// keys is a table expression with the column `value`, of the keys given as
	// one argument that keysArg made.
	keys() string
	keysArg(keys []int64) any
	// suffix stands in the names of migration files that are this database's alone.
	suffix() string
	goose() goose.Dialect
	// busy says whether an error is that others kept the database locked.
	busy(error) bool
}

type sqliteDialect struct{}

func (sqliteDialect) keys() string { return "json_each(?)" }
func (sqliteDialect) keysArg(keys []int64) any {
	list := make([]byte, 0, 8*len(keys)+2)
	list = append(list, '[')
	for i, key := range keys {
		if i > 0 {
			list = append(list, ',')
		}
		list = fmt.Appendf(list, "%d", key)
	}
	return string(append(list, ']'))
}
func (sqliteDialect) suffix() string { return "sqlite" }
func (sqliteDialect) busy(err error) bool {
	var failure sqlite3.Error
	return errors.As(err, &failure) && failure.Code == sqlite3.ErrBusy
}
func (sqliteDialect) goose() goose.Dialect { return goose.DialectSQLite3 }

// openSQLite opens the file twice: one connection that writes, many that only
// read. In WAL mode readers never wait for the writer. synchronous=FULL makes a
// commit survive power loss, not only the end of the process.
func openSQLite(path string, config *gorm.Config) (reader, writer *gorm.DB, err error) {
	if err := requireFTS5(); err != nil {
		return nil, nil, err
	}
	if err := private(path); err != nil {
		return nil, nil, err
	}
	open := func(connections int, options url.Values) (*gorm.DB, error) {
		// Statements differ by the shape of queries: each connection keeps those in use ready.
		options.Set("_stmt_cache_size", "200")
		dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode()
		db, err := gorm.Open(sqlite.Open(dsn), config)
		if err != nil {
			return nil, fmt.Errorf("open database %s: %w", path, err)
		}
		pool, err := db.DB()
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(connections)
		pool.SetMaxIdleConns(connections)
		return db, nil
	}
	writer, err = open(1, url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_foreign_keys": {"on"},
		"_busy_timeout": {"30000"}, "_txlock": {"immediate"},
	})
	if err != nil {
		return nil, nil, err
	}
	reader, err = open(max(4, 2*runtime.NumCPU()), url.Values{
		"mode": {"ro"}, "_query_only": {"on"}, "_foreign_keys": {"on"}, "_busy_timeout": {"5000"},
	})
	if err != nil {
		return nil, nil, err
	}
	return reader, writer, nil
}

// private makes the file, where it does not exist, so that only its owner reads
// it: it holds drafts. SQLite gives the files beside it the same mode.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make database %s: %w", path, err)
	}
	return file.Close()
}

// requireFTS5 refuses a binary that was built without SQLite's full-text search.
func requireFTS5() error {
	db, err := databasesql.Open("sqlite3", ":memory:")
	if err != nil {
		return err
	}
	defer db.Close()
	var used bool
	if err := db.QueryRow("SELECT sqlite_compileoption_used('ENABLE_FTS5')").Scan(&used); err != nil {
		return err
	}
	if !used {
		version, _, _ := sqlite3.Version()
		return fmt.Errorf("this binary's SQLite %s lacks full-text search; build it with `go build -tags sqlite_fts5`, or with `make build`", version)
	}
	return nil
}
