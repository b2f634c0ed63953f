package store

import "github.com/diwan-cms/diwan/model"

// View is what a request may see, and how. It is all that reading knows of the
// caller.
type View struct {
	// Drafts shows the versions that editors see instead of those that readers see.
	Drafts bool
	// Tokens shows access tokens, by their ids.
	Tokens bool
	// Preview is the key of the article whose working copy is shown where it is
	// asked for by its own keys, 0 for none. PreviewOnly hides all other articles.
	Preview     int64
	PreviewOnly bool
	// Languages are those of the request, best first. They decide which names are
	// served, and the order of names.
	Languages []model.Language
	// Today is the day that a field means when its argument is left out.
	Today model.Date
}
