package transport

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Memory is a cache of the entries that were used last, limited by their number and
// by their bytes. gqlgen's own caches limit the number alone, and an entry may be
// megabytes.
type Memory[T any] struct {
	sizeOf func(key string, value T) int

	mu      sync.Mutex
	entries *simplelru.LRU[string, T]
	bytes   int
	free    int
}

// NewMemory returns an empty cache. sizeOf returns how many bytes an entry takes.
func NewMemory[T any](entries, bytes int, sizeOf func(key string, value T) int) *Memory[T] {
	m := &Memory[T]{sizeOf: sizeOf, bytes: bytes, free: bytes}
	lru, err := simplelru.NewLRU(entries, func(key string, value T) { m.free += sizeOf(key, value) })
	if err != nil {
		panic(err) // entries is not above zero
	}
	m.entries = lru
	return m
}

// Get returns the value of a key, and whether there is one.
func (m *Memory[T]) Get(_ context.Context, key string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries.Get(key)
}

// Add keeps a value, and evicts those that were used longest ago until it fits. A
// value larger than an eighth of the cache is not kept: it would evict too many
// others.
func (m *Memory[T]) Add(_ context.Context, key string, value T) {
	m.keep(key, value, false)
}

// Replace is Add, in place of the value that the key may have.
func (m *Memory[T]) Replace(key string, value T) { m.keep(key, value, true) }

func (m *Memory[T]) keep(key string, value T, replace bool) {
	size := m.sizeOf(key, value)
	m.mu.Lock()
	defer m.mu.Unlock()
	if size > m.bytes/8 || !replace && m.entries.Contains(key) {
		return
	}
	m.entries.Remove(key)
	m.entries.Add(key, value)
	m.free -= size
	for m.free < 0 {
		m.entries.RemoveOldest()
	}
}
