package store

import "github.com/diwan-cms/diwan/model"

// TaggedArticle is a version of an article with its tags: everything that is written
// of it.
type TaggedArticle struct {
	model.Article
	model.Tags
	// Plain is the body without markup, for searching, and Note what is said of the
	// revision. They are written, and never read.
	Plain string
	Note  Note
}

// Note is what is said of a revision beside what it changed.
type Note struct {
	Summary      *string
	RestoredFrom *int
}

// sameInstant reports whether both are the same instant, or neither is any.
func sameInstant(a, b *model.DateTime) bool {
	return a == b || a != nil && b != nil && *a == *b
}
