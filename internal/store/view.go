package store

import "github.com/diwan-cms/diwan/model"

// View is what a request may see, and how. It is all that reading knows of the
// caller.
type View struct {
	// Drafts shows the versions that editors see instead of those that readers see.
	Drafts bool
	// Tokens shows access tokens, by their ids.
	Tokens bool
	// Preview is the key of the article whose working copy is shown when a caller asks
	// for it by one of its own keys; 0 for none. PreviewOnly hides all other articles.
	Preview     int64
	PreviewOnly bool
	// Languages are those of the request, best first. They decide how names are sorted,
	// which of a node's names is suggested, and which names a diff compares. The names
	// in an answer are chosen later, by model.LocalizedTexts.
	Languages []model.Language
	// Today is the default of fields that take a day.
	Today model.Date
}
