package store

import (
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// NamesClock returns a number that each write of a noun other than articles raises,
// whatever program writes. What a transaction has looked up of such nouns holds in another
// with the same number.
func (tx *Tx) NamesClock() (int64, error) {
	var clock int64
	err := tx.on.Apart().Scan(&clock, sql.Text("SELECT COALESCE(MAX(value), 0) FROM search_state WHERE name = ?", namesClock))
	return clock, fail(err, model.NodeArticle, "read the clock of the names for")
}

// Suggest returns the names in a text on a day, as suggestions, by the names that this
// transaction sees.
func (tx *Tx) Suggest(plain string, language model.Language, day model.Date) ([]model.Decision, error) {
	linker, err := tx.names.linkers.of(tx.on, language, !tx.names.written)
	if err != nil {
		return nil, fail(err, model.NodeArticle, "read the names for")
	}
	return suggestionsOf(tx.nouns, linker, plain, day), nil
}
