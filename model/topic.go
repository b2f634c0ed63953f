package model

import "context"

// Topic is a subject that articles are about. Topics form trees.
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

// ID returns the id that clients see.
func (t *Topic) ID() ID { return ID{NodeTopic, t.Key} }

// IsNode marks it as a node.
func (*Topic) IsNode() {}

// Bare returns a copy with empty slots.
func (t *Topic) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Description says what the topic covers, in a language chosen as for Name; nil if
// there is no description.
func (t *Topic) Description(ctx context.Context, language *Language) *string {
	return t.Descriptions.optional(ctx, language)
}
