package store

import (
	"context"
	databasesql "database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/text"
)

// dialect is an open database, and all in which databases differ. What is not
// asked here is the same on each.
type dialect interface {
	// writer is for migrations, reader for single statements that read.
	writer() *gorm.DB
	reader() *gorm.DB
	// snapshot runs f on one snapshot of the database.
	snapshot(ctx context.Context, f func(snapshot) error) error
	// transaction runs f in a transaction that writes, once those of others have
	// ended: one at a time writes. What f reads is what they left.
	transaction(ctx context.Context, f func(*gorm.DB) error) error
	// takeTurn makes a transaction that is not transaction's wait for those that are.
	takeTurn(*gorm.DB) error
	// alone runs f while no other server does.
	alone(ctx context.Context, f func() error) error
	// trouble says in a sentence for the caller what keeps the database from
	// answering; empty when the error is of another kind.
	trouble(error) string

	// keys is a table expression of that name with the column `value`: the keys
	// given as one argument that keysArg made.
	keys(name string) string
	keysArg(keys []int64) any
	// texts is the same of texts.
	texts(name string) string
	textsArg(texts []string) any
	// terms is the placeholder of the terms of a row of an index, and termsArg what
	// is bound to it.
	terms() string
	termsArg(text.Index) any
	// matching holds for the rows of an index, called x, whose terms are as the
	// expression says.
	matching(of index, e expression) clause
	// walks is FROM and WHERE for the rows n of the table whose keys a query
	// answers that refers to the tables of from: one walk for each of their rows.
	walks(from clause, table string, keys clause) clause
	// belongs holds where the expression is the column of one of the rows, which
	// begin with FROM and a WHERE that refers to the tables outside.
	belongs(expression, column, rows string) string
	// sequences is the table of the last key given out in each table: name, seq.
	sequences() string
	// deferChecks is a statement: what a transaction writes to topics may refer to
	// rows that come later in it.
	deferChecks() string
	// hasTable is a statement that answers whether there is a table of that name;
	// NULL where the user may not see any.
	hasTable() string
	// claim takes the database for a copy into it, until release is called.
	// errClaimed where another has it, in this process or elsewhere.
	claim(ctx context.Context) (release func() error, err error)

	migrator() (migrator, error)
	close() error
}

// migrator is what migrations need of a database.
type migrator struct {
	goose   goose.Dialect
	suffix  string // in the names of migration files that are this database's alone
	options []goose.ProviderOption
	pool    *databasesql.DB
	close   func() error
}

// snapshot is one snapshot of a database, on which statements run.
type snapshot interface {
	// scan runs one statement, and reads its rows into a pointer as GORM does.
	scan(into any, statement clause) error
	// together runs loads that do not need each other, and answers the first error
	// in their order. The statements that they wait for at the same time go out
	// together where the database can take them so. Loads never run at once: what
	// they share needs no lock.
	together(loads ...func() error) error
}

// errClaimed is that another copy writes to a database.
var errClaimed = errors.New("another diwan copy is writing to it")

// waitedLong is for the caller whose turn to write did not come.
const waitedLong = "another program has been writing to the database for long; send it again in a while"

// joined writes keys with commas between.
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
