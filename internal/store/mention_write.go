package store

import (
	"gorm.io/gorm"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// txScanner runs statements in a transaction that writes.
type txScanner struct{ db *gorm.DB }

// Scan runs one statement.
func (s txScanner) Scan(into any, statement sql.Clause) error {
	return s.db.Raw(statement.SQL, statement.Args...).Scan(into).Error
}

// Suggest returns the names in a text on a day, as suggestions, by the names that this
// transaction sees.
func (tx *Tx) Suggest(plain string, language model.Language, day model.Date) ([]model.Decision, error) {
	linker, err := tx.names.linkers.of(txScanner{tx.db}, language, !tx.names.written)
	if err != nil {
		return nil, fail(err, model.NodeArticle, "read the names for")
	}
	return suggestionsOf(tx.nouns, linker, plain, day), nil
}
