// Package store keeps the nouns in a database. It is the only package that
// knows SQL and GORM: it reads what a model.Plan asks for in one statement a
// relation, and writes in transactions that append to the change log.
package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Store is an open database. Safe for concurrent use.
type Store struct {
	dialect dialect
	words   dictionary
	indexer text.Indexer
	linkers linkers
	render  *text.Renderer

	mu sync.Mutex
	// changed is closed by the next Announce.
	changed chan struct{}
}

func newStore(d dialect) *Store {
	return &Store{dialect: d, render: text.NewRenderer(), changed: make(chan struct{})}
}

// Config says which database to open, and how.
type Config struct {
	// DSN is the URL of a PostgreSQL database, postgres://user:password@host/name,
	// or the path of a SQLite file, made when it does not exist.
	DSN string
	// Wait is how long a server that cannot be reached is tried again; Retry, when
	// set, is told each time, and when the next try is.
	Wait  time.Duration
	Retry func(err error, next time.Duration)
	// OnRoundTrip, when set, is told the SQL statements that read or write content,
	// those together that were sent together.
	OnRoundTrip func(ctx context.Context, trip model.RoundTrip)
}

// Open opens the database and brings its tables up to date.
func Open(ctx context.Context, config Config) (*Store, error) {
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	err = s.migrate(ctx)
	if err == nil {
		err = s.whole(ctx, config)
	}
	if err == nil {
		err = s.newIndex(ctx)
	}
	if err != nil {
		return nil, errors.Join(explained(err), s.Close())
	}
	return s, nil
}

// connect opens the database as it is.
func connect(ctx context.Context, config Config) (*Store, error) {
	orm := &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		Logger:                 statements{config.OnRoundTrip},
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
	if isPostgres(config.DSN) {
		d, err := awaitPostgres(ctx, config, orm)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", NameOf(config.DSN), err)
		}
		return newStore(d), nil
	}
	if strings.Contains(config.DSN, "://") {
		return nil, errors.New("the database is neither a path nor a URL that begins with postgres://")
	}
	d, err := openSQLite(config.DSN, orm)
	if err != nil {
		return nil, err
	}
	return newStore(d), nil
}

// NameOf is how to speak of a database: a SQLite file by its path, a PostgreSQL
// database by its URL without what is secret.
func NameOf(dsn string) string {
	if !isPostgres(dsn) {
		return dsn
	}
	config, err := postgresConfig(dsn)
	if err != nil {
		return "the PostgreSQL database"
	}
	at := config.ConnConfig
	return "postgres://" + net.JoinHostPort(at.Host, strconv.Itoa(int(at.Port))) + "/" + at.Database
}

// SystemOf is what OpenTelemetry calls the system of a database.
func SystemOf(dsn string) string {
	if isPostgres(dsn) {
		return "postgresql"
	}
	return "sqlite"
}

// Close closes the database. Reads and writes under way are waited for.
func (s *Store) Close() error { return s.dialect.close() }

// Ready reports whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return s.dialect.reader().WithContext(ctx).Raw("SELECT 1 FROM changes LIMIT 1").Scan(&one).Error
}

// Alone runs f while no other server that has the database open does.
func (s *Store) Alone(ctx context.Context, f func() error) error {
	return s.dialect.alone(ctx, f)
}

