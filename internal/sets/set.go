// Package sets holds sets of articles in memory, and counts what they have in common: the
// articles that readers see, by tag, language and month.
package sets

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// Set is a set of keys of articles. It never changes once it is made.
type Set struct{ keys *roaring.Bitmap }

// Of is the set of these keys.
func Of(keys ...int64) (Set, error) {
	narrow := make([]uint32, len(keys))
	for i, key := range keys {
		k, err := inSet(key)
		if err != nil {
			return Set{}, err
		}
		narrow[i] = k
	}
	return Set{roaring.BitmapOf(narrow...)}, nil
}

// Parse reads a set as databases list it: keys with commas between them, in any order.
func Parse(list string) (Set, error) {
	b := roaring.New()
	batch := make([]uint32, 0, 1024)
	for list != "" {
		text, rest, _ := strings.Cut(list, ",")
		list = rest
		key, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return Set{}, fmt.Errorf("a list of keys: %w", err)
		}
		k, err := inSet(key)
		if err != nil {
			return Set{}, err
		}
		if batch = append(batch, k); len(batch) == cap(batch) {
			b.AddMany(batch)
			batch = batch[:0]
		}
	}
	b.AddMany(batch)
	return Set{b}, nil
}

// inSet is a key as sets hold it: in 32 bits.
func inSet(key int64) (uint32, error) {
	if key < 0 || key > math.MaxUint32 {
		return 0, fmt.Errorf("the key %d does not fit into a set", key)
	}
	return uint32(key), nil
}

// Len is the number of keys.
func (s Set) Len() int {
	if s.keys == nil {
		return 0
	}
	return int(s.keys.GetCardinality()) //nolint:gosec // keys are 32 bits wide
}

// Has reports whether the key is in the set.
func (s Set) Has(key int64) bool {
	k, err := inSet(key)
	return err == nil && s.keys != nil && s.keys.Contains(k)
}

// Common is how many keys are in both sets.
func (s Set) Common(other Set) int {
	if s.keys == nil || other.keys == nil {
		return 0
	}
	return int(s.keys.AndCardinality(other.keys)) //nolint:gosec // keys are 32 bits wide
}

// And is what is in both sets.
func (s Set) And(other Set) Set {
	switch {
	case s.keys == nil || other.keys == nil:
		return Set{}
	case s.keys == other.keys:
		return s
	}
	return Set{roaring.And(s.keys, other.keys)}
}

// Below are up to most keys below a key, the highest first.
func (s Set) Below(key int64, most int) []int64 {
	if s.keys == nil || key <= 0 {
		return nil
	}
	before := s.keys.GetCardinality()
	if key <= math.MaxUint32 {
		before = s.keys.Rank(uint32(key - 1)) // how many are no higher
	}
	var keys []int64
	for ; before > 0 && len(keys) < most; before-- {
		k, err := s.keys.Select(uint32(before - 1)) //nolint:gosec // keys are 32 bits wide
		if err != nil {                             // there are fewer: impossible
			break
		}
		keys = append(keys, int64(k))
	}
	return keys
}

// Above are up to most keys above a key, the lowest first.
func (s Set) Above(key int64, most int) []int64 {
	if s.keys == nil || key >= math.MaxUint32 {
		return nil
	}
	var keys []int64
	it := s.keys.Iterator()
	it.AdvanceIfNeeded(uint32(max(key+1, 0))) //nolint:gosec // bounded above
	for it.HasNext() && len(keys) < most {
		keys = append(keys, int64(it.Next()))
	}
	return keys
}

// Keys are the keys, in ascending order.
func (s Set) Keys() []int64 {
	if s.keys == nil {
		return nil
	}
	keys := make([]int64, 0, s.keys.GetCardinality())
	for it := s.keys.Iterator(); it.HasNext(); {
		keys = append(keys, int64(it.Next()))
	}
	return keys
}

// Bytes is how much memory the set takes, about.
func (s Set) Bytes() int {
	if s.keys == nil {
		return 0
	}
	return int(s.keys.GetSizeInBytes()) + 64 //nolint:gosec // far less
}

// With is the set with the keys of another one, and Without the set without them.
func (s Set) With(other Set) Set {
	switch {
	case other.keys == nil || other.keys.IsEmpty():
		return s
	case s.keys == nil:
		return other
	}
	return Set{roaring.Or(s.keys, other.keys)}
}

// Without is the set without the keys of another one.
func (s Set) Without(other Set) Set {
	if s.keys == nil || other.keys == nil || !s.keys.Intersects(other.keys) {
		return s
	}
	return Set{roaring.AndNot(s.keys, other.keys)}
}
