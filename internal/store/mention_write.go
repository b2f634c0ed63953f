package store

import (
	"github.com/diwan-cms/diwan/model"
)

// Suggest returns the names in a text on a day, as suggestions, by the names that this
// transaction sees.
func (tx *Tx) Suggest(plain string, language model.Language, day model.Date) ([]model.Decision, error) {
	linker, err := tx.names.linkers.of(tx.on, language, !tx.names.written)
	if err != nil {
		return nil, fail(err, model.NodeArticle, "read the names for")
	}
	return suggestionsOf(tx.nouns, linker, plain, day), nil
}
