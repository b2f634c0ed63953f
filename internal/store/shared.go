package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/model"
)

// WriteNow runs f in one transaction: if f returns nil, everything that it wrote is kept,
// otherwise nothing. Writers take turns: each sees what those before it wrote, and the time
// of the write is taken when the turn has come. When WriteNow returns nil, what f wrote
// survives power loss.
func (s *Store) WriteNow(ctx context.Context, actor Actor, now func() model.DateTime, f func(*Tx) error) error {
	write := func(tx *Tx) error {
		tx.actor, tx.at, tx.written = actor, now(), new([]model.Written)
		return f(tx)
	}
	if !s.engine.SharesTransactions() {
		return s.lead(ctx, write, &turns{}) // for whom nobody waits
	}
	w, leads := s.turns.join(ctx)
	if leads {
		defer s.turns.pass()
		return s.lead(ctx, write, &s.turns)
	}
	var shared any
	select {
	case shared = <-w.turn:
	case <-ctx.Done():
		if s.turns.leave(w) {
			return ctx.Err()
		}
		shared = <-w.turn
	}
	if tx, handed := shared.(*Tx); handed {
		return tx.follow(w, write)
	}
	defer s.turns.pass()
	return s.lead(ctx, write, &s.turns)
}

// lead runs write in a transaction, and hands it on to those that wait.
func (s *Store) lead(ctx context.Context, write func(*Tx) error, others *turns) error {
	var learned map[string]bool
	var followers []*writer
	err := s.write(ctx, func(db *gorm.DB) error {
		began, tx := time.Now(), s.begin(db)
		if err := write(tx); err != nil {
			return err
		}
		for len(followers) < maxShared && time.Since(began) < others.long && others.anybody() {
			w, err := tx.handOn(db, others)
			if w != nil {
				followers = append(followers, w)
			}
			if err != nil {
				return err
			}
		}
		learned = tx.index.learned
		return tx.finish()
	})
	for _, w := range followers {
		w.ended <- err
	}
	if err == nil {
		s.words.remember(learned)
		s.Announce()
	}
	return err
}

// handOn hands a transaction to the next of those that wait, and undoes what it wrote unless
// that is to be kept. It returns the writer if it waits for the end of the transaction. An
// error is one of the transaction.
func (tx *Tx) handOn(db *gorm.DB, others *turns) (waits *writer, err error) {
	var failed error
	_, err = tx.try(func() (keep bool) {
		w := others.next()
		if w == nil { // it has left
			return true
		}
		shared := *tx
		shared.on = tx.engine.Statements(db.WithContext(w.ctx)).Queued(tx.queue)
		w.turn <- &shared
		if failed = <-w.wrote; failed == nil {
			waits = w
		}
		return failed == nil
	})
	if err != nil && tx.engine.Trouble(failed) != "" { // a full disk, for example, ends the whole transaction
		err = fmt.Errorf("%w: %w", failed, err)
	}
	return waits, err
}

// follow writes in the transaction of another writer, and waits for its end. A panic of
// write goes on after what it wrote is undone.
func (tx *Tx) follow(w *writer, write func(*Tx) error) error {
	returned := false
	defer func() {
		if !returned {
			w.wrote <- errPanicked
		}
	}()
	err := write(tx)
	returned = true
	w.wrote <- err
	if err != nil {
		return database.TroubledWrite(w.ctx, tx.engine, err)
	}
	return <-w.ended
}

// errPanicked is why what a writer wrote that did not return is undone.
var errPanicked = errors.New("the writer panicked")
