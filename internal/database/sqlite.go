package database

import (
	"cmp"
	"context"
	databasesql "database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/match"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/database/stableplans"
	"github.com/diwan-cms/diwan/internal/fulltext"
)

// sqlite is a SQLite file, opened twice: with one connection that writes, and with
// several that only read. In WAL mode readers never wait for the writer.
type sqlite struct {
	write, read *gorm.DB
	// patience is how long a writer waits for others.
	patience time.Duration
	readers  *databasesql.DB // of read
	mapper   *mapper
	observed observer
	file     *databaseFile
}

// openSQLite opens the file, and creates it if it does not exist. With synchronous=FULL
// a commit survives power loss, not only the end of the process.
func openSQLite(path string, orm *gorm.Config, observed observer) (*sqlite, error) {
	if err := requireBuilt(); err != nil {
		return nil, err
	}
	if err := private(path); err != nil {
		return nil, err
	}
	if err := stableplans.Register(); err != nil {
		return nil, err
	}
	open := func(connections int, options url.Values) (*gorm.DB, error) {
		// Statements differ with the shape of queries: each connection keeps those in use prepared.
		options.Set("_stmt_cache_size", "200")
		dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode()
		db, err := unlocked(func() (*gorm.DB, error) {
			return gorm.Open(sqliteDialector{&gormsqlite.Dialector{DSN: dsn}}, orm)
		})
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
	write, err := open(1, url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_foreign_keys": {"on"},
		"_busy_timeout": {strconv.FormatInt(maxWait.Milliseconds(), 10)}, "_txlock": {"immediate"},
		"_mutex": {"no"}, "_cache_size": {writerCache},
	})
	if err == nil {
		err = write.WithContext(Quietly(context.Background())).Exec("PRAGMA wal_autocheckpoint = " + checkpointAfter).Error
	}
	if err != nil {
		return nil, err
	}
	read, err := open(max(4, 2*runtime.NumCPU()), url.Values{
		"mode": {"ro"}, "_query_only": {"on"}, "_foreign_keys": {"on"}, "_busy_timeout": {"5000"}, "_mutex": {"no"},
	})
	if err != nil {
		return nil, errors.Join(err, closeAll(write))
	}
	readers, err := read.DB()
	if err != nil {
		return nil, errors.Join(err, closeAll(write, read))
	}
	file, err := databaseFileAt(path)
	if err != nil {
		return nil, errors.Join(err, closeAll(write, read))
	}
	return &sqlite{write, read, maxWait, readers, &mapper{namer: read.NamingStrategy}, observed, file}, nil
}

// What a write touches is spread over some thirty trees of pages, of which each new article
// changes a few. With more memory for them (in KiB, if negative) and less frequent
// checkpoints (after so many pages of the log), a page that many articles change is read
// and written back less often.
const (
	writerCache     = "-16000"
	checkpointAfter = "4000"
)

// unlocked retries opening a file while it is locked. SQLite does not wait for locks
// when it switches a new file to WAL mode, whatever the busy_timeout.
func unlocked(open func() (*gorm.DB, error)) (*gorm.DB, error) {
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		db, err := open()
		var failure sqlite3.Error
		if !errors.As(err, &failure) || failure.Code != sqlite3.ErrBusy || time.Now().After(end) {
			return db, err
		}
		if pool, poolErr := db.DB(); poolErr == nil {
			_ = pool.Close() // it has no open connection
		}
	}
}

// sqliteDialector is GORM's, but reports statements without their values.
type sqliteDialector struct{ *gormsqlite.Dialector }

// Explain is the statement.
func (sqliteDialector) Explain(statement string, _ ...any) string { return statement }

// private creates the file, if it does not exist, so that only its owner can read it: it
// contains drafts. SQLite gives the files beside it the same mode.
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

// requireBuilt refuses a binary that was built without SQLite's full-text search,
// before it makes a file.
func requireBuilt() error {
	db, err := databasesql.Open("sqlite3", ":memory:")
	if err != nil {
		return err
	}
	defer db.Close()
	return requireFTS5(db)
}

