package model

// Revision is a saved state of an article's content: who wrote it, when, and what
// they changed.
type Revision struct {
	Key        int64 `gorm:"column:id;primaryKey"`
	ArticleKey int64 `gorm:"column:article_id"`
	// Number counts the revisions of an article from 1.
	Number int
	// By is the name of the author; empty if unknown.
	By      string `gorm:"column:author"`
	At      DateTime
	Summary *string
	// RestoredFrom is the number of the revision that it restored; nil if none.
	RestoredFrom *int
	// BasedOn is the number of the revision that was changed; nil for the first.
	BasedOn *int
	// Changed are the names of the fields that changed.
	Changed Lines
	// Published says that readers saw it.
	Published bool
	// Content is the content as JSON, in the store's own format; nil while a row of
	// the article holds it.
	Content *string

	Slots `gorm:"-"`
}

// Author returns the name of the author; nil if unknown.
func (r *Revision) Author() *string {
	if r.By == "" {
		return nil
	}
	return &r.By
}

// ChangedFields returns the names of the fields that changed.
func (r *Revision) ChangedFields() []string {
	if r.Changed == nil {
		return []string{}
	}
	return r.Changed
}

// RevisionConnection is a page of revisions.
type RevisionConnection struct{ Connection[Revision] }

// RevisionEdge is a revision on a page.
type RevisionEdge struct {
	Cursor string
	Node   *Revision
}

// Edges returns the nodes with their cursors.
func (c *RevisionConnection) Edges() []*RevisionEdge {
	return edges(c.Connection, func(cursor string, n *Revision) *RevisionEdge { return &RevisionEdge{cursor, n} })
}
