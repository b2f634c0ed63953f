package model

// Mention is a place in a text that names something. Start and End are UTF-16
// code units of the text.
type Mention struct {
	Entity     MentionEntity
	Surface    string
	Start, End int
	Method     MentionMethod
	Confidence float64
	Status     MentionStatus
}

// MentionEntity is a node that a text can name.
type MentionEntity interface {
	Node
	IsMentionEntity()
}

// IsMentionEntity marks what a text can name.
func (*Official) IsMentionEntity() {}

// IsMentionEntity marks what a text can name.
func (*Country) IsMentionEntity() {}

// IsMentionEntity marks what a text can name.
func (*Topic) IsMentionEntity() {}

// IsMentionEntity marks what a text can name.
func (*Office) IsMentionEntity() {}

// TextAnalysis is what a text is to Diwan.
type TextAnalysis struct {
	Language Language
	Tokens   []string
	Mentions []*Mention
}
