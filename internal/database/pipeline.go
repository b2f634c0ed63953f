package database

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// pipeline is a snapshot of a PostgreSQL database that sends statements together, so
// that a level of a query costs one round trip, however many relations it has.
//
// Loads that run together are coroutines. Each runs until it needs rows; when all of
// them do, their statements are sent in one batch.
type pipeline struct {
	ctx    context.Context
	conn   *pgx.Conn
	mapper *mapper
	tx     pgx.Tx
	tell   func(ctx context.Context, trip model.RoundTrip)
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
		told := &trip.Statements[i]
		told.SQL = numbered(q.Clause)
		q.err = errNotAnswered
		batch.Queue(told.SQL, withoutNUL(q.Args)...).Query(func(rows pgx.Rows) error {
			var read int
			read, q.err = p.mapper.readWire(q.into, rows)
			told.Rows = int64(read)
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
	sent := slices.Clone(args)
	for i, arg := range args {
		if text, isText := arg.(string); isText && strings.Contains(text, "\x00") {
			sent[i] = strings.ReplaceAll(text, "\x00", "\x01")
		}
	}
	return sent
}

// numbered is the text of a statement as PostgreSQL wants it: its placeholders are $1,
// $2 and so on.
func numbered(c sql.Clause) string {
	var b strings.Builder
	b.Grow(len(c.SQL) + 2*len(c.Args))
	rest := c.SQL
	for i := range c.Args {
		before, after, found := strings.Cut(rest, "?")
		if !found {
			break // PostgreSQL says which argument it does not know
		}
		b.WriteString(before)
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
		rest = after
	}
	b.WriteString(rest)
	return b.String()
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
