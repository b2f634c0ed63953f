package transport

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Memory keeps what was asked for last, by a key: a number of things, and of their
// bytes. gqlgen's own caches count things alone, and a thing may be megabytes.
type Memory[T any] struct {
	weigh func(key string, value T) int

	mu    sync.Mutex
	kept  *simplelru.LRU[string, T]
	bytes int
	free  int
}

// NewMemory makes one for so many things, which weigh so many bytes together.
func NewMemory[T any](entries, bytes int, weigh func(key string, value T) int) *Memory[T] {
	m := &Memory[T]{weigh: weigh, bytes: bytes, free: bytes}
	kept, err := simplelru.NewLRU(entries, func(key string, value T) { m.free += weigh(key, value) })
	if err != nil {
		panic(err) // entries is not above zero
	}
	m.kept = kept
	return m
}

// Get answers what was kept, and whether it was.
func (m *Memory[T]) Get(_ context.Context, key string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept.Get(key)
}

// Add keeps a value, and drops those asked for longest ago until it fits. One that
// would take more than an eighth of the room is not kept: it may not push out all
// others.
func (m *Memory[T]) Add(_ context.Context, key string, value T) {
	weight := m.weigh(key, value)
	m.mu.Lock()
	defer m.mu.Unlock()
	if weight > m.bytes/8 || m.kept.Contains(key) {
		return
	}
	m.kept.Add(key, value)
	m.free -= weight
	for m.free < 0 {
		m.kept.RemoveOldest()
	}
}
