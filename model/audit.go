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
func (e *AuditEntry) ActorKey() *string {
	if e.Change.ActorKey == "" {
		return nil
	}
	return &e.Change.ActorKey
}

// Status returns the status that the change gave an article; nil for other nodes,
// and if unknown.
func (e *AuditEntry) Status() *ArticleStatus {
	if e.Change.Status == "" {
		return nil
	}
	return &e.Change.Status
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
