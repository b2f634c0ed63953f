package model

import "context"

// NodeOfficial is the type of officials.
const NodeOfficial NodeType = "Official"

// Official is a person who holds or held public office.
type Official struct {
	Key        int64 `gorm:"column:id;primaryKey"`
	Slug       string
	ExternalID *string
	WikidataID *string
	Named
	Descriptions LocalizedTexts
	CountryKey   *int64 `gorm:"column:country_id"`
	Version      int
	CreatedAt    DateTime
	UpdatedAt    DateTime

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (o *Official) ID() ID { return ID{NodeOfficial, o.Key} }

// IsNode marks it as a node.
func (*Official) IsNode() {}

// Bare returns a copy with empty slots.
func (o *Official) Bare() Node {
	bare := *o
	bare.Slots = Slots{}
	return &bare
}

// Description says who the person is, in a language chosen as for Name; nil if
// there is no description.
func (o *Official) Description(ctx context.Context, language *Language) *string {
	return o.Descriptions.optional(ctx, language)
}

// OfficialFilter is a condition on officials; nil fields are no condition.
type OfficialFilter struct {
	And, Or                []*OfficialFilter
	Not                    *OfficialFilter
	ID                     *IDFilter
	Slug, Name, WikidataID *StringFilter
	Country                *CountryFilter
	Office                 *OfficeFilter
	InOfficeOn             *Date
}

// OfficialBy is one key of an official.
type OfficialBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
	WikidataID *string
}

func (*OfficialFilter) filter() {}

// OfficialListFilter is a condition on a list of officials.
type OfficialListFilter struct{ Some, Every, None *OfficialFilter }

// OfficialConnection is a page of officials.
type OfficialConnection struct{ Connection[Official] }

// OfficialEdge is an official on a page.
type OfficialEdge struct {
	Cursor string
	Node   *Official
}

// Edges returns the nodes with their cursors.
func (c *OfficialConnection) Edges() []*OfficialEdge {
	return edges(c.Connection, func(cursor string, n *Official) *OfficialEdge { return &OfficialEdge{cursor, n} })
}

// OfficialOrder is one term in a sort order of officials.
type OfficialOrder struct {
	Field     OfficialOrderField
	Direction *OrderDirection
}

// Term returns the term in the form common to all nouns.
func (o OfficialOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// IsSearchResult marks it as something that a search can find.
func (*Official) IsSearchResult() {}

// IsMentionEntity marks it as something that a mention can name.
func (*Official) IsMentionEntity() {}
