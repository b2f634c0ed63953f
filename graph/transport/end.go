package transport

import (
	"context"
	"sync"
)

type endKey struct{}

// ending has what is to be done at the end of a request.
type ending struct {
	mu    sync.Mutex
	ended bool
	steps []func()
}

// withEnd returns a context for AfterAnswer, and what ends the request.
func withEnd(ctx context.Context) (context.Context, func()) {
	e := &ending{}
	return context.WithValue(ctx, endKey{}, e), e.end
}

func (e *ending) end() {
	e.mu.Lock()
	e.ended = true
	steps := e.steps
	e.mu.Unlock()
	for _, step := range steps {
		step()
	}
}

func (e *ending) add(step func()) (added bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.ended {
		e.steps = append(e.steps, step)
	}
	return !e.ended
}

// AfterAnswer does something once the answer to the request of the context was sent, or its
// client has left. On sockets and streams that is when the context ends, which takes a
// goroutine.
func AfterAnswer(ctx context.Context, f func()) {
	if e, ok := ctx.Value(endKey{}).(*ending); ok && e.add(f) {
		return
	}
	context.AfterFunc(ctx, f)
}
