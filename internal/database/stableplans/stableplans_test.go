package stableplans

import (
	"database/sql"
	"strings"
	"testing"
)

func TestPlansDoNotDependOnValues(t *testing.T) {
	t.Parallel()
	for range 2 {
		if err := Register(); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE towns (name TEXT COLLATE NOCASE); CREATE INDEX towns_name ON towns (name)"); err != nil {
		t.Fatal(err)
	}
	plan := func(condition string, args ...any) string {
		var step string
		var ignored int
		row := db.QueryRow("EXPLAIN QUERY PLAN SELECT rowid FROM towns WHERE "+condition, args...)
		if err := row.Scan(&ignored, &ignored, &ignored, &step); err != nil {
			t.Fatal(err)
		}
		return step
	}
	if got := plan("name LIKE 'b%'"); !strings.HasPrefix(got, "SEARCH") {
		t.Errorf("a pattern in the text: %s, want a SEARCH", got)
	}
	if got := plan("name LIKE ?", "b%"); !strings.HasPrefix(got, "SCAN") {
		t.Errorf("the same as a value: %s, want the SCAN that is right for every value", got)
	}
}