// requireFTS5 asks a connection whether its SQLite has full-text search.
func requireFTS5(db *databasesql.DB) error {
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

func (d *sqlite) Writer() *gorm.DB { return d.write }
func (d *sqlite) Reader() *gorm.DB { return d.read }

// Transaction begins with BEGIN IMMEDIATE. The caller may leave only until it has begun, and
// between the statements of f: database/sql would undo the transaction at any time, and others
// may have written in it. While another program writes, it tries again
// every few milliseconds: SQLite itself would try less and less often, and miss the short
// rests that an import takes for it. Nothing is acknowledged into a file that is gone.
func (d *sqlite) Transaction(ctx context.Context, f func(*gorm.DB) error) error {
	if err := d.file.check(); err != nil {
		return err
	}
	if err := d.transaction(ctx, f); err != nil {
		return err
	}
	if err := d.file.check(); err != nil {
		return fmt.Errorf("%w: %w", errCommit, err)
	}
	return nil
}

func (d *sqlite) transaction(ctx context.Context, f func(*gorm.DB) error) error {
	return d.write.WithContext(ctx).Connection(func(db *gorm.DB) (err error) {
		if err := setPatience(db, briefly); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, setPatience(db.WithContext(context.WithoutCancel(ctx)), d.patience)) }()
		for end := time.Now().Add(d.patience); ; {
			began := false
			err := db.WithContext(context.WithoutCancel(ctx)).Transaction(func(tx *gorm.DB) error {
				began = true
				return f(tx.WithContext(ctx))
			})
			var failure sqlite3.Error
			if began || ctx.Err() != nil || !errors.As(err, &failure) || failure.Code != sqlite3.ErrBusy || time.Now().After(end) {
				return err
			}
		}
	})
}

func (d *sqlite) SharesTransactions() bool { return true }

// Statements checks only between statements whether the caller has left: to stop one
// halfway, the driver would start a goroutine for each.
func (d *sqlite) Statements(db *gorm.DB) *Statements {
	s := statementsOn(db, d.mapper, d.observed)
	s.uninterrupted = context.WithoutCancel(s.ctx)
	s.text = func(c sql.Clause) string { return c.SQL }
	return s
}

const (
	// maxWait is the usual patience.
	maxWait = 30 * time.Second
	// briefly is how long SQLite tries to begin a transaction before it is asked again.
	briefly = 3 * time.Millisecond
)

// setPatience sets how long SQLite waits for locks on a connection.
func setPatience(db *gorm.DB, d time.Duration) error {
	return db.Session(&gorm.Session{NewDB: true, Context: Quietly(db.Statement.Context)}).
		Exec("PRAGMA busy_timeout = " + strconv.FormatInt(d.Milliseconds(), 10)).Error
}

// TakeTurn does nothing: BEGIN IMMEDIATE has waited.
func (d *sqlite) TakeTurn(*gorm.DB) error { return nil }

// Alone only runs f: a file has one server.
func (d *sqlite) Alone(_ context.Context, f func() error) error { return f() }

func (d *sqlite) Trouble(err error) string {
	if errors.Is(err, errGone) {
		return "the file of the database is gone, or another is in its place; tell whoever runs this server"
	}
	var failure sqlite3.Error
	if !errors.As(err, &failure) {
		return ""
	}
	switch failure.Code {
	case sqlite3.ErrBusy:
		return waitedLong
	case sqlite3.ErrFull:
		return noRoom
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return "the file of the database can only be read at the moment; send it again in a while"
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen:
		return "the database is out of room, or its disk fails; send it again in a while"
	}
	return ""
}

// InDoubt is true if the file went away meanwhile: a commit that fails is undone.
func (d *sqlite) InDoubt(err error) bool { return errors.Is(err, errCommit) }

// Standing checks that the open file is still where it was.
func (d *sqlite) Standing() error { return d.file.check() }

func (d *sqlite) Keys(name string, keys []int64) sql.Clause {
	return sql.Text("json_each(?) AS "+name, "["+joined(keys)+"]")
}

func (d *sqlite) Texts(name string, texts []string) sql.Clause {
	list, _ := json.Marshal(texts) // texts always encode
	return sql.Text("json_each(?) AS "+name, string(list))
}

// Terms is a text that FTS5 splits into the terms again. A word that no query contains
// separates the fields.
func (d *sqlite) Terms(x fulltext.Index) sql.Clause {
	var b strings.Builder
	for _, word := range x.Words {
		b.WriteString(cmp.Or(word, "|"))
		b.WriteByte(' ')
	}
	b.WriteString("| ")
	b.WriteString(strings.Join(x.Terms, " "))
	return sql.Text("?", b.String())
}

// IndexesAtOnce is one: FTS5 writes what it has buffered at each savepoint, and a statement
// that writes several rows has one.
func (d *sqlite) IndexesAtOnce() int { return 1 }

