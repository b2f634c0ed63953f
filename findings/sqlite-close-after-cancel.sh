#!/usr/bin/env bash
# github.com/mattn/go-sqlite3 v1.14.53 (SQLite 3.54.1), in WAL mode: a context that ends at
# about the time at which a statement does can leave the connection interrupted. Closing the
# database then returns no error, but writes nothing back from the write-ahead log: the -wal
# file stays, with all that was written since the last checkpoint.
#
# One would guess that a statement that has returned cannot be interrupted any more, and that
# closing the last connection always writes the log back. The interruption is kept until the
# next statement of the connection begins; SQLite's checkpoint at the close looks at it.
#
# Whom it hurts: servers that end their background work by contexts when they are stopped, and
# administrators who then copy the database file alone: a copy without the -wal file lacks
# committed rows. Running any statement, such as SELECT 1, before closing prevents it.
#
# Seen on two cores: 3 and 10 of 300 databases kept their -wal file, and most of these files
# alone lacked committed rows; with SELECT 1 before closing, none did. It is a race: the script
# tries up to 3,000 times, and fails if it does not see that any more.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset GOFLAGS
export CGO_ENABLED=1
cat >go.mod <<'MOD'
module finding

go 1.26.0

require github.com/mattn/go-sqlite3 v1.14.53
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"
)

// round writes under a context that ends after a while, and closes the database. It returns
// whether the log was left, and whether the file without it lacks committed rows.
func round(dir string, i int, statementFirst bool) (left, lacking bool) {
	path := filepath.Join(dir, fmt.Sprint(statementFirst, i, ".db"))
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL")
	must(err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE rows (id INTEGER)")
	must(err)
	ctx, cancel := context.WithCancel(context.Background())
	defer time.AfterFunc(time.Duration(i%60)*10*time.Microsecond, cancel).Stop()
	committed := 0
	for range 10 {
		if _, err := db.ExecContext(ctx, "INSERT INTO rows VALUES (1)"); err == nil {
			committed++
		}
	}
	if statementFirst {
		_, err := db.Exec("SELECT 1")
		must(err)
	}
	must(db.Close())
	if _, err := os.Stat(path + "-wal"); err != nil {
		return false, false
	}
	alone, err := os.ReadFile(path)
	must(err)
	must(os.WriteFile(path+".copy", alone, 0o600))
	copied, err := sql.Open("sqlite3", "file:"+path+".copy")
	must(err)
	defer copied.Close()
	var rows int
	if err := copied.QueryRow("SELECT COUNT(*) FROM rows").Scan(&rows); err != nil {
		rows = 0 // not even the table is there
	}
	return true, rows < committed
}

func main() {
	version, _, _ := sqlite3.Version()
	left := map[bool]int{}
	lacking := 0
	tried := 0
	for i := 0; i < 300 || i < 3000 && lacking == 0; i++ {
		tried++
		for _, statementFirst := range []bool{false, true} {
			stays, lacks := round(os.Args[1], i, statementFirst)
			if stays {
				left[statementFirst]++
			}
			if lacks {
				lacking++
			}
		}
	}
	fmt.Printf("SQLite %s: -wal left by %d of %d closes (%d of the files alone lack committed rows), with SELECT 1 before by %d\n", version, left[false], tried, lacking, left[true])
	if left[false] == 0 || lacking == 0 || left[true] != 0 {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
GO
go mod tidy >/dev/null 2>&1
mkdir data
go run . data
