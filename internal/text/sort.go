package text

import (
	"bytes"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// MaxSortKey is the length, in bytes, of the longest sort key. It has room for
// the first 100 letters of a headline, or for an Arabic name of 49 letters and
// its exact spelling.
const MaxSortKey = 200

// SortKey gives the key under which a database stores s to list it where
// readers look for it. Keys compare byte by byte, so that every database sorts
// alike whatever collations it knows. A key is never nil.
//
// A key begins with the letters of the text as [Fold] leaves them, in the order
// of the CLDR root collation, so that what a search takes for one name stands in
// one place: أحمد beside احمد, Élysée beside Elysee. Then comes the text itself,
// which decides between equals and keeps the keys of different texts different.
// The article ال is part of the name. See docs/decisions/0007-collation.md.
//
// Keys longer than [MaxSortKey] bytes are cut, so long texts that begin alike
// may share one.
func SortKey(s string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	c.buffer.Reset()
	letters := c.KeyFromString(&c.buffer, Fold(s))
	// Two zeros are less than any letter, so the shorter name comes first.
	key := append(append(letters, 0, 0), s...)
	return bytes.Clone(key[:min(len(key), MaxSortKey)])
}

// collators are kept because making one costs more than a key, and one serves
// one goroutine at a time.
var collators = sync.Pool{New: func() any {
	return &collator{Collator: collate.New(language.Und, collate.Loose)}
}}

type collator struct {
	*collate.Collator
	buffer collate.Buffer
}
