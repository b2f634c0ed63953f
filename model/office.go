package model

import "context"

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

// ID is its id outside.
func (o *Office) ID() ID { return ID{NodeOffice, o.Key} }

// IsNode marks it as a node.
func (*Office) IsNode() {}

// Bare is a copy of it on which nothing hangs.
func (o *Office) Bare() Node {
	bare := *o
	bare.Slots = Slots{}
	return &bare
}

// Title is the title for the argument's language, else for the request's.
func (o *Office) Title(ctx context.Context, language *Language) string {
	return o.LocalTitles.forRequest(ctx, language).Value
}

// LocalizedTitle is Title, with the language that was served.
func (o *Office) LocalizedTitle(ctx context.Context, language *Language) *LocalizedText {
	text := o.LocalTitles.forRequest(ctx, language)
	return &text
}

// Titles is the title in every language that there is.
func (o *Office) Titles() []LocalizedText { return o.LocalTitles }
