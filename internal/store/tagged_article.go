package store

import "github.com/diwan-cms/diwan/model"

// TaggedArticle is a version of an article with its tags: everything that a write
// writes.
type TaggedArticle struct {
	model.Article
	model.Tags
	// Plain is the body without markup, for searching, and Note the remark on the
	// revision. Both are only written, never read.
	Plain string
	Note  Note
}

// Note is a remark on a revision, beside what it changed.
type Note struct {
	Summary      *string
	RestoredFrom *int
}

// sameInstant reports whether both are the same instant, or both are nil.
func sameInstant(a, b *model.DateTime) bool {
	return a == b || a != nil && b != nil && *a == *b
}
