package model

import "context"

// Topic is a subject that articles are about, in a tree.
type Topic struct {
	Key        int64 `gorm:"column:id;primaryKey"`
	Slug       string
	ExternalID *string
	MediaTopic *string
	Named
	Descriptions LocalizedTexts
	ParentKey    *int64 `gorm:"column:parent_id"`
	Version      int
	CreatedAt    DateTime
	UpdatedAt    DateTime

	Slots `gorm:"-"`
}

// ID is its id outside.
func (t *Topic) ID() ID { return ID{NodeTopic, t.Key} }

// IsNode marks it as a node.
func (*Topic) IsNode() {}

// Bare is a copy of it on which nothing hangs.
func (t *Topic) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Description says what belongs here, in the language chosen as for Name.
func (t *Topic) Description(ctx context.Context, language *Language) *string {
	return t.Descriptions.optional(ctx, language)
}
