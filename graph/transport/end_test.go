package transport

import (
	"context"
	"testing"
)

// What waits for the end of a request is done then, once, or at the end of its context where
// no answer is awaited any more.
func TestAfterAnswer(t *testing.T) {
	t.Parallel()
	whole, cancel := context.WithCancel(t.Context())
	ctx, end := withEnd(whole)
	done := 0
	AfterAnswer(ctx, func() { done++ })
	if done != 0 {
		t.Fatal("it was done before the end")
	}
	end()
	late := make(chan bool)
	AfterAnswer(ctx, func() { close(late) })
	select {
	case <-late:
		t.Error("what came after the answer was done before the context ended")
	default:
	}
	cancel()
	<-late
	if done != 1 {
		t.Errorf("done %d times, want once", done)
	}
}
