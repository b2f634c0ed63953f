package model

// AuditQuery says which page of the audit log to read.
type AuditQuery struct {
	// After is a cursor; nil starts with the newest entry.
	After *string
	First *int
	// Types are the types of nodes to include; nil is all.
	Types []NodeType
	// Actor is the name of whoever made the changes; nil is anyone.
	Actor *string
	// Since is the first moment included and Until the first one excluded; nil is no
	// bound.
	Since, Until *DateTime
}

// AuditEntry is a change and who made it.
type AuditEntry struct{ *Change }

// TokenID returns the id of the access token that was used; nil if none is known.
func (e *AuditEntry) TokenID() *ID {
	if e.TokenKey == nil {
		return nil
	}
	return &ID{NodeAccessToken, *e.TokenKey}
}

// ActorKey identifies whoever made the change, independent of their name; nil if
// unknown.
func (e *AuditEntry) ActorKey() *string { return unlessEmpty(e.Change.ActorKey) }

// Status returns the status that the change gave an article; nil for other nodes,
// and if unknown.
func (e *AuditEntry) Status() *ArticleStatus { return unlessEmpty(e.Change.Status) }

// Title returns the title or name that the node had after the change, before it for a
// deletion; nil if unknown.
func (e *AuditEntry) Title() *string { return unlessEmpty(e.Change.Title) }

// Slug returns the slug that belongs to Title; nil if there is none, or unknown.
func (e *AuditEntry) Slug() *string { return unlessEmpty(e.Change.Slug) }

// Language returns the language of Title; nil if it has no single one, or unknown.
func (e *AuditEntry) Language() *Language { return unlessEmpty(e.Change.Language) }

func unlessEmpty[T ~string](text T) *T {
	if text == "" {
		return nil
	}
	return &text
}

// AuditConnection is a page of the audit log.
type AuditConnection struct{ Connection[AuditEntry] }

// AuditEdge is an entry on a page of the audit log.
type AuditEdge struct {
	Cursor string
	Node   *AuditEntry
}

// Edges returns the entries with their cursors.
func (c *AuditConnection) Edges() []*AuditEdge {
	return edges(c.Connection, func(cursor string, n *AuditEntry) *AuditEdge { return &AuditEdge{cursor, n} })
}
