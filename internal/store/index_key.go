package store

import (
	"fmt"
	"strconv"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// indexKind is the number of a noun in the keys of the index of names, below indexKinds.
// Articles have 0. A number never changes and is never reused.
type indexKind int64

// indexKinds is how many nouns the keys have room for.
const indexKinds = 64

// indexKey is the key of a row of the index of names: its noun and its row. Articles
// have such a key only for sorting search results.
type indexKey int64

func indexKeyOf(kind indexKind, key int64) indexKey { return indexKey(key*indexKinds + int64(kind)) }

// split is the inverse of indexKeyOf. It rounds down, because the keys of working copies
// are negative.
func (k indexKey) split() (kind indexKind, key int64) {
	return indexKind(k & (indexKinds - 1)), int64(k >> 6)
}

// indexKindOf and nodeKeyOf are the two parts of an index key in SQL. The keys of nodes
// are positive.
func indexKindOf(column string) string { return fmt.Sprintf("%s %% %d", column, indexKinds) }
func nodeKeyOf(column string) string   { return fmt.Sprintf("%s / %d", column, indexKinds) }

// indexKeyColumn is the index key of the rows n of a noun in SQL.
func indexKeyColumn(kind indexKind) sql.Clause {
	return sql.Text(fmt.Sprintf("n.id * %d + CAST(? AS BIGINT)", indexKinds), int64(kind))
}

// Cursors of searches hold index keys in their earlier form, with room for eight
// kinds, so that cursors that clients have stored stay valid. Keys of later kinds
// have numbers above them.
const (
	firstKinds = 8
	laterKinds = int64(1) << 62
)

// inCursor is the form of the key in cursors.
func (k indexKey) inCursor() int64 {
	kind, key := k.split()
	if kind < firstKinds {
		return key*firstKinds + int64(kind)
	}
	return laterKinds + int64(k)
}

// indexKeyIn is the key from its form in cursors.
func indexKeyIn(cursor int64) indexKey {
	if cursor >= laterKinds {
		return indexKey(cursor - laterKinds)
	}
	return indexKeyOf(indexKind(cursor&(firstKinds-1)), cursor>>3)
}

// kindOf is the number of a noun in the index of names; 0 if it is not in it.
func (all nouns) kindOf(node model.NodeType) indexKind {
	for _, k := range all {
		if names := k.inIndex(); names != nil && k.nodeType() == node {
			return names.kind
		}
	}
	return 0
}

// nodeAt is the node with a key of the index of names.
func (all nouns) nodeAt(k indexKey) model.ID {
	kind, key := k.split()
	for _, n := range all {
		if names := n.inIndex(); names != nil && names.kind == kind {
			return model.ID{Type: n.nodeType(), Key: key}
		}
	}
	return model.ID{}
}

// tagKey identifies a tag in the terms of an article.
func (all nouns) tagKey(node model.NodeType, key int64) string {
	return strconv.FormatInt(int64(all.kindOf(node)), 10) + "." + strconv.FormatInt(key, 10)
}
