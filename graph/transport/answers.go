package transport

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/internal/telemetry"
)

// AnswersConfig says how whole answers are kept. It is exact: an answer is used only
// where running its request again would give the same bytes.
type AnswersConfig struct {
	// Bytes is how much memory answers may take. Zero keeps none.
	Bytes int
	// Audience names all that an answer depends on besides the request, for the current
	// user and languages of the context; false if answers to them are not kept.
	Audience func(context.Context) (string, bool)
	// Position returns a number that grows whenever answers may change. An answer is used as
	// long as it stays the same.
	Position func(context.Context) (int64, error)
	// Shared reports whether the answer to an operation depends on nothing else.
	Shared func(*graphql.OperationContext) bool
	// Cost is the operation's cost, for the log.
	Cost func(*graphql.OperationContext) int
	// Telemetry is told of hits, misses, drops and bytes. May be nil.
	Telemetry *telemetry.Telemetry
}

// answers keeps whole answers.
type answers struct {
	AnswersConfig
	kept     *Memory[string, kept]
	position positions

	mu sync.Mutex
	// running has a channel for each request that is being executed while others may wait
	// for its answer; the channel is closed at its end.
	running map[string]chan struct{}
}

// kept is an answer, and the position of the log at which it was read.
type kept struct {
	position         int64
	body             []byte
	name, kind, hash string
	cost             int
}

// maxAnswers is how many answers are kept at most.
const maxAnswers = 100_000

func newAnswers(config AnswersConfig) *answers {
	if config.Bytes == 0 {
		return nil
	}
	a := &answers{
		AnswersConfig: config,
		kept: NewMemory(maxAnswers, config.Bytes, func(key string, k kept) int {
			return len(key) + len(k.body) + len(k.name) + 300 // of the entry itself
		}),
		position: positions{read: config.Position},
		running:  map[string]chan struct{}{},
	}
	config.Telemetry.WatchCache("answers", a.kept.State)
	return a
}

// get returns the kept answer to a request if it is still exact. If the same request is
// being executed, it waits for that answer first. A caller that gets none executes the
// request, and then calls done.
func (a *answers) get(ctx context.Context, key string) (k kept, found bool, done func()) {
	k, found = a.fresh(ctx, key)
	if found {
		return k, true, func() {}
	}
	a.mu.Lock()
	first := a.running[key]
	if first == nil {
		ended := make(chan struct{})
		a.running[key] = ended
		a.mu.Unlock()
		return kept{}, false, sync.OnceFunc(func() {
			a.mu.Lock()
			delete(a.running, key)
			a.mu.Unlock()
			close(ended)
		})
	}
	a.mu.Unlock()
	select {
	case <-first:
		k, found = a.fresh(ctx, key) // unless something was written since this request came
	case <-ctx.Done():
	}
	return k, found, func() {}
}

func (a *answers) fresh(ctx context.Context, key string) (kept, bool) {
	k, found := a.kept.Get(ctx, key)
	if !found {
		return kept{}, false
	}
	now, err := a.position.now(ctx)
	if err != nil {
		return kept{}, false
	}
	if now != k.position {
		a.kept.Drop(key, func(k kept) bool { return k.position < now }) // unless another request has replaced it
		return kept{}, false
	}
	return k, true
}

// send sends a kept answer, and reports the operation as if it had run.
func (a *answers) send(e *exchange, k kept, began time.Time) {
	operation := &telemetry.Operation{Name: k.name, Kind: k.kind, Hash: k.hash, Cost: k.cost, Began: began, Kept: true}
	ctx := a.Telemetry.Begin(e.r.Context(), operation)
	e.sendBody(k.body)
	operation.End(ctx)
}

// positions reads the position of the log for many requests at once: those that come
// while it is being read share the next reading, which begins after all of them came.
type positions struct {
	read func(context.Context) (int64, error)

	mu      sync.Mutex
	running bool     // a reading was begun, or is about to be
	next    *reading // takes requests; nil if none came
}

type reading struct {
	done     chan struct{}
	position int64
	err      error
}

// now returns the position at a moment after the call.
func (p *positions) now(ctx context.Context) (int64, error) {
	p.mu.Lock()
	r, first := p.next, !p.running
	if r == nil {
		r = &reading{done: make(chan struct{})}
		p.next = r
	}
	p.running = true
	p.mu.Unlock()
	if first {
		p.run(context.WithoutCancel(ctx))
	}
	return r.wait(ctx)
}

// run reads once. A goroutine of its own then reads for the requests that came meanwhile,
// so that this one need not wait.
func (p *positions) run(ctx context.Context) {
	runtime.Gosched() // requests that were received already come along
	p.mu.Lock()
	r := p.next
	p.next = nil
	p.mu.Unlock()
	defer func() {
		if cause := recover(); cause != nil { // nobody else would read again
			r.err = fmt.Errorf("read the position of the log: panic: %v", cause)
		}
		close(r.done)
		p.mu.Lock()
		p.running = p.next != nil
		again := p.running
		p.mu.Unlock()
		if again {
			go p.run(context.Background())
		}
	}()
	r.position, r.err = p.read(ctx)
}

func (r *reading) wait(ctx context.Context) (int64, error) {
	select {
	case <-r.done:
		return r.position, r.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
