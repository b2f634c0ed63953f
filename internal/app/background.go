package app

import (
	"context"
	"sync"
)

// background is work that goes on beside requests, until the end.
type background struct {
	all  sync.WaitGroup
	stop []context.CancelFunc
}

// do runs f until it is done, or until end ends its context.
func (b *background) do(ctx context.Context, f func(context.Context)) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = append(b.stop, stop)
	b.all.Go(func() { f(ctx) })
}

// end waits until all work has stopped.
func (b *background) end() {
	for _, stop := range b.stop {
		stop()
	}
	b.all.Wait()
}
