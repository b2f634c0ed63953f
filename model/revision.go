package model

// Revision is a state of an article's content: who wrote it, when, and what was
// changed.
type Revision struct {
	Key        int64 `gorm:"column:id;primaryKey"`
	ArticleKey int64 `gorm:"column:article_id"`
	// Number counts the revisions of an article from 1.
	Number int
	// By names who wrote it; empty when nobody is known.
	By      string `gorm:"column:author"`
	At      DateTime
	Summary *string
	// RestoredFrom is the number of the revision that it brought back.
	RestoredFrom *int
	// BasedOn is the number of the revision that was changed, nil for the first.
	BasedOn *int
	// Changed are the names of the fields that changed.
	Changed Lines
	// Published says that readers saw it.
	Published bool
	// Content is what it said, as JSON of the store's, nil while a row of the
	// article says it.
	Content *string

	Slots `gorm:"-"`
}

// Author names who wrote it, nil when nobody is known.
func (r *Revision) Author() *string {
	if r.By == "" {
		return nil
	}
	return &r.By
}

// ChangedFields are the names of the fields that changed.
func (r *Revision) ChangedFields() []string {
	if r.Changed == nil {
		return []string{}
	}
	return r.Changed
}
