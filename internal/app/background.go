package app

import (
	"context"
	"sync"
)

// background is work that runs besides requests.
type background struct {
	running sync.WaitGroup
	stop    []context.CancelFunc
}

// do runs f in the background; end cancels its context.
func (b *background) do(ctx context.Context, f func(context.Context)) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = append(b.stop, stop)
	b.running.Go(func() { f(ctx) })
}

// end stops all work, and returns once it has stopped.
func (b *background) end() {
	for _, stop := range b.stop {
		stop()
	}
	b.running.Wait()
}
