package exchange

import "github.com/diwan-cms/diwan/internal/content"

// waiting is why a line could not be written when it was tried.
type waiting struct {
	// Reasons are empty for a line that does not wait.
	Reasons []Reason
	// ForTranslation says that only the article is missing that translationOf names.
	ForTranslation bool
	Detachment     detachment
	// Outcome is the result of writing the line detached.
	Outcome content.Outcome
}

// detachment says how far it has come with writing an article without its
// translationOf. Of articles that name each other, one has to be written so first.
type detachment int

const (
	attached detachment = iota
	// toDetach: the next try is without it.
	toDetach
	// detachRefused: the try without it failed as well.
	detachRefused
	// detached: the article is written without it, and still has to join the others.
	detached
)
