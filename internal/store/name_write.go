package store

import (
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// nameRow is one name, title or alias of a node, ready to be matched and sorted.
type nameRow struct {
	NodeType model.NodeType
	NodeID   int64
	Kind     string
	Language model.Language
	Position int
	Text     string
	Folded   string
	SortKey  []byte
}

// TableName is where GORM finds it.
func (nameRow) TableName() string { return "names" }

// CanBeMentioned reports whether texts can mention nodes of this type.
func (tx *Tx) CanBeMentioned(node model.NodeType) bool { return tx.nouns.linkedAs(node) != 0 }

// writeNames brings the rows of `names` in line with the node's own row.
func (tx *Tx) writeNames(id model.ID, names model.LocalizedTexts, aliases model.Aliases) error {
	if err := tx.dropNames(id); err != nil {
		return err
	}
	rows := make([]nameRow, 0, len(names)+len(aliases))
	for _, name := range names {
		rows = append(rows, nameOf(id, kindName, 0, name.Language, name.Value))
	}
	for i, alias := range aliases {
		rows = append(rows, nameOf(id, string(alias.Kind), i, alias.Language, alias.Text))
	}
	if err := tx.on.Insert(rows); err != nil {
		return fail(err, id.Type, "write the names of")
	}
	return tx.index.addNode(id, names, aliases)
}

func nameOf(id model.ID, kind string, position int, language model.Language, s string) nameRow {
	return nameRow{
		NodeType: id.Type, NodeID: id.Key, Kind: kind, Language: language, Position: position,
		Text: s, Folded: text.Fold(s), SortKey: text.SortKey(s),
	}
}

func (tx *Tx) dropNames(id model.ID) error {
	if tx.nouns.kindOf(id.Type) == 0 { // it has none
		return nil
	}
	if err := tx.index.dropNode(id); err != nil {
		return err
	}
	return tx.exec(id.Type, "delete the names of", "DELETE FROM names WHERE node_type = ? AND node_id = ?", id.Type, id.Key)
}
