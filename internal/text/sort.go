package text

import (
	"bytes"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// MaxSortKey is the length, in bytes, of the longest sort key. It holds the first 100 letters
// of a headline, or an Arabic name of 49 letters with its exact spelling.
const MaxSortKey = 200

// SortKey returns the key by which a database sorts s to where readers look for it. Keys
// compare byte by byte, so that every database sorts alike, whatever its collations. A key is
// never nil.
//
// A key begins with the letters of the text as [Fold] leaves them, in the order of the CLDR
// root collation, so that spellings that a search takes for the same name stand together:
// أحمد beside احمد, Élysée beside Elysee. Behind them stands the text itself, which orders
// equals and keeps the keys of different texts apart. The article ال is part of the name. See
// docs/explanation/decisions/0007-collation.md.
//
// Keys are cut to [MaxSortKey] bytes, so long texts with the same beginning may share a key.
func SortKey(s string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	c.buffer.Reset()
	letters := c.KeyFromString(&c.buffer, Fold(s))
	// Two zeros sort before any letter, so the shorter name comes first.
	key := append(append(letters, 0, 0), s...)
	return bytes.Clone(key[:min(len(key), MaxSortKey)])
}

// collators are pooled because making one takes longer than making a key, and each serves one
// goroutine at a time.
var collators = sync.Pool{New: func() any {
	return &collator{Collator: collate.New(language.Und, collate.Loose)}
}}

type collator struct {
	*collate.Collator
	buffer collate.Buffer
}
