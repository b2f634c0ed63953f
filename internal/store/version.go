package store

import "github.com/mattn/go-sqlite3"

// SQLiteVersion answers the version of the SQLite that is compiled in.
func SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}
