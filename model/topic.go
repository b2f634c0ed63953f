package model

import "context"

// NodeTopic is the type of topics.
const NodeTopic NodeType = "Topic"

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

// TopicFilter is a condition on topics; nil fields are no condition.
type TopicFilter struct {
	And, Or      []*TopicFilter
	Not          *TopicFilter
	ID           *IDFilter
	Slug, Name   *StringFilter
	MediaTopic   *StringFilter
	Parent       *TopicFilter
	DescendantOf *ID
	IsRoot       *bool
}

// TopicBy is one key of a topic.
type TopicBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
	MediaTopic *string
}

func (*TopicFilter) filter() {}

// TopicListFilter is a condition on a list of topics.
type TopicListFilter struct{ Some, Every, None *TopicFilter }

// TopicConnection is a page of topics.
type TopicConnection struct{ Connection[Topic] }

// TopicEdge is a topic on a page.
type TopicEdge struct {
	Cursor string
	Node   *Topic
}

// Edges returns the nodes with their cursors.
func (c *TopicConnection) Edges() []*TopicEdge {
	return edges(c.Connection, func(cursor string, n *Topic) *TopicEdge { return &TopicEdge{cursor, n} })
}

// TopicOrder is one term in a sort order of topics.
type TopicOrder struct {
	Field     TopicOrderField
	Direction *OrderDirection
}

// Term returns the term in the form common to all nouns.
func (o TopicOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// IsSearchResult marks it as something that a search can find.
func (*Topic) IsSearchResult() {}

// IsMentionEntity marks it as something that a mention can name.
func (*Topic) IsMentionEntity() {}
