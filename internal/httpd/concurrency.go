package httpd

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

// slots let a number of requests be served at the same time, and a queue of others
// wait for a moment. A request that cannot be served soon is refused while its
// client still listens.
type slots struct {
	taken   chan struct{}
	waiting atomic.Int64
	queue   int64
	wait    time.Duration
}

func newSlots(traffic Traffic) *slots {
	return &slots{taken: make(chan struct{}, traffic.AtOnce), queue: int64(traffic.Queue), wait: traffic.QueueWait}
}

// take reports whether a slot was free in time.
func (s *slots) take(r *http.Request) bool {
	select {
	case s.taken <- struct{}{}:
		return true
	default:
	}
	if s.waiting.Add(1) > s.queue {
		s.waiting.Add(-1)
		return false
	}
	defer s.waiting.Add(-1)
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.taken <- struct{}{}:
		return true
	case <-timer.C:
	case <-r.Context().Done():
	}
	return false
}

func (s *slots) free() { <-s.taken }

// limitConcurrency limits how many requests are served at the same time. Sockets
// and event streams, which are idle most of the time, have limits of their own.
func limitConcurrency(traffic Traffic, refusals refusals) middleware {
	if traffic.AtOnce == 0 {
		return passThrough
	}
	slots := newSlots(traffic)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if transport.IsStream(r) {
				next.ServeHTTP(w, r)
				return
			}
			if !slots.take(r) {
				refusals.forAtOnce(w, r, traffic.AtOnce)
				return
			}
			defer slots.free()
			next.ServeHTTP(w, r)
		})
	}
}

func (s refusals) forAtOnce(w http.ResponseWriter, r *http.Request, atOnce int) {
	w.Header().Set("Retry-After", "1")
	s.forLimit(w, r, http.StatusServiceUnavailable, &model.Error{
		Code:    model.CodeUnavailable,
		Limit:   "at-once",
		Message: "too many requests are being answered (" + strconv.Itoa(atOnce) + " at once); send it again in a moment",
	})
}
