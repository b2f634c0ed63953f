package tests

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // they read what the server wrote
	_ "github.com/mattn/go-sqlite3"

	"github.com/diwan-cms/diwan/internal/store/storetest"
)

// database is the path or the URL of a database, to look into from outside.
type database string

// open opens the database without the store.
func (d database) open(t testing.TB) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite3", "file:"+string(d)
	if d.onPostgres() {
		driver, dsn = "pgx", string(d)
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func (d database) onPostgres() bool { return strings.HasPrefix(string(d), "postgres://") }

// rows answers the rows of a query, each as its columns with spaces between.
func (d database) rows(t testing.TB, query string) []string {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	return rowsIn(t, db, query)
}

// rowsIn is rows of a database that is open, for many queries in a row. Of `SELECT *`
// the columns come in the order of their names: databases have them in others.
func rowsIn(t testing.TB, db *sql.DB, query string) []string {
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

// tables are the names of all tables, without what a database keeps for itself.
func (d database) tables(t testing.TB) []string {
	t.Helper()
	return d.rows(t, d.readTables())
}

func (d database) readTables() string {
	if d.onPostgres() {
		return "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'key_sequence' ORDER BY 1"
	}
	return `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY 1`
}

// state is how many rows each table has, with a digest of what stands in them.
func (d database) state(t testing.TB) map[string]string {
	t.Helper()
	db := d.open(t)
	defer db.Close()
	state := map[string]string{}
	for _, table := range rowsIn(t, db, d.readTables()) {
		rows := rowsIn(t, db, "SELECT * FROM "+table)
		slices.Sort(rows)
		state[table] = fmt.Sprintf("%d rows, %x", len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
	}
	return state
}

// unchanged fails where f changes anything in the database.
func (d database) unchanged(t testing.TB, f func()) {
	t.Helper()
	before := d.state(t)
	f()
	after := d.state(t)
	for table := range after {
		if after[table] != before[table] {
			t.Errorf("table %s was %s, now is %s: %v", table, before[table], after[table], d.rows(t, "SELECT * FROM "+table+" ORDER BY 1 DESC LIMIT 1"))
		}
	}
}

// onSQLite skips a test of what is SQLite's alone.
func onSQLite(t testing.TB) {
	t.Helper()
	if storetest.OnPostgres() {
		t.Skip("this is about SQLite")
	}
}
