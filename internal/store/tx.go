package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Tx is one transaction that writes.
type Tx struct {
	engine database.Engine
	on     *database.Statements
	nouns  nouns
	// at is the time of everything written in it.
	at    model.DateTime
	actor Actor
	index *indexing
	names txNames
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

// WriteNow runs f in one transaction: if f returns nil, everything that it wrote is kept,
// otherwise nothing. Writers take turns: the engine's Transaction waits, and the time of
// the write is taken when the turn has come.
func (s *Store) WriteNow(ctx context.Context, actor Actor, now func() model.DateTime, f func(*Tx) error) error {
	var learned map[string]bool
	err := s.write(ctx, func(db *gorm.DB) error {
		tx := s.begin(db, actor, now())
		if err := f(tx); err != nil {
			return err
		}
		learned = tx.index.learned
		return tx.index.write()
	})
	if err == nil {
		s.words.remember(learned)
		s.Announce()
	}
	return err
}

func (s *Store) write(ctx context.Context, f func(*gorm.DB) error) error {
	return database.Troubled(ctx, s.engine, s.engine.Transaction(ctx, f))
}

func (s *Store) begin(db *gorm.DB, actor Actor, at model.DateTime) *Tx {
	on := s.engine.Statements(db)
	index := &indexing{on: on, engine: s.engine, nouns: s.nouns, indexer: &s.indexer, words: &s.words, learned: map[string]bool{}}
	return &Tx{engine: s.engine, on: on, nouns: s.nouns, at: at, actor: actor, index: index, names: txNames{linkers: &s.linkers}}
}

// Try runs f inside a savepoint of the transaction: an error of f undoes only what f
// wrote.
//
// GORM's nested transactions leave their savepoints open, and SQLite searches all open
// savepoints for every page it writes: with 4,000 of them an import took nearly three
// times as long.
func (tx *Tx) Try(f func(*Tx) error) error {
	if err := tx.run("SAVEPOINT try"); err != nil {
		return fmt.Errorf("begin to try: %w", err)
	}
	indexed := len(tx.index.rows)
	tried := f(tx)
	if tried != nil {
		tx.index.rows = tx.index.rows[:indexed]
		if err := tx.run("ROLLBACK TO SAVEPOINT try"); err != nil {
			return fmt.Errorf("undo what was tried: %w", err)
		}
	}
	if err := tx.run("RELEASE SAVEPOINT try"); err != nil {
		return fmt.Errorf("end to try: %w", err)
	}
	return tried
}

// At is the time of everything that is written in this transaction.
func (tx *Tx) At() model.DateTime { return tx.at }

func (tx *Tx) run(statement string, args ...any) error {
	_, err := tx.on.Exec(sql.Text(statement, args...))
	return err
}

// exec runs one statement that writes data derived from a node.
func (tx *Tx) exec(node model.NodeType, doing, statement string, args ...any) error {
	return fail(tx.run(statement, args...), node, doing)
}
