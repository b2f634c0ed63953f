package testserver

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the drivers for tests that look into databases
	_ "github.com/mattn/go-sqlite3"

	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// Database is the path of a SQLite file or the URL of a PostgreSQL database. Tests use
// it to look into the database without the store.
type Database string

// Open opens the database.
func (d Database) Open(t testing.TB) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite3", "file:"+string(d)
	if d.OnPostgres() {
		driver, dsn = "pgx", string(d)
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Exec runs a statement.
func (d Database) Exec(t testing.TB, statement string) {
	t.Helper()
	db := d.Open(t)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Hold takes the turn to write, as another program would, until the returned function is
// called.
func (d Database) Hold(t testing.TB) (letGo func()) {
	t.Helper()
	db := d.Open(t)
	begin := "BEGIN IMMEDIATE"
	if d.OnPostgres() {
		begin = "BEGIN; SELECT pg_advisory_xact_lock(431266161006)"
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), begin); err != nil {
		t.Fatal(err)
	}
	letGo = sync.OnceFunc(func() { _ = db.Close() })
	t.Cleanup(letGo)
	return letGo
}

// OnPostgres reports whether this is a PostgreSQL database.
func (d Database) OnPostgres() bool { return strings.HasPrefix(string(d), "postgres://") }

// Rows returns the rows of a query, each with its columns joined by spaces.
func (d Database) Rows(t testing.TB, query string) []string {
	t.Helper()
	db := d.Open(t)
	defer db.Close()
	return RowsIn(t, db, query)
}

// Querier is an open database, or a transaction or a connection of one.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// RowsIn is Rows on an open database. It sorts the columns of `SELECT *` by name, because
// their order in the two databases differs.
func RowsIn(t testing.TB, db Querier, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	if strings.HasPrefix(query, "SELECT *") {
		slices.SortFunc(order, func(a, b int) int { return strings.Compare(columns[a], columns[b]) })
	}
	values, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		words := make([]string, len(values))
		for i, at := range order {
			words[i] = string(values[at])
		}
		list = append(list, strings.Join(words, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// Tables returns the names of all tables, without those that the database keeps for itself.
func (d Database) Tables(t testing.TB) []string {
	t.Helper()
	return d.Rows(t, d.readTables())
}

func (d Database) readTables() string {
	if d.OnPostgres() {
		return "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'key_sequence' ORDER BY 1"
	}
	return `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY 1`
}

// State returns the number of rows of each table, with a digest of their contents.
func (d Database) State(t testing.TB) map[string]string {
	t.Helper()
	db := d.Open(t)
	defer db.Close()
	return d.stateIn(t, db)
}

func (d Database) stateIn(t testing.TB, db Querier) map[string]string {
	t.Helper()
	state := map[string]string{}
	for _, table := range RowsIn(t, db, d.readTables()) {
		rows := RowsIn(t, db, "SELECT * FROM "+table)
		slices.Sort(rows)
		state[table] = fmt.Sprintf("%d rows, %x", len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
	}
	return state
}

// Unchanged fails the test if f changes anything in the database. It compares the tables
// with a snapshot taken before f; on SQLite only if another connection has committed.
func (d Database) Unchanged(t testing.TB, f func()) {
	t.Helper()
	db := d.Open(t)
	defer db.Close()
	snapshot, err := db.BeginTx(t.Context(), d.snapshot())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = snapshot.Rollback() }()         // the transaction only reads
	RowsIn(t, snapshot, "SELECT COUNT(*) FROM topics") // the first statement takes the snapshot
	commits := d.Open(t)
	defer commits.Close()
	commits.SetMaxOpenConns(1) // data_version is a number of the connection
	before := d.commits(t, commits)
	f()
	if d.OnPostgres() || d.commits(t, commits) != before {
		d.compare(t, d.stateIn(t, snapshot), d.State(t))
	}
}

// snapshot returns the options of a transaction whose statements all see one snapshot.
func (d Database) snapshot() *sql.TxOptions {
	if d.OnPostgres() {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return nil // in SQLite every transaction does
}

// commits returns a value that changes when another connection commits to a SQLite file;
// "" on PostgreSQL.
func (d Database) commits(t testing.TB, db *sql.DB) string {
	t.Helper()
	if d.OnPostgres() {
		return ""
	}
	return RowsIn(t, db, "PRAGMA data_version")[0]
}

// compare reports each table that differs.
func (d Database) compare(t testing.TB, before, after map[string]string) {
	t.Helper()
	for table := range after {
		if after[table] != before[table] {
			t.Errorf("table %s = %s before and %s after: %v", table, before[table], after[table], d.Rows(t, "SELECT * FROM "+table+" ORDER BY 1 DESC LIMIT 1"))
		}
	}
}

// SQLiteOnly skips a test that is for SQLite only when tests run on PostgreSQL.
func SQLiteOnly(t testing.TB) {
	t.Helper()
	if storetest.OnPostgres() {
		t.Skip("this test is for SQLite only")
	}
}
