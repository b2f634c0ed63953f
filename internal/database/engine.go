// Package database opens the two databases that Diwan runs on, SQLite files and
// PostgreSQL, and holds everything in which they differ: how they are opened and pooled,
// how snapshots and transactions begin, what their errors mean, and the few pieces of
// SQL that each writes in its own way.
package database

import (
	"context"
	databasesql "database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
)

// Engine is an open database, with everything in which databases differ. Whatever is not
// a method here is the same on both.
type Engine interface {
	// Writer is the connection that writes; migrations use it. Reader is the pool for
	// single statements that only read.
	Writer() *gorm.DB
	Reader() *gorm.DB
	// Snapshot runs f on one snapshot of the database.
	Snapshot(ctx context.Context, f func(Snapshot) error) error
	// Number runs one statement that returns a number. It is a snapshot of its own, costs less
	// than one, and is not reported.
	Number(ctx context.Context, statement sql.Clause) (int64, error)
	// Transaction runs f in a transaction that writes. Only one transaction writes at a
	// time: f begins after all others have ended, and sees what they wrote.
	Transaction(ctx context.Context, f func(*gorm.DB) error) error
	// SharesTransactions reports whether writers that wait may write in one transaction: one
	// that leaves does not take its connection along.
	SharesTransactions() bool
	// Statements runs statements in a transaction of GORM that writes.
	Statements(*gorm.DB) *Statements
	// Standing returns an error if what is written now would be lost with the process.
	Standing() error
	// TakeTurn makes a transaction that was not begun by Transaction wait for those that
	// were.
	TakeTurn(*gorm.DB) error
	// Alone runs f while no other server runs its own.
	Alone(ctx context.Context, f func() error) error
	// Trouble explains, in a sentence for the caller, why the database is unavailable: what
	// is wrong, a semicolon, and what to do. It is empty for all other errors.
	Trouble(error) string
	// InDoubt reports whether nobody knows if a transaction that ended with this error wrote.
	InDoubt(error) bool

	// Keys is a table of that name with the column `value`: the keys, passed as one
	// argument. Texts is the same for texts.
	Keys(name string, keys []int64) sql.Clause
	Texts(name string, texts []string) sql.Clause
	// Terms is the value of the column `terms` of a full-text index.
	Terms(fulltext.Index) sql.Clause
	// IndexesAtOnce is how many rows of a full-text index one statement writes at most.
	IndexesAtOnce() int
	// Matching holds for the rows of a full-text index, under the alias x, that match
	// the expression.
	Matching(index string, e match.Expression) sql.Clause
	// Walks is FROM and WHERE for the rows of the table, under the alias n. keys is a
	// query for their keys that may refer to the tables of from; it runs once for each
	// row of from.
	Walks(from sql.Clause, table string, keys sql.Clause) sql.Clause
	// Belongs holds where the expression equals the column in one of the rows, which are
	// a FROM and WHERE clause that may refer to the outer tables.
	Belongs(expression, column, rows string) string
	// Listed is the values of a column of numbers in all rows, as one text with commas
	// between them: an aggregate, NULL without rows.
	Listed(column string) string
	// NextKey is a statement that returns the key that the next row of a table will have, in
	// a transaction that inserts the row with it. taken says that the statement never returns
	// the key again; otherwise it does until the row is inserted.
	NextKey(table string) (next sql.Clause, taken bool)
	// Sequences is the table of the last key given out for each table, with the
	// columns name and seq.
	Sequences() string
	// DeferChecks is a statement that allows a transaction to write topics before the
	// topics that they refer to.
	DeferChecks() string
	// HasTable is a statement that returns whether a table of that name exists, or NULL
	// if the user may not see any.
	HasTable() string
	// Claim reserves the database as the target of a copy until release is called. The
	// error is ErrClaimed if another copy, in this process or elsewhere, has it.
	Claim(ctx context.Context) (release func() error, err error)

	Migrator() (Migrator, error)
	// Close waits for running reads and writes.
	Close() error
}

// Migrator is what goose needs to migrate a database.
type Migrator struct {
	Dialect goose.Dialect
	// Suffix is in the names of the migration files that only this database runs.
	Suffix  string
	Options []goose.ProviderOption
	Pool    *databasesql.DB
	// Lock waits until no other program migrates the database; nil where Options do.
	Lock  func(context.Context) (release func() error, err error)
	Close func() error
}

// Scanner runs statements.
type Scanner interface {
	// Scan runs one statement and reads its rows into a pointer: to a list, or to a struct
	// or a value, which stays as it is if there is no row. Columns belong to the fields
	// that GORM finds for them. Each argument is one value, never a list.
	Scan(into any, statement sql.Clause) error
}

// Snapshot is one snapshot of a database, on which statements run.
type Snapshot interface {
	Scanner
	// Together runs loads that do not depend on each other, and returns the first error
	// in their order. Statements that they wait for at the same time are sent together
	// if the database allows it. Loads never run in parallel, so the data they share
	// needs no lock.
	Together(loads ...func() error) error
}

// ErrClaimed means that another copy is writing to a database.
var ErrClaimed = errors.New("another diwan copy is writing to it")

// noRoom tells a caller that the disk is full, or the memory.
const noRoom = "the database is out of room or of memory; send it again in a while"

// waitedLong tells a caller that the turn to write did not come.
const waitedLong = "another program has been writing to the database for long; send it again in a while"

// joined writes keys with commas between them.
func joined(keys []int64) string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = strconv.FormatInt(key, 10)
	}
	return strings.Join(list, ",")
}

func closeAll(databases ...*gorm.DB) error {
	var errs []error
	for _, db := range databases {
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
