package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/model"
)

// Tx is one transaction that writes.
type Tx struct {
	engine database.Engine
	db     *gorm.DB
	nouns  nouns
	// at is the moment of everything written in it.
	at    model.DateTime
	actor Actor
	index *indexing
	names txNames
}

// Actor is who writes, as the change log names them.
type Actor struct {
	Name string `gorm:"column:actor"`
	// Key identifies them, whatever their name. Empty where it is not known.
	Key string `gorm:"column:actor_key"`
	// TokenID is the key of the access token that they wrote with, 0 for none that
	// the database knows.
	TokenID int64
}

// Write is WriteNow at a moment that is known before.
func (s *Store) Write(ctx context.Context, actor Actor, at model.DateTime, f func(*Tx) error) error {
	return s.WriteNow(ctx, actor, func() model.DateTime { return at }, f)
}

// WriteNow runs f in one transaction: everything it wrote is kept once WriteNow
// returns nil, and nothing of it otherwise. Writers take turns; the moment of the
// write is that at which its turn comes.
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
	index := &indexing{db: db, engine: s.engine, nouns: s.nouns, indexer: &s.indexer, words: &s.words, learned: map[string]bool{}}
	return &Tx{engine: s.engine, db: db, nouns: s.nouns, at: at, actor: actor, index: index, names: txNames{linkers: &s.linkers}}
}

// Try runs f inside the transaction so that an error of f undoes what f wrote, and
// nothing else.
//
// GORM's nested transactions leave their savepoints open, and SQLite looks through
// all open savepoints for every page it writes: with 4,000 of them an import took
// nearly three times as long.
func (tx *Tx) Try(f func(*Tx) error) error {
	if err := tx.db.Exec("SAVEPOINT try").Error; err != nil {
		return fmt.Errorf("begin to try: %w", err)
	}
	indexed := len(tx.index.rows)
	tried := f(tx)
	if tried != nil {
		tx.index.rows = tx.index.rows[:indexed]
		if err := tx.db.Exec("ROLLBACK TO SAVEPOINT try").Error; err != nil {
			return fmt.Errorf("undo what was tried: %w", err)
		}
	}
	if err := tx.db.Exec("RELEASE SAVEPOINT try").Error; err != nil {
		return fmt.Errorf("end to try: %w", err)
	}
	return tried
}

// At is the moment of everything that is written in this transaction.
func (tx *Tx) At() model.DateTime { return tx.at }

// exec runs one statement that writes what follows from a node.
func (tx *Tx) exec(node model.NodeType, doing, statement string, args ...any) error {
	return fail(tx.db.Exec(statement, args...).Error, node, doing)
}
