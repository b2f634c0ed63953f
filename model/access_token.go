package model

// NodeAccessToken is the type of access tokens; only admins see them, and they are never in the change log.
const NodeAccessToken NodeType = "AccessToken"

// AccessToken is what is stored about a token besides its digest: whose it is, what
// it permits, and for how long.
type AccessToken struct {
	Key       int64 `gorm:"column:id;primaryKey"`
	Name      string
	Role      Role
	CreatedAt DateTime
	// ExpiresAt is the first moment at which the token is refused; nil is never.
	ExpiresAt *DateTime
	// LastUsedAt is accurate to within an hour.
	LastUsedAt *DateTime
	// RevokedAt is when the token was revoked. The row stays, as the change log
	// refers to it.
	RevokedAt *DateTime

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (t *AccessToken) ID() ID { return ID{NodeAccessToken, t.Key} }

// IsNode marks it as a node.
func (*AccessToken) IsNode() {}

// Bare returns a copy with empty slots.
func (t *AccessToken) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Expired reports whether the token has expired by that moment.
func (t *AccessToken) Expired(at DateTime) bool { return t.ExpiresAt != nil && *t.ExpiresAt <= at }
