package model

// AuditQuery says which page of the audit log is wanted.
type AuditQuery struct {
	// After is a cursor; nil is the newest.
	After *string
	First *int
	// Types are those of the nodes; nil is all.
	Types []NodeType
	// Actor is the name of who wrote; nil is anybody.
	Actor *string
	// Since and Until are moments, of which the first belongs to the time between;
	// nil is no bound.
	Since, Until *DateTime
}

// AuditEntry is a change, with who made it.
type AuditEntry struct{ *Change }

// TokenID is the id of the access token that wrote, nil for none that is known.
func (e *AuditEntry) TokenID() *ID {
	if e.TokenKey == nil {
		return nil
	}
	return &ID{NodeAccessToken, *e.TokenKey}
}

// ActorKey is who wrote, whatever they are called, nil where it is not known.
func (e *AuditEntry) ActorKey() *string {
	if e.Change.ActorKey == "" {
		return nil
	}
	return &e.Change.ActorKey
}

// Status is that which the write gave an article, nil for other nodes and where it
// is not known.
func (e *AuditEntry) Status() *ArticleStatus {
	if e.Change.Status == "" {
		return nil
	}
	return &e.Change.Status
}

// AuditConnection is a page of the audit log.
type AuditConnection struct{ Connection[AuditEntry] }

// AuditEdge is a row of a page of the audit log.
type AuditEdge struct {
	Cursor string
	Node   *AuditEntry
}

// Edges are the rows with their cursors.
func (c *AuditConnection) Edges() []*AuditEdge {
	return edges(c.Connection, func(cursor string, n *AuditEntry) *AuditEdge { return &AuditEdge{cursor, n} })
}
