package store

import (
	"slices"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// LookUp returns the transaction with knowledge of who has the keys, and of whether the ids
// are those of rows: Holder and Existing then ask the database about others only. It takes
// one statement for each noun and kind of key, however many there are. Whoever writes to
// rows with the returned transaction tells it with Learn.
func (tx *Tx) LookUp(keys []NaturalKey, ids []model.ID) (*Tx, error) {
	knows := *tx
	knows.known = &lookedUp{map[NaturalKey]Holder{}, map[model.ID]bool{}}
	type kind struct {
		node model.NodeType
		by   By
	}
	byKind, kinds := map[kind][]NaturalKey{}, []kind{}
	for _, k := range keys {
		k = k.Canonical()
		if _, twice := knows.known.holders[k]; twice {
			continue
		}
		knows.known.holders[k] = Holder{}
		of := kind{k.Node, k.By}
		if byKind[of] == nil {
			kinds = append(kinds, of)
		}
		byKind[of] = append(byKind[of], k)
	}
	for _, of := range kinds {
		if err := tx.holders(knows.known, byKind[of]); err != nil {
			return nil, err
		}
	}
	byType := map[model.NodeType][]int64{}
	for _, id := range ids {
		byType[id.Type] = append(byType[id.Type], id.Key)
	}
	for _, node := range model.NodeTypes() { // in an order that is always the same
		existing, err := tx.Existing(node, byType[node])
		if err != nil {
			return nil, err
		}
		for _, key := range byType[node] {
			knows.known.exists[model.ID{Type: node, Key: key}] = existing[key]
		}
	}
	return &knows, nil
}

// heldKey is a row with one of its natural keys.
type heldKey struct {
	Holder
	Value, Alpha3 string
	Language      model.Language
}

// holders looks up keys of one noun and one kind, and notes who has them.
func (tx *Tx) holders(in *lookedUp, keys []NaturalKey) error {
	node, by, values := keys[0].Node, keys[0].By, make([]string, len(keys))
	for i, k := range keys {
		values[i] = k.Value
	}
	columns, where := "id, slug, "+string(by)+" AS value", database.Among(tx.engine, string(by), values)
	switch node {
	case model.NodeCountry:
		columns, where = "id, code AS slug, code AS value, alpha3", sql.Any(where, database.Among(tx.engine, "alpha3", values))
	case model.NodeArticle:
		columns = articleKeyOf("id") + " AS id, slug, " + string(by) + " AS value, language"
	}
	var held []heldKey
	// The order is that of Holder, also where it decides which of several is meant.
	if err := tx.on.Scan(&held, where.Wrap("SELECT "+columns+" FROM "+tx.nouns.table(node)+" WHERE ", " ORDER BY id")); err != nil {
		return fail(err, node, "look up")
	}
	for _, h := range slices.Backward(held) {
		in.exists[model.ID{Type: node, Key: h.Key}] = true
		for _, value := range []string{h.Value, h.Alpha3} {
			for _, language := range []model.Language{"", h.Language} {
				k := NaturalKey{Node: node, By: by, Value: value, Language: language}
				if _, asked := in.holders[k]; asked && value != "" {
					in.holders[k] = h.Holder
				}
			}
		}
	}
	return nil
}

// Learn tells a transaction that knows keys which of them a row has now that it is written,
// and which it had before.
func (tx *Tx) Learn(id model.ID, slug string, has, had []NaturalKey) {
	tx.known.exists[id] = true
	for _, k := range had {
		if !slices.Contains(has, k) {
			delete(tx.known.holders, k.Canonical()) // another may have it, too: it is looked up again
		}
	}
	for _, k := range has {
		k = k.Canonical()
		if holder, asked := tx.known.holders[k]; asked && (holder.Key == 0 || id.Key < holder.Key) { // of several, the oldest is meant
			tx.known.holders[k] = Holder{Key: id.Key, Slug: slug}
		}
	}
}
