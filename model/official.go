package model

import "context"

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
