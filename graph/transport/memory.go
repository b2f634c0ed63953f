package transport

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Memory is a cache of the entries that were used last, limited by their number and
// by their bytes. gqlgen's own caches limit the number alone, and an entry may be
// megabytes.
type Memory[K comparable, T any] struct {
	sizeOf func(key K, value T) int

	mu      sync.Mutex
	entries *simplelru.LRU[K, T]
	bytes   int
	free    int
	dropped int
}

// NewMemory returns an empty cache. sizeOf returns how many bytes an entry takes.
func NewMemory[K comparable, T any](entries, bytes int, sizeOf func(key K, value T) int) *Memory[K, T] {
	m := &Memory[K, T]{sizeOf: sizeOf, bytes: bytes, free: bytes}
	lru, err := simplelru.NewLRU(entries, func(key K, value T) { m.free += sizeOf(key, value) })
	if err != nil {
		panic(err) // entries is not above zero
	}
	m.entries = lru
	return m
}

// Get returns the value of a key, and whether there is one.
func (m *Memory[K, T]) Get(_ context.Context, key K) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries.Get(key)
}

// Add keeps a value, and evicts those that were used longest ago until it fits. A
// value larger than an eighth of the cache is not kept: it would evict too many
// others.
func (m *Memory[K, T]) Add(_ context.Context, key K, value T) {
	m.keep(key, value, false)
}

// Replace is Add, in place of the value that the key may have.
func (m *Memory[K, T]) Replace(key K, value T) { m.keep(key, value, true) }

func (m *Memory[K, T]) keep(key K, value T, replace bool) {
	size := m.sizeOf(key, value)
	m.mu.Lock()
	defer m.mu.Unlock()
	if size > m.bytes/8 || !replace && m.entries.Contains(key) {
		return
	}
	m.entries.Remove(key)
	if m.entries.Add(key, value) {
		m.dropped++
	}
	m.free -= size
	for m.free < 0 {
		m.entries.RemoveOldest()
		m.dropped++
	}
}

// Drop removes the value of a key if it is still the one that useless says.
func (m *Memory[K, T]) Drop(key K, useless func(T) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if value, found := m.entries.Peek(key); found && useless(value) {
		m.entries.Remove(key)
		m.dropped++
	}
}

// State returns how many bytes the entries take, and how many entries were dropped: for
// others, or as useless.
func (m *Memory[K, T]) State() (bytes, dropped int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bytes - m.free, m.dropped
}
