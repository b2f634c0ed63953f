package model

// Mention is a passage in a text that names something. Start and End count UTF-16
// code units.
type Mention struct {
	Entity     MentionEntity
	Surface    string
	Start, End int
	Method     MentionMethod
	Confidence float64
	Status     MentionStatus
}

// MentionEntity is a node that a mention can name.
type MentionEntity interface {
	Node
	IsMentionEntity()
}

// TextAnalysis is the analysis of a text.
type TextAnalysis struct {
	Language Language
	Tokens   []string
	Mentions []*Mention
}
