package store

import "github.com/diwan-cms/diwan/model"

// TaggedArticle is a version of an article with its tags: everything that a write
// writes.
type TaggedArticle struct {
	model.Article
	model.Tags
	// Plain is the body without markup, for searching, Analysis that of the texts, nil if
	// there is none yet, and Note the remark on the revision. They are only written, never
	// read.
	Plain    string
	Analysis *Analysis
	Note     Note
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
