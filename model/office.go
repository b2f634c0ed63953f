package model

import "context"

// NodeOffice is the type of offices.
const NodeOffice NodeType = "Office"

// Office is a public office, held by one person after another.
type Office struct {
	Key         int64 `gorm:"column:id;primaryKey"`
	Slug        string
	ExternalID  *string
	Kind        OfficeKind
	LocalTitles LocalizedTexts `gorm:"column:titles"`
	CountryKey  *int64         `gorm:"column:country_id"`
	SingleSeat  bool
	Version     int
	CreatedAt   DateTime
	UpdatedAt   DateTime

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (o *Office) ID() ID { return ID{NodeOffice, o.Key} }

// IsNode marks it as a node.
func (*Office) IsNode() {}

// Bare returns a copy with empty slots.
func (o *Office) Bare() Node {
	bare := *o
	bare.Slots = Slots{}
	return &bare
}

// Title returns the title in the given language, else in those of the request.
func (o *Office) Title(ctx context.Context, language *Language) string {
	return o.LocalTitles.forRequest(ctx, language).Value
}

// LocalizedTitle returns the title together with its language.
func (o *Office) LocalizedTitle(ctx context.Context, language *Language) *LocalizedText {
	text := o.LocalTitles.forRequest(ctx, language)
	return &text
}

// Titles returns the titles in all languages.
func (o *Office) Titles() []LocalizedText { return o.LocalTitles }

// OfficeFilter is a condition on offices; nil fields are no condition.
type OfficeFilter struct {
	And, Or []*OfficeFilter
	Not     *OfficeFilter
	ID      *IDFilter
	Slug    *StringFilter
	Kind    *OfficeKind
	Title   *StringFilter
	Country *CountryFilter
}

// OfficeBy is one key of an office.
type OfficeBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
}

func (*OfficeFilter) filter() {}

// OfficeConnection is a page of offices.
type OfficeConnection struct{ Connection[Office] }

// OfficeEdge is an office on a page.
type OfficeEdge struct {
	Cursor string
	Node   *Office
}

// Edges returns the nodes with their cursors.
func (c *OfficeConnection) Edges() []*OfficeEdge {
	return edges(c.Connection, func(cursor string, n *Office) *OfficeEdge { return &OfficeEdge{cursor, n} })
}

// IsSearchResult marks it as something that a search can find.
func (*Office) IsSearchResult() {}

// IsMentionEntity marks it as something that a mention can name.
func (*Office) IsMentionEntity() {}
