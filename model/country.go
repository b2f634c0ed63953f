package model

import "context"

// Country is a country or territory of ISO 3166-1.
type Country struct {
	Key     int64 `gorm:"column:id;primaryKey"`
	Code    string
	Alpha3  string `gorm:"column:alpha3"`
	Numeric string
	Flag    string
	Named
	RegionNames LocalizedTexts
	Version     int
	CreatedAt   DateTime
	UpdatedAt   DateTime

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (c *Country) ID() ID { return ID{NodeCountry, c.Key} }

// IsNode marks it as a node.
func (*Country) IsNode() {}

// Bare returns a copy with empty slots.
func (c *Country) Bare() Node {
	bare := *c
	bare.Slots = Slots{}
	return &bare
}

// Region returns the name of its UN M49 region, in a language chosen as for Name;
// nil if it belongs to none.
func (c *Country) Region(ctx context.Context, language *Language) *string {
	return c.RegionNames.optional(ctx, language)
}
