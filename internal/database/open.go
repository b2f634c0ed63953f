package database

import (
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/diwan-cms/diwan/model"
)

// Config says which database to open, and how.
type Config struct {
	// DSN is the URL of a PostgreSQL database, postgres://user:password@host/name,
	// or the path of a SQLite file, which is created when it does not exist.
	DSN string
	// Wait is how long to keep trying a server that cannot be reached. Retry, if set, is
	// called after each failure with the time until the next attempt.
	Wait  time.Duration
	Retry func(err error, next time.Duration)
	// OnRoundTrip, if set, is called with the SQL statements that read or write content;
	// statements that were sent together are reported together.
	OnRoundTrip func(ctx context.Context, trip model.RoundTrip)
}

// Open opens the database as it is.
func Open(ctx context.Context, config Config) (Engine, error) {
	observed := observer{config.OnRoundTrip}
	orm := &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		Logger:                 observed,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
	if isPostgres(config.DSN) {
		e, err := awaitPostgres(ctx, config, orm)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", NameOf(config.DSN), err)
		}
		return e, nil
	}
	if strings.Contains(config.DSN, "://") {
		return nil, errors.New("the database is neither a path nor a URL that begins with postgres://")
	}
	e, err := openSQLite(config.DSN, orm, observed)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// NameOf is the name of a database in messages: a SQLite file's path, or a
// PostgreSQL database's URL without its secrets.
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

// SystemOf is OpenTelemetry's name for the kind of a database.
func SystemOf(dsn string) string {
	if isPostgres(dsn) {
		return "postgresql"
	}
	return "sqlite"
}

// Troubled turns an error of an unavailable database into UNAVAILABLE for the caller,
// and keeps the original for the log. If the caller has left, the error is that of the
// context, whatever the database reported.
func Troubled(ctx context.Context, e Engine, err error) error {
	return troubled(ctx, e, err, func(sentence string) *model.Error {
		return &model.Error{Code: model.CodeUnavailable, Message: sentence}
	})
}

// TroubledWrite is Troubled for a transaction that writes: the caller is told that nothing
// was written, or that it may have been.
func TroubledWrite(ctx context.Context, e Engine, err error) error {
	return troubled(ctx, e, err, func(sentence string) *model.Error {
		trouble, advice, _ := strings.Cut(sentence, "; ")
		if e.InDoubt(err) {
			return &model.Error{Code: model.CodeUnavailable, MayBeWritten: true, Message: trouble + inDoubt}
		}
		return &model.Error{Code: model.CodeUnavailable, Message: trouble + "; nothing was written, " + advice}
	})
}

const inDoubt = " while this was being written; it may have been written: look, or send it again with the same Idempotency-Key"

func troubled(ctx context.Context, e Engine, err error, told func(sentence string) *model.Error) error {
	if _, done := errors.AsType[toldTrouble](err); err == nil || done {
		return err
	}
	sentence := e.Trouble(err)
	switch {
	case errors.Is(ctx.Err(), context.Canceled) && (sentence != "" || cutOff(err)):
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case sentence == "":
		return err
	}
	return toldTrouble{fmt.Errorf("%w: %w", told(sentence), err)}
}

// toldTrouble is an error that says already what a caller is told.
type toldTrouble struct{ error }

func (e toldTrouble) Unwrap() error { return e.error }

// cutOff reports whether a statement failed because its context had ended: database/sql
// undoes the transaction then, and SQLite stops a statement that is running.
func cutOff(err error) bool {
	var failure sqlite3.Error
	return errors.Is(err, databasesql.ErrTxDone) || errors.As(err, &failure) && failure.Code == sqlite3.ErrInterrupt
}

// quiet marks the context of statements that are not reported to OnRoundTrip.
type quiet struct{}

// Quietly is a context whose statements are not reported, for those that a server runs
// every second.
func Quietly(ctx context.Context) context.Context { return context.WithValue(ctx, quiet{}, true) }

// observer reports the statements that GORM runs. Failures are returned to the
// caller, so it does not log them.
type observer struct {
	report func(ctx context.Context, trip model.RoundTrip)
}

func (o observer) LogMode(logger.LogLevel) logger.Interface { return o }
func (o observer) Info(context.Context, string, ...any)     {}
func (o observer) Warn(context.Context, string, ...any)     {}
func (o observer) Error(context.Context, string, ...any)    {}
func (o observer) Trace(ctx context.Context, begin time.Time, f func() (string, int64), err error) {
	if o.report == nil { // the statement need not be written
		return
	}
	took := time.Since(begin)
	query, rows := f()
	o.tell(ctx, model.RoundTrip{Statements: []model.Statement{{SQL: query, Rows: max(0, rows)}}, Began: begin, Took: took, Failed: err != nil && !errors.Is(err, gorm.ErrRecordNotFound)})
}

// tell reports a round trip, unless its statements are quiet.
func (o observer) tell(ctx context.Context, trip model.RoundTrip) {
	if o.report != nil && ctx.Value(quiet{}) == nil {
		o.report(ctx, trip)
	}
}
