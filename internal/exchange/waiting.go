package exchange

import "github.com/diwan-cms/diwan/internal/content"

// waiting is why a line could not be written when it was tried.
type waiting struct {
	// Reason is empty for a line that does not wait.
	Reason string
	// ForTranslation says that an article lacks nothing but the article that its
	// translationOf names.
	ForTranslation bool
	Detachment     detachment
	// Outcome is what writing it detached did.
	Outcome content.Outcome
}

// detachment is how far an article is with being written without its translationOf:
// where articles name each other, one has to be there first.
type detachment int

const (
	attached detachment = iota
	// toDetach is to be written without it when it is tried next.
	toDetach
	// detachRefused could not be written without it either.
	detachRefused
	// detached is written without it, and still to be joined.
	detached
)
