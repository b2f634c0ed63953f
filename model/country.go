package model

import "context"

// NodeCountry is the type of countries.
const NodeCountry NodeType = "Country"

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

// CountryFilter is a condition on countries; nil fields are no condition.
type CountryFilter struct {
	And, Or    []*CountryFilter
	Not        *CountryFilter
	ID         *IDFilter
	Code, Name *StringFilter
}

// CountryBy is one key of a country.
type CountryBy struct {
	ID   *ID
	Code *string
}

func (*CountryFilter) filter() {}

// CountryListFilter is a condition on a list of countries.
type CountryListFilter struct{ Some, Every, None *CountryFilter }

// CountryConnection is a page of countries.
type CountryConnection struct{ Connection[Country] }

// CountryEdge is a country on a page.
type CountryEdge struct {
	Cursor string
	Node   *Country
}

// Edges returns the nodes with their cursors.
func (c *CountryConnection) Edges() []*CountryEdge {
	return edges(c.Connection, func(cursor string, n *Country) *CountryEdge { return &CountryEdge{cursor, n} })
}

// CountryOrder is one term in a sort order of countries.
type CountryOrder struct {
	Field     CountryOrderField
	Direction *OrderDirection
}

// Term returns the term in the form common to all nouns.
func (o CountryOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// IsSearchResult marks it as something that a search can find.
func (*Country) IsSearchResult() {}

// IsMentionEntity marks it as something that a mention can name.
func (*Country) IsMentionEntity() {}
