package model

// Change is a row of the change log: a change to one node, appended in the
// transaction that made it.
type Change struct {
	Position int64 `gorm:"column:id;primaryKey"`
	Kind     ChangeKind
	NodeType NodeType
	NodeKey  int64 `gorm:"column:node_id"`
	Version  int
	// Status is the one that the change gave an article; empty for other nodes.
	Status ArticleStatus
	At     DateTime
	// Actor is the name of whoever made the change.
	Actor string
	// ActorKey identifies the actor, independent of the name: `token:12`,
	// `oidc:<issuer> <subject>`, `admin`, `import`. Empty if unknown.
	ActorKey string
	// TokenKey is the key of the access token that was used; nil if none is known.
	TokenKey *int64 `gorm:"column:token_id"`
	// Readers says whether readers see the change. They see all but those to articles
	// that were hidden from them both before and after.
	Readers bool
	// Title, Slug and Language are those that the node had after the change, or else last;
	// readers of the log do not see them. Empty if there are none, or unknown. Nouns that have
	// names have one of them for a title, in that language.
	Title, Slug string
	Language    Language
	// Cursor is the position in the form that clients see. The store sets it when it
	// reads.
	Cursor string `gorm:"-"`

	Slots `gorm:"-"`
}

// ChangeQuery says which page of the change log to read.
type ChangeQuery struct {
	// After is a cursor; nil starts at the beginning of the log.
	After *string
	First *int
	// Types are the types of nodes to include; nil is all.
	Types []NodeType
}

// ChangeConnection is a page of the change log.
type ChangeConnection struct{ Connection[Change] }

// ChangeEdge is a change on a page of the change log.
type ChangeEdge struct {
	Cursor string
	Node   *Change
}

// Edges returns the changes with their cursors.
func (c *ChangeConnection) Edges() []*ChangeEdge {
	return edges(c.Connection, func(cursor string, n *Change) *ChangeEdge { return &ChangeEdge{cursor, n} })
}

// NodeID returns the id of the node that was changed.
func (c *Change) NodeID() ID { return ID{Type: c.NodeType, Key: c.NodeKey} }

// ChangeKind is the kind of change that was made.
type ChangeKind string

// The kinds of change. Publishing and unpublishing may include other changes to the
// article.
const (
	ChangeCreated     ChangeKind = "CREATED"
	ChangeUpdated     ChangeKind = "UPDATED"
	ChangePublished   ChangeKind = "PUBLISHED"
	ChangeUnpublished ChangeKind = "UNPUBLISHED"
	ChangeDeleted     ChangeKind = "DELETED"
)