// troubled gives an error that is the database's trouble its meaning for the
// caller, UNAVAILABLE, and keeps what it was for the log. Where the caller has
// left, the error says so: whatever it was, it came of that.
func (s *Store) troubled(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	sentence := s.dialect.trouble(err)
	switch {
	case sentence == "":
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return fmt.Errorf("%w: %w", &model.Error{Code: model.CodeUnavailable, Message: sentence}, err)
}

// Tx is one transaction that writes.
type Tx struct {
	dialect dialect
	db      *gorm.DB
	// at is the moment of all that is written in it.
	at    model.DateTime
	actor Actor
	// indexing is what its end writes into the indexes, with the store's indexer;
	// learned are the words thereof that words, the store's, did not know.
	indexing []indexRow
	indexer  *text.Indexer
	learned  map[string]bool
	words    *dictionary
	// linkers are the store's; named says that this transaction wrote a name.
	linkers *linkers
	named   bool
}

// Actor is who writes, as the change log names them.
type Actor struct {
	Name string `gorm:"column:actor"`
	// Key is whose they are, whatever the name. Empty where it is not known.
	Key string `gorm:"column:actor_key"`
	// TokenID is the key of the access token that they wrote with, 0 for none that
	// the database knows.
	TokenID int64
}

// Write is WriteNow at a moment that is known before.
func (s *Store) Write(ctx context.Context, actor Actor, at model.DateTime, f func(*Tx) error) error {
	return s.WriteNow(ctx, actor, func() model.DateTime { return at }, f)
}

// WriteNow runs f in one transaction: all of what it wrote is kept once WriteNow
// answered nil, and none of it otherwise. Writers take turns; the moment of what is
// written is that at which the turn comes.
func (s *Store) WriteNow(ctx context.Context, actor Actor, now func() model.DateTime, f func(*Tx) error) error {
	tx := &Tx{dialect: s.dialect, actor: actor, linkers: &s.linkers, words: &s.words, learned: map[string]bool{}, indexer: &s.indexer}
	err := s.write(ctx, func(db *gorm.DB) error {
		tx.db, tx.at = db, now()
		if err := f(tx); err != nil {
			return err
		}
		return tx.writeIndexes()
	})
	if err == nil {
		s.words.remember(tx.learned)
		s.Announce()
	}
	return err
}

func (s *Store) write(ctx context.Context, f func(*gorm.DB) error) error {
	return s.troubled(ctx, s.dialect.transaction(ctx, f))
}

// Try runs f inside the transaction so that an error of f undoes what f wrote
// and nothing else.
//
// GORM's nested transactions leave their savepoints open, and SQLite looks
// through all that are open for every page it writes: with 4000 of them an
// import took nearly three times as long.
func (tx *Tx) Try(f func(*Tx) error) error {
	if err := tx.db.Exec("SAVEPOINT try").Error; err != nil {
		return fmt.Errorf("begin to try: %w", err)
	}
	indexing := len(tx.indexing)
	tried := f(tx)
	if tried != nil {
		tx.indexing = tx.indexing[:indexing]
		if err := tx.db.Exec("ROLLBACK TO SAVEPOINT try").Error; err != nil {
			return fmt.Errorf("undo what was tried: %w", err)
		}
	}
	if err := tx.db.Exec("RELEASE SAVEPOINT try").Error; err != nil {
		return fmt.Errorf("end to try: %w", err)
	}
	return tried
}

// read runs f on one snapshot of the database.
func (s *Store) read(ctx context.Context, view View, f func(*reading) error) error {
	return s.troubled(ctx, s.dialect.snapshot(ctx, func(on snapshot) error {
		return f(&reading{snapshot: on, dialect: s.dialect, words: &s.words, linkers: &s.linkers, seen: map[model.Language]*text.Linker{}, render: s.render, view: view})
	}))
}

// fail gives the database failures on which a client can act their public
// meaning, and leaves the rest as they are.
func fail(err error, node model.NodeType, doing string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.NotFound(node)
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return &model.Error{Code: model.ErrorCodeDuplicate, Message: "another " + strings.ToLower(string(node)) + " already has this key"}
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", doing, strings.ToLower(string(node)), err)
	}
	return nil
}

// quiet marks what is asked of the database once a second: it is not told.
type quiet struct{}

func quietly(ctx context.Context) context.Context { return context.WithValue(ctx, quiet{}, true) }

// statements tells OnRoundTrip what GORM runs. Failures are returned to who
// asked, not logged here.
type statements struct {
	tell func(ctx context.Context, trip model.RoundTrip)
}

func (s statements) LogMode(logger.LogLevel) logger.Interface { return s }
func (s statements) Info(context.Context, string, ...any)     {}
func (s statements) Warn(context.Context, string, ...any)     {}
func (s statements) Error(context.Context, string, ...any)    {}
func (s statements) Trace(ctx context.Context, begin time.Time, f func() (string, int64), err error) {
	if s.tell == nil || ctx.Value(quiet{}) != nil {
		return
	}
	took := time.Since(begin)
	query, rows := f()
	s.tell(ctx, model.RoundTrip{Statements: []model.Statement{{SQL: query, Rows: max(0, rows)}}, Began: begin, Took: took, Failed: err != nil && !errors.Is(err, gorm.ErrRecordNotFound)})
}
