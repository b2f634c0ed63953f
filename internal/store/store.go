// Package store keeps the nouns in a database. It reads what a model.Plan asks for
// with a fixed number of statements for each relation, mostly one, and writes in
// transactions that append to the change log.
package store

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/fulltext"
	"github.com/diwan-cms/diwan/internal/markdown"
)

// Store is an open newsroom database. It is safe for concurrent use.
type Store struct {
	engine  database.Engine
	nouns   nouns
	words   dictionary
	indexer fulltext.Indexer
	linkers linkers
	known   knownNodes
	turns   turns
	memory  *memory // nil if nothing is kept
	render  *markdown.Renderer
	sets    *keptSets

	// tables is the version of the tables that this binary knows, 0 while they are being made.
	tables int64
	// wrote is when this store wrote last, in nanoseconds.
	wrote atomic.Int64

	mu sync.Mutex
	// changed is closed by the next Announce.
	changed chan struct{}
}

// Remember says how many bytes of nouns the store may keep in memory, instead of the usual
// number; 0 keeps none. It is called before anything is read.
func (s *Store) Remember(bytes int) {
	s.memory = nil
	if bytes > 0 {
		s.memory = newMemory(bytes)
	}
}

// Close closes the database. It waits for running reads and writes.
func (s *Store) Close() error {
	s.sets.close()
	return s.engine.Close()
}

// Alone runs f while no other server with this database open runs its own.
func (s *Store) Alone(ctx context.Context, f func() error) error {
	return s.engine.Alone(ctx, f)
}

// Changed returns a channel that is closed at the next write of this store.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Announce wakes everyone who waits for a change. It is called after each write of this
// store, and by whoever has noticed a write of another program.
func (s *Store) Announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}
