package store

import (
	"math"
	"reflect"
	"sync"

	"github.com/diwan-cms/diwan/model"
)

// memory keeps rows of the nouns that articles refer to, and who held which office, so
// that readings find them without the database.
//
// Every write of a node other than an article sets the clock of nouns to its position in
// the change log, in its own transaction. A reading looks at the clock in its own snapshot.
// If it has moved, the change log says which rows to forget. So whatever a reading finds
// here is what its snapshot holds, whoever wrote (docs/explanation/decisions/0018).
type memory struct {
	mu sync.RWMutex
	// clock is the moment that the memory has come to; unknown before the first reading.
	clock int64
	rows  map[model.ID]kept[any] // pointers to rows, never changed
	held  map[int64]kept[[]holding]
	// size is about how many bytes are kept, room how many at most.
	size, room int
}

// kept is something that was read at a moment of the clock, and has not changed since.
type kept[V any] struct {
	value V
	at    int64
	size  int
}

// holding is a tenure as principal offices need it.
type holding struct {
	OfficeID         int64
	StartDay, EndDay model.Date
}

const (
	// unknown is later than every moment of the clock.
	unknown = math.MaxInt64
	// maxMemory is the room of a memory in bytes: that of some 20,000 officials with names
	// in three languages.
	maxMemory = 32 << 20
	// maxForgotten is how many changes are looked at one by one; after more of them,
	// everything is forgotten.
	maxForgotten = 1000
)

func newMemory(room int) *memory {
	return &memory{clock: unknown, room: room, rows: map[model.ID]kept[any]{}, held: map[int64]kept[[]holding]{}}
}

// changed is what was written after a moment of the clock.
type changed struct {
	since, until int64
	nodes        []model.ID
	many         bool // too many to list
}

// advance forgets what was changed, and moves to the end of the change.
func (m *memory) advance(c changed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.clock != unknown && m.clock >= c.until { // another reading came first
		return
	}
	if c.many || c.since > m.clock {
		clear(m.rows)
		clear(m.held)
		m.size = 0
	}
	tenures := false
	for _, id := range c.nodes {
		if old, known := m.rows[id]; known {
			m.size -= old.size
			delete(m.rows, id)
		}
		tenures = tenures || id.Type == model.NodeTenure || id.Type == model.NodeOffice || id.Type == model.NodeOfficial
	}
	if tenures {
		for _, old := range m.held {
			m.size -= old.size
		}
		clear(m.held)
	}
	m.clock = c.until
}

// moment is where the clock of the memory stands.
func (m *memory) moment() int64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.clock
}

// keep adds what was read at a moment. It is dropped if the memory has moved on: it may
// have changed.
func keep[K comparable, V any](m *memory, list map[K]kept[V], at int64, read map[K]V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.clock != at {
		return
	}
	for key, value := range read {
		size := bytesOf(reflect.ValueOf(&value).Elem()) + entryWeight
		m.size += size - list[key].size
		list[key] = kept[V]{value, at, size}
	}
	m.shrink()
}

// shrink forgets whatever comes first until the rest has room.
func (m *memory) shrink() {
	for key, old := range m.held {
		if m.size <= m.room {
			return
		}
		m.size -= old.size
		delete(m.held, key)
	}
	for id, old := range m.rows {
		if m.size <= m.room {
			return
		}
		m.size -= old.size
		delete(m.rows, id)
	}
}

// entryWeight is what an entry takes besides its value.
const entryWeight = 100

// bytesOf is about how many bytes a value takes, with everything that it refers to.
func bytesOf(v reflect.Value) int {
	size := int(v.Type().Size())
	switch v.Kind() {
	case reflect.String:
		size += v.Len()
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			size += bytesOf(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			size += bytesOf(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			size += bytesOf(field) - int(field.Type().Size())
		}
	}
	return size
}
