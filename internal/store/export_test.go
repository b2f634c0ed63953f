package store

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/internal/fulltext"
)

// WithoutTerms makes a store write empty rows into its indexes.
func WithoutTerms(s *Store) { s.engine = withoutTerms{s.engine} }

type withoutTerms struct{ database.Engine }

func (withoutTerms) Terms(fulltext.Index) sql.Clause { return sql.Text("''") }

// WithSets makes a store keep sets, however small the newsroom is, and loads them.
func WithSets(ctx context.Context, s *Store) error {
	s.sets.from = 0
	return s.loadSets(ctx)
}

// WithoutSets makes a store keep no sets, however large the newsroom is.
func WithoutSets(s *Store) { s.sets.from = math.MaxInt64 }

// KnownSets is at how many positions the store knows its sets.
func KnownSets(s *Store) int { return len(s.sets.known) }

// Record makes a store record the statements of its readings. The function that it returns
// returns those since the last time.
func Record(s *Store) func() []sql.Clause {
	log := &[]sql.Clause{}
	s.engine = recording{s.engine, log}
	return func() []sql.Clause {
		recorded := *log
		*log = nil
		return recorded
	}
}

type recording struct {
	database.Engine
	log *[]sql.Clause
}

func (e recording) Snapshot(ctx context.Context, f func(database.Snapshot) error) error {
	return e.Engine.Snapshot(ctx, func(on database.Snapshot) error { return f(recorder{on, e.log}) })
}

type recorder struct {
	database.Snapshot
	log *[]sql.Clause
}

func (r recorder) Scan(into any, statement sql.Clause) error {
	*r.log = append(*r.log, statement)
	return r.Snapshot.Scan(into, statement)
}

// Explain returns the rows of the plan of a statement. explain is the word of the database
// for it.
func Explain(ctx context.Context, s *Store, explain string, statement sql.Clause) (plan []string, err error) {
	err = s.read(ctx, View{}, func(r *reading) error {
		if strings.HasSuffix(explain, "PLAN") { // of SQLite, in several columns
			var rows []struct{ Detail string }
			err := r.Scan(&rows, statement.Wrap(explain+" ", ""))
			for _, row := range rows {
				plan = append(plan, row.Detail)
			}
			return err
		}
		return r.Scan(&plan, statement.Wrap(explain+" ", ""))
	})
	return plan, err
}

// FillTitles fills the index of titles anew.
func FillTitles(ctx context.Context, s *Store) error {
	return s.write(ctx, func(db *gorm.DB) error {
		if err := db.Exec("DELETE FROM " + titleIndex).Error; err != nil {
			return err
		}
		return s.writeTitles(ctx, db)
	})
}

// Waiting is how many writers wait for a turn to write.
func (s *Store) Waiting() int {
	s.turns.mu.Lock()
	defer s.turns.mu.Unlock()
	return len(s.turns.waiting)
}

// ShareFor sets how long a transaction is handed on to writers that wait.
func (s *Store) ShareFor(d time.Duration) { s.turns.long = d }

// FailFinishing has all transactions fail when they write to the indexes, at their end.
func FailFinishing(s *Store) { s.engine = unfinishing{s.engine} }

type unfinishing struct{ database.Engine }

func (unfinishing) Terms(fulltext.Index) sql.Clause { return sql.Text("nothing()") }

// Remembered is how many nouns a store keeps in memory.
func Remembered(s *Store) int {
	if s.memory == nil {
		return 0
	}
	s.memory.mu.RLock()
	defer s.memory.mu.RUnlock()
	return len(s.memory.rows)
}

// NamesClock is the clock of names, and the end of the change log.
func NamesClock(ctx context.Context, s *Store) (clock, end int64) {
	err := s.read(ctx, View{}, func(r *reading) error {
		return errors.Join(
			r.Scan(&clock, sql.Text("SELECT value FROM search_state WHERE name = ?", namesClock)),
			r.Scan(&end, sql.Text("SELECT MAX(id) FROM changes")))
	})
	if err != nil {
		panic(err)
	}
	return clock, end
}

// Undo undoes a transaction on SQLite in the middle, as SQLite does by itself where the disk
// is full, and returns its error.
func Undo(tx *Tx) error {
	_, err := tx.index.on.Exec(sql.Text("ROLLBACK"))
	return errors.Join(err, sqlite3.Error{Code: sqlite3.ErrFull})
}
