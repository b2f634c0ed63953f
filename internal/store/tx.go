package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Tx is one transaction that writes, as one of its writers sees it.
type Tx struct {
	engine database.Engine
	on     *database.Statements
	nouns  nouns
	// at is the time of everything written in it.
	at    model.DateTime
	actor Actor
	// times are those of the nodes that are written, where they are known; see Dated.
	times Times
	// known is what LookUp has looked up; nil where nothing was.
	known *lookedUp
	// written is what this writer wrote so far, as the change log has it.
	written *[]model.Written
	*pending
}

// pending is what is written at the end of a transaction, and what it knows of names.
type pending struct {
	index *indexing
	// uses are what is still to be added to node_uses.
	uses  []use
	names txNames
	// queue holds rows that are still to be inserted; articles are those among them.
	queue    *database.Queue
	articles []queuedArticle
	// lastKey is that of the last new article, 0 where the database knows it.
	lastKey int64
	// absent are keys that no article has, but for those in the queue.
	absent map[NaturalKey]bool
	nodes  txNodes
}

// Actor is the author of a write, as recorded in the change log.
type Actor struct {
	Name string `gorm:"column:actor"`
	// Key identifies the actor, whatever the name. Empty if unknown.
	Key string `gorm:"column:actor_key"`
	// TokenID is the key of the access token that was used; 0 if none in the database
	// was.
	TokenID int64
}

// Write is WriteNow with a given time.
func (s *Store) Write(ctx context.Context, actor Actor, at model.DateTime, f func(*Tx) error) error {
	return s.WriteNow(ctx, actor, func() model.DateTime { return at }, f)
}

func (s *Store) write(ctx context.Context, f func(*gorm.DB) error) error {
	err := s.engine.Transaction(ctx, func(db *gorm.DB) error {
		if err := s.refuseOutdated(db); err != nil {
			return err
		}
		return f(db)
	})
	switch {
	case err == nil:
		s.wrote.Store(time.Now().UnixNano())
	case s.engine.Trouble(err) != "":
		s.wrote.Store(0)
	}
	return database.TroubledWrite(ctx, s.engine, err)
}

// Analyze analyses texts. It takes about as long as all else that a new article takes, so
// writers do it before their transaction, for which others wait.
func (s *Store) Analyze(t Texts) *Analysis { return analyze(&s.indexer, &s.words, t) }

// begin returns a transaction of nobody yet. What it writes in the end is written whether
// or not the caller has left: others may have written in it.
func (s *Store) begin(db *gorm.DB) *Tx {
	index := &indexing{
		on:     s.engine.Statements(db.WithContext(context.WithoutCancel(db.Statement.Context))),
		engine: s.engine, nouns: s.nouns, indexer: &s.indexer, words: &s.words, learned: map[string]bool{},
	}
	p := &pending{index: index, names: txNames{linkers: &s.linkers}, nodes: txNodes{shared: &s.known}}
	p.queue = database.NewQueue(func() { p.articles, p.lastKey, p.absent = nil, 0, nil })
	index.on.Queued(p.queue)
	return &Tx{engine: s.engine, on: s.engine.Statements(db).Queued(p.queue), nouns: s.nouns, written: new([]model.Written), pending: p}
}

// finish writes what is written at the end.
func (tx *Tx) finish() error {
	if err := tx.index.on.Settle(); err != nil {
		return fail(err, model.NodeArticle, "write")
	}
	return firstError(writeUses(tx.index.on, tx.uses), tx.index.write())
}

// Try runs f inside a savepoint of the transaction: an error of f undoes only what f
// wrote.
func (tx *Tx) Try(f func(*Tx) error) error {
	var tried error
	before := len(*tx.written)
	undone, err := tx.try(func() bool {
		tried = f(tx)
		return tried == nil
	})
	if err != nil && tried != nil && tx.engine.Trouble(tried) != "" { // which is why it cannot be undone
		return fmt.Errorf("%w: %w", tried, err)
	}
	if undone {
		*tx.written = (*tx.written)[:before]
	}
	return firstError(err, tried)
}

// errUndone is the error of whoever wrote in a transaction that the database has undone by
// itself, as SQLite does where the disk is full.
var errUndone = &model.Error{Code: model.CodeUnavailable, Message: "the database has undone what was written; nothing of it is kept, send it again in a while"}

// try runs f inside a savepoint, and undoes what it wrote unless f returns true. An error is
// one of the transaction.
//
// GORM's nested transactions leave their savepoints open, and SQLite searches all open
// savepoints for every page it writes: with 4,000 of them an import took nearly three
// times as long.
func (tx *Tx) try(f func() bool) (undone bool, err error) {
	// What is queued may be inserted before or after the savepoint: see Return.
	end := tx.index.on.Apart() // also if the caller leaves meanwhile
	run := func(statement string) error {
		_, err := end.Exec(sql.Text(statement))
		return err
	}
	if err := run("SAVEPOINT try"); err != nil {
		return true, fmt.Errorf("begin to try: %w", err)
	}
	indexed, uses, queued, articles := len(tx.index.rows), len(tx.uses), tx.queue.Mark(), tx.articles
	last := tx.lastKey
	if undone = !f(); undone {
		tx.index.rows, tx.uses, tx.articles = tx.index.rows[:indexed], tx.uses[:uses], articles
		tx.queue.Return(queued)
		tx.lastKey, tx.absent = last, nil
		if err := run("ROLLBACK TO SAVEPOINT try"); err != nil {
			return true, fmt.Errorf("undo what was tried: %w: %w", errUndone, err)
		}
	}
	if err := run("RELEASE SAVEPOINT try"); err != nil {
		return true, fmt.Errorf("end to try: %w", err)
	}
	return undone, nil
}

// At is the time of everything that is written in this transaction.
func (tx *Tx) At() model.DateTime { return tx.at }

// Written is what this writer has written in this transaction, in its order.
func (tx *Tx) Written() []model.Written { return *tx.written }

func (tx *Tx) run(statement string, args ...any) error {
	_, err := tx.on.Exec(sql.Text(statement, args...))
	return err
}

// exec runs one statement that writes data derived from a node.
func (tx *Tx) exec(node model.NodeType, doing, statement string, args ...any) error {
	return fail(tx.run(statement, args...), node, doing)
}
