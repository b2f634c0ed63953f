package model

// Change is a row of the change log: one write of one node, appended in the
// write's own transaction.
type Change struct {
	Position int64 `gorm:"column:id;primaryKey"`
	Kind     ChangeKind
	NodeType NodeType
	NodeKey  int64 `gorm:"column:node_id"`
	Version  int
	// Status is that which the write gave an article; empty for other nodes.
	Status ArticleStatus
	At     DateTime
	// Actor names who wrote.
	Actor string
	// ActorKey is whose they are, whatever their name: `token:12`, `oidc:<issuer>
	// <subject>`, `admin`, `import`. Empty where it is not known.
	ActorKey string
	// TokenKey is the key of the access token that wrote, nil for none that is known.
	TokenKey *int64 `gorm:"column:token_id"`
	// Readers says whether readers see the change: all but those of articles that
	// they could see neither before nor after.
	Readers bool
	// Cursor is the position as clients know it. The store makes it when it reads.
	Cursor string `gorm:"-"`

	Slots `gorm:"-"`
}

// ChangeQuery says which page of the change log is wanted.
type ChangeQuery struct {
	// After is a cursor; nil is the beginning of the log.
	After *string
	First *int
	// Types are those of the nodes; nil is all.
	Types []NodeType
}

// ChangeConnection is a page of the change log.
type ChangeConnection struct{ Connection[Change] }

// ChangeEdge is a row of a page of the change log.
type ChangeEdge struct {
	Cursor string
	Node   *Change
}

// Edges are the rows with their cursors.
func (c *ChangeConnection) Edges() []*ChangeEdge {
	return edges(c.Connection, func(cursor string, n *Change) *ChangeEdge { return &ChangeEdge{cursor, n} })
}

// NodeID is the id of what was written.
func (c *Change) NodeID() ID { return ID{Type: c.NodeType, Key: c.NodeKey} }

// ChangeKind is what a write did.
type ChangeKind string

// What a write can do. Publishing may come with other changes of the article.
const (
	ChangeCreated     ChangeKind = "CREATED"
	ChangeUpdated     ChangeKind = "UPDATED"
	ChangePublished   ChangeKind = "PUBLISHED"
	ChangeUnpublished ChangeKind = "UNPUBLISHED"
	ChangeDeleted     ChangeKind = "DELETED"
)
