// Package store keeps the nouns in a database. It is the only package that
// knows SQL and GORM: it reads what a model.Plan asks for in one statement a
// relation, and writes in transactions that append to the change log.
package store

import (
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/diwan-cms/diwan/model"
)

// Store is an open database. Safe for concurrent use.
type Store struct {
	reader  *gorm.DB
	writer  *gorm.DB
	dialect dialect
}

// Config says which database to open, and how.
type Config struct {
	// DSN is the path of a SQLite file, made when it does not exist.
	DSN string
	// OnStatement, when set, is told every SQL statement that reads or writes
	// content, in the goroutine that ran it.
	OnStatement func(ctx context.Context, sql string, took time.Duration)
}

// Open opens the database and brings its tables up to date. A PostgreSQL URL is
// refused: this version keeps everything in SQLite.
func Open(ctx context.Context, config Config) (*Store, error) {
	if dsn := strings.ToLower(config.DSN); strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return nil, errors.New("PostgreSQL is not supported yet; give --database the path of a SQLite file, such as diwan.db")
	}
	s := &Store{dialect: sqliteDialect{}}
	reader, writer, err := openSQLite(config.DSN, gormConfig(config))
	if err != nil {
		return nil, err
	}
	s.reader, s.writer = reader, writer
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func gormConfig(config Config) *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		Logger:                 statements{config.OnStatement},
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}

// Close closes the database. Reads and writes under way are waited for.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.reader, s.writer} {
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Ready reports whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return s.reader.WithContext(ctx).Raw("SELECT 1 FROM changes LIMIT 1").Scan(&one).Error
}

// Tx is one transaction that writes.
type Tx struct {
	*reading
	db *gorm.DB
	// at is the moment of all that is written in it.
	at    model.DateTime
	actor string
}

// Write runs f in one transaction: all of what it wrote is kept once Write
// answered nil, and none of it otherwise. Writers take turns.
func (s *Store) Write(ctx context.Context, actor string, at model.DateTime, f func(*Tx) error) error {
	err := s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tx := &Tx{reading: &reading{ctx: ctx, db: db, store: s, view: View{Drafts: true}}, db: db, at: at, actor: actor}
		return f(tx)
	})
	if s.dialect.busy(err) {
		return &model.Error{Code: model.CodeUnavailable, Message: "another program has been writing to the database for long; send it again in a while"}
	}
	return err
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
	tried := f(tx)
	if tried != nil {
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
	return s.reader.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return f(&reading{ctx: ctx, db: db, store: s, view: view})
	}, &databasesql.TxOptions{ReadOnly: true})
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

// statements tells OnStatement what GORM runs. Failures are returned to who
// asked, not logged here.
type statements struct {
	tell func(ctx context.Context, sql string, took time.Duration)
}

func (s statements) LogMode(logger.LogLevel) logger.Interface { return s }
func (s statements) Info(context.Context, string, ...any)     {}
func (s statements) Warn(context.Context, string, ...any)     {}
func (s statements) Error(context.Context, string, ...any)    {}
func (s statements) Trace(ctx context.Context, begin time.Time, f func() (string, int64), _ error) {
	if s.tell != nil {
		query, _ := f()
		s.tell(ctx, query, time.Since(begin))
	}
}
