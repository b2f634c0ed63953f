package store

import (
	"math"
	"slices"
	"testing"
)

func TestIndexKeys(t *testing.T) {
	t.Parallel()
	var keys []indexKey
	for _, key := range []int64{-70, -1, 1, 2, 9, 1 << 40} {
		for _, kind := range []indexKind{0, 1, 7, 8, 63} {
			k := indexKeyOf(kind, key)
			if gotKind, gotKey := k.split(); gotKind != kind || gotKey != key {
				t.Errorf("indexKeyOf(%d, %d) splits into %d, %d", kind, key, gotKind, gotKey)
			}
			if key < 0 && kind >= firstKinds {
				continue // only articles have negative keys
			}
			if got := indexKeyIn(k.inCursor()); got != k {
				t.Errorf("a cursor gives the key of %d, %d back as %d, want %d", kind, key, got, k)
			}
			keys = append(keys, k)
		}
	}
	if !slices.IsSorted(keys) {
		t.Errorf("keys = %v, want them in the order of the nodes' keys, then of the kinds", keys)
	}
}

// Clients have stored cursors from when there was room for eight kinds.
func TestCursorsHoldIndexKeysInTheirOldForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind      indexKind
		key, want int64
	}{{0, 3, 24}, {0, -3, -24}, {4, 3, 28}, {7, 1000, 8007}} {
		if got := indexKeyOf(c.kind, c.key).inCursor(); got != c.want {
			t.Errorf("in a cursor, %d of kind %d = %d, want %d", c.key, c.kind, got, c.want)
		}
	}
}

// Indexes and cursors hold the numbers of nouns: each is unique and not too large.
func TestNounsHaveNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[indexKind]bool{0: true} // articles
	for _, k := range newNouns(mentionLoader{}) {
		names := k.inIndex()
		if names == nil {
			continue
		}
		if seen[names.kind] || names.kind >= indexKinds || names.kind > math.MaxInt8 {
			t.Errorf("%s has the number %d, which is taken or too large", k.nodeType(), names.kind)
		}
		seen[names.kind] = true
	}
}