func (d *sqlite) Matching(index string, e match.Expression) sql.Clause {
	return sql.Text("x."+index+" MATCH ?", e.FTS5())
}

// Walks starts with the keys: SQLite looks up each row by its key, and runs the query
// for the keys once for each row of from.
func (d *sqlite) Walks(from sql.Clause, table string, keys sql.Clause) sql.Clause {
	return sql.Join("", from.Wrap("FROM ", " CROSS JOIN "+table+" n WHERE n.id IN ("), keys, sql.Text(")"))
}

// Belongs reads the rows first, by their index, and looks up by key what they belong to.
func (d *sqlite) Belongs(expression, column, rows string) string {
	return expression + " IN (SELECT " + column + " " + rows + ")"
}

func (d *sqlite) Listed(column string) string { return "group_concat(" + column + ")" }

func (d *sqlite) NextKey(table string) (next sql.Clause, taken bool) {
	return sql.Text("SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = ?", table), false
}

func (d *sqlite) Sequences() string { return "sqlite_sequence" }

func (d *sqlite) DeferChecks() string { return "PRAGMA defer_foreign_keys = ON" }

func (d *sqlite) HasTable() string {
	return "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)"
}

// Claim reserves the database by the file with the suffix -copying beside it.
func (d *sqlite) Claim(ctx context.Context) (func() error, error) { return d.lock(ctx, "-copying") }

// lock writes to a file beside the database, and never commits: the lock is released when
// the process ends, however it ends. The error is ErrClaimed if another has it.
func (d *sqlite) lock(ctx context.Context, suffix string) (release func() error, err error) {
	var path string
	if err := d.read.WithContext(ctx).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path).Error; err != nil {
		return nil, err
	}
	path += suffix
	pool, err := databasesql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=exclusive&_busy_timeout=0")
	if err != nil {
		return nil, err
	}
	// The claim must outlive ctx.
	tx, err := pool.BeginTx(context.WithoutCancel(ctx), nil)
	if err == nil {
		_, err = tx.Exec("CREATE TABLE claim (of_the_database)") // fails if the previous owner has removed the file
	}
	if err != nil {
		var failure sqlite3.Error
		_, missing := os.Stat(path) // the previous owner may have removed the file meanwhile
		if errors.As(err, &failure) && (failure.Code == sqlite3.ErrBusy || failure.Code == sqlite3.ErrReadonly || failure.Code == sqlite3.ErrIoErr && missing != nil) {
			err = ErrClaimed
		}
		return nil, errors.Join(err, pool.Close())
	}
	return func() error {
		_ = os.Remove(path) // a file that is left does no harm
		return errors.Join(tx.Rollback(), pool.Close())
	}, nil
}

func (d *sqlite) Migrator() (Migrator, error) {
	pool, err := d.write.DB()
	return Migrator{Dialect: goose.DialectSQLite3, Suffix: "sqlite", Pool: pool, Lock: d.lockMigrations, Close: func() error { return nil }}, err
}

// lockMigrations waits for others that migrate the file: goose looks up which migrations
// are missing before it takes the file's lock for each.
func (d *sqlite) lockMigrations(ctx context.Context) (release func() error, err error) {
	for end := time.Now().Add(d.patience); ; {
		release, err = d.lock(ctx, "-migrating")
		if !errors.Is(err, ErrClaimed) || time.Now().After(end) {
			return release, err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (d *sqlite) Close() error {
	err := errors.Join(closeAll(d.read), allReturned(d.read))
	// The writer last: only its connection may remove the files beside the database. A
	// context that ended just after a statement can leave the connection interrupted, and
	// closing it would then not write back what is in the log; a statement clears that.
	_ = d.write.WithContext(Quietly(context.Background())).Exec("SELECT 1").Error // fails if it is closed already
	return errors.Join(err, closeAll(d.write), allReturned(d.write))
}

// maxReturn is how long to wait for statements that run when a pool is closed.
const maxReturn = 5 * time.Second

// allReturned waits until the connections of a closed pool are closed: the pool itself
// leaves those in use to whoever returns them.
func allReturned(db *gorm.DB) error {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	for end := time.Now().Add(maxReturn); pool.Stats().OpenConnections > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return errors.New("a statement still runs while the database is being closed")
		}
	}
	return nil
}

// SQLiteVersion returns the version of SQLite that is compiled in.
func SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}
