package database

import (
	"context"
	databasesql "database/sql"
	"database/sql/driver"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

// withoutFTS5 connects to a SQLite that says it was built without full-text search.
type withoutFTS5 struct{}

func (withoutFTS5) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (withoutFTS5) Connect(context.Context) (driver.Conn, error) {
	connection, err := (&sqlite3.SQLiteDriver{}).Open(":memory:")
	if err != nil {
		return nil, err
	}
	no := func(string) bool { return false }
	return connection, connection.(*sqlite3.SQLiteConn).RegisterFunc("sqlite_compileoption_used", no, true)
}

// Without full-text search a server would start, and fail at the first migration
// with "no such module: fts5".
func TestSQLiteWithoutFullTextSearchIsRefused(t *testing.T) {
	t.Parallel()
	db := databasesql.OpenDB(withoutFTS5{})
	defer db.Close()
	err := requireFTS5(db)
	if err == nil || !strings.Contains(err.Error(), "build it with `go build -tags sqlite_fts5`, or with `make build`") {
		t.Errorf("requireFTS5 of a SQLite without it = %v, want how to build one with it", err)
	}
	if err := requireBuilt(); err != nil {
		t.Errorf("requireBuilt of this binary = %v, want nil", err)
	}
}
