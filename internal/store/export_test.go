package store

import "github.com/diwan-cms/diwan/internal/text"

// WithoutTerms has a store write rows of its indexes in which nothing stands.
func WithoutTerms(s *Store) { s.dialect = withoutTerms{s.dialect} }

type withoutTerms struct{ dialect }

func (withoutTerms) termsArg(text.Index) any { return "" }
