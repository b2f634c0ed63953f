package store

import (
	"strings"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// By is a unique key of a noun.
type By string

// The natural keys. Countries have ByCode only: alpha-2 or alpha-3, in any case.
const (
	BySlug       By = "slug"
	ByExternalID By = "external_id"
	ByWikidataID By = "wikidata_id"
	ByMediaTopic By = "media_topic" // several topics may have the same
	ByCode       By = "code"
)

// NaturalKey identifies a row by something other than its id.
type NaturalKey struct {
	Node  model.NodeType
	By    By
	Value string
	// Language says which article is meant, where slugs of several languages are equal.
	// Empty: the oldest.
	Language model.Language
}

// Holder is the row that has a natural key. A country's slug is its code.
type Holder struct {
	Key  int64 `gorm:"column:id"`
	Slug string
}

// Canonical returns the key as it is stored.
func (k NaturalKey) Canonical() NaturalKey {
	k.Value = text.Key(k.Value)
	if k.By == ByCode {
		k.Value = strings.ToUpper(k.Value)
	}
	return k
}

// lookedUp is what a transaction knows of natural keys and of ids without asking the database.
type lookedUp struct {
	// holders are the rows that have the keys; the zero Holder for a key that no row has.
	holders map[NaturalKey]Holder
	// exists says of ids whether they are those of rows.
	exists map[model.ID]bool
}
