package model

// AccessToken is what is kept of a token, besides its digest: whose it is, what
// they may do, and how long.
type AccessToken struct {
	Key       int64 `gorm:"column:id;primaryKey"`
	Name      string
	Role      Role
	CreatedAt DateTime
	// ExpiresAt is the first moment at which it is refused, nil for never.
	ExpiresAt *DateTime
	// LastUsedAt is right to within an hour.
	LastUsedAt *DateTime
	// RevokedAt is when it was revoked. The row stays: the change log speaks of it.
	RevokedAt *DateTime

	Slots `gorm:"-"`
}

// ID is its id outside.
func (t *AccessToken) ID() ID { return ID{NodeAccessToken, t.Key} }

// IsNode marks it as a node.
func (*AccessToken) IsNode() {}

// Bare is a copy of it on which nothing hangs.
func (t *AccessToken) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Expired says whether it is refused at that moment because of its age.
func (t *AccessToken) Expired(at DateTime) bool { return t.ExpiresAt != nil && *t.ExpiresAt <= at }
