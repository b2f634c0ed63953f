package store

import (
	"context"
	"sync"
	"time"
)

// What one transaction does for writers that wait. Each waits for the longest of them.
const (
	maxShared  = 64
	longShared = 25 * time.Millisecond
)

// turns are the writers of this store that wait. The first leads: it begins a transaction,
// writes, and then hands the transaction to those that have come meanwhile, one after the
// other, each within a savepoint. All are answered when the leader has committed. A commit
// waits for the disk, and under load they wait once (docs/explanation/decisions/0019).
type turns struct {
	mu      sync.Mutex
	waiting []*writer
	led     bool
	// long is how long a transaction is handed on.
	long time.Duration
}

// writer is a writer that waits.
type writer struct {
	ctx context.Context
	// turn receives the transaction to write in, a *Tx; nil to lead the next one.
	turn chan any
	// wrote receives why what the writer wrote is not to be kept, nil if it is, and ended the
	// error of the commit.
	wrote chan error
	ended chan error
}

// join has a writer lead if nobody does, or else wait.
func (t *turns) join(ctx context.Context) (w *writer, leads bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.led {
		t.led = true
		return nil, true
	}
	w = &writer{ctx, make(chan any, 1), make(chan error, 1), make(chan error, 1)}
	t.waiting = append(t.waiting, w)
	return w, false
}

// next takes the first of those that wait; nil if there is none.
func (t *turns) next() *writer {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return nil
	}
	w := t.waiting[0]
	t.waiting = t.waiting[1:]
	return w
}

// anybody reports whether somebody waits.
func (t *turns) anybody() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting) > 0
}

// pass has the first of those that wait lead.
func (t *turns) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.led = len(t.waiting) > 0; t.led {
		t.waiting[0].turn <- nil
		t.waiting = t.waiting[1:]
	}
}

// leave takes a writer out; false if its turn has come already.
func (t *turns) leave(w *writer) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, other := range t.waiting {
		if other == w {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			return true
		}
	}
	return false
}
