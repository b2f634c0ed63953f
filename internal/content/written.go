package content

import (
	"context"
	"slices"
	"sync"

	"github.com/diwan-cms/diwan/model"
)

// writes are what an operation has written, and what one of its mutations has.
type writes struct {
	// step tells a mutation from the others of its request; empty for the operation.
	step string
	of   *writes // the operation; nil for itself

	mu      sync.Mutex
	written []model.Written
}

type writesKey struct{}

func writesOf(ctx context.Context) *writes {
	w, _ := ctx.Value(writesKey{}).(*writes)
	return w
}

// InOperation returns a context for an operation that may write.
func InOperation(ctx context.Context) context.Context {
	return context.WithValue(ctx, writesKey{}, &writes{})
}

// InMutation returns a context for one mutation of an operation. step tells it from the others
// of its request.
func InMutation(ctx context.Context, step string) context.Context {
	return context.WithValue(ctx, writesKey{}, &writes{step: step, of: writesOf(ctx)})
}

// WrittenIn returns what the mutation or the operation of the context has written: it is
// committed, whatever becomes of the answer.
func WrittenIn(ctx context.Context) []model.Written {
	w := writesOf(ctx)
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.written)
}

// wrote notes what was committed.
func (w *writes) wrote(written []model.Written) {
	if w == nil {
		return
	}
	w.mu.Lock()
	w.written = append(w.written, written...)
	w.mu.Unlock()
	w.of.wrote(written)
}
