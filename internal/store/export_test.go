package store

import (
	"context"
	"math"

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
