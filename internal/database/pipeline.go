package database

import (
	"context"
	databasesql "database/sql"
	"errors"
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// pipeline is a snapshot of a PostgreSQL database that sends statements together, so
// that a level of a query costs one round trip, however many relations it has.
//
// Loads that run together are coroutines. Each runs until it needs rows; when all of
// them do, their statements are sent in one batch.
type pipeline struct {
	ctx  context.Context
	conn *pgx.Conn
	db   *gorm.DB
	tx   pgx.Tx
	tell func(ctx context.Context, trip model.RoundTrip)
	// wait hands over statements of the running load, and returns when they are
	// answered. It is nil outside of loads.
	wait func([]*question) bool
}

// question is a statement and the destination of its rows.
type question struct {
	sql.Clause
	into any
	err  error
}

func (p *pipeline) Scan(into any, statement sql.Clause) error {
	q := &question{Clause: statement, into: into}
	p.ask([]*question{q})
	return q.err
}

func (p *pipeline) ask(questions []*question) {
	if p.wait == nil {
		p.send(questions)
		return
	}
	if !p.wait(questions) { // the loads were abandoned
		for _, q := range questions {
			q.err = errNotAnswered
		}
	}
}

func (p *pipeline) Together(loads ...func() error) error {
	if len(loads) == 1 {
		return loads[0]()
	}
	outer := p.wait
	defer func() { p.wait = outer }()
	errs := make([]error, len(loads))
	waits := make([]func([]*question) bool, len(loads))
	resume := make([]func() ([]*question, bool), len(loads))
	for i, load := range loads {
		next, stop := iter.Pull(func(wait func([]*question) bool) {
			waits[i], p.wait = wait, wait
			errs[i] = load()
		})
		defer stop()
		resume[i] = next
	}
	for {
		var questions []*question
		for i, next := range resume {
			p.wait = waits[i]
			asked, _ := next()
			questions = append(questions, asked...)
		}
		p.wait = outer
		if len(questions) == 0 { // all loads have ended
			for _, err := range errs {
				if err != nil {
					return err
				}
			}
			return nil
		}
		p.ask(questions)
	}
}

// send sends questions in one round trip, the first time with the beginning of the
// transaction.
func (p *pipeline) send(questions []*question) {
	batch := &pgx.Batch{}
	if p.tx == nil {
		batch.BeginTx(pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	}
	trip := model.RoundTrip{Statements: make([]model.Statement, len(questions))}
	for i, q := range questions {
		built := p.db.Raw(q.SQL, q.Args...).Statement
		told := &trip.Statements[i]
		told.SQL = built.SQL.String()
		q.err = errNotAnswered
		batch.Queue(told.SQL, withoutNUL(built.Vars)...).Query(func(rows pgx.Rows) error {
			told.Rows, q.err = scanRows(p.db, rows, q.into)
			return q.err
		})
	}
	trip.Began = time.Now()
	results := p.conn.SendBatch(p.ctx, batch)
	err := results.Close()
	if p.tx == nil {
		p.tx = results.Tx()
	}
	for _, q := range questions {
		if errors.Is(q.err, errNotAnswered) {
			q.err = err
		}
	}
	if p.tell != nil {
		trip.Took, trip.Failed = time.Since(trip.Began), err != nil
		p.tell(p.ctx, trip)
	}
}

// withoutNUL replaces NUL, which PostgreSQL does not accept in texts, by another control
// character. No stored text contains either, so nothing equals it, as on SQLite.
func withoutNUL(args []any) []any {
	for i, arg := range args {
		if text, isText := arg.(string); isText {
			args[i] = strings.ReplaceAll(text, "\x00", "\x01")
		}
	}
	return args
}

// errNotAnswered is the error of a statement until it is answered. It stays if an
// earlier statement of the batch failed.
var errNotAnswered = errors.New("the database did not come to this statement")

// end ends the transaction.
func (p *pipeline) end(ctx context.Context) {
	if p.tx != nil {
		_ = p.tx.Rollback(ctx) // it has only read; a connection on which it fails is closed
	}
}

// scanRows reads rows as GORM's Scan reads those of database/sql, and returns their
// number.
func scanRows(db *gorm.DB, rows pgx.Rows, into any) (int64, error) {
	if err := rows.Err(); err != nil {
		return 0, err
	}
	db = db.Raw("") // a statement of its own
	if err := db.Statement.Parse(into); err != nil && !errors.Is(err, schema.ErrUnsupportedDataType) {
		return 0, err
	}
	db.Statement.Dest, db.Statement.ReflectValue = into, reflect.ValueOf(into).Elem()
	gorm.Scan(gormRows{rows}, db, 0)
	return db.RowsAffected, db.Error
}

// gormRows adapts rows of pgx to GORM.
type gormRows struct{ pgx.Rows }

func (r gormRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	return names, nil
}

// ColumnTypes are not needed to read into structs and numbers.
func (r gormRows) ColumnTypes() ([]*databasesql.ColumnType, error) { return nil, nil }

func (r gormRows) Close() error {
	r.Rows.Close()
	return nil
}
