package httpd

import (
	"context"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlots(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlots(Traffic{AtOnce: 1, Queue: 1, QueueWait: time.Minute})
		r := httptest.NewRequest("POST", "/graphql", nil)
		if !s.take(r) {
			t.Fatal("the first request gets no slot")
		}
		second := make(chan bool, 1)
		go func() { second <- s.take(r) }()
		synctest.Wait() // until the second is in the queue
		if s.take(r) {
			t.Error("the third request gets a slot, want it refused at once")
		}
		s.free()
		if !<-second {
			t.Error("the second request is refused, want the slot of the first")
		}

		gone, leave := context.WithCancel(t.Context())
		leave()
		if s.take(r.WithContext(gone)) {
			t.Error("a client that has gone gets a slot")
		}
		began := time.Now()
		if s.take(r) || time.Since(began) != time.Minute {
			t.Errorf("a request gets the slot of another, or is refused after %s, want it refused after a minute", time.Since(began))
		}
	})
}
