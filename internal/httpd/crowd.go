package httpd

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

// crowd lets so many requests be worked on at once, and a few more wait for a
// moment: what cannot be done soon is refused while there is still time to say so.
type crowd struct {
	places  chan struct{}
	waiting atomic.Int64
	queue   int64
	wait    time.Duration
}

func newCrowd(atOnce, queue int, wait time.Duration) *crowd {
	return &crowd{places: make(chan struct{}, atOnce), queue: int64(queue), wait: wait}
}

// enter takes a place, and reports whether there was one in time.
func (c *crowd) enter(r *http.Request) bool {
	select {
	case c.places <- struct{}{}:
		return true
	default:
	}
	if c.waiting.Add(1) > c.queue {
		c.waiting.Add(-1)
		return false
	}
	defer c.waiting.Add(-1)
	timer := time.NewTimer(c.wait)
	defer timer.Stop()
	select {
	case c.places <- struct{}{}:
		return true
	case <-timer.C:
	case <-r.Context().Done():
	}
	return false
}

func (c *crowd) leave() { <-c.places }

// admit keeps the number of requests that are worked on at once. Sockets and
// event streams, which are idle most of their time, have limits of their own.
func (s *server) admit(next http.Handler) http.Handler {
	if s.AtOnce == 0 {
		return next
	}
	c := newCrowd(s.AtOnce, s.Queue, s.QueueWait)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if transport.IsStream(r) {
			next.ServeHTTP(w, r)
			return
		}
		if !c.enter(r) {
			w.Header().Set("Retry-After", "1")
			s.refuse(w, r, http.StatusServiceUnavailable, &model.Error{
				Code:    model.CodeUnavailable,
				Limit:   "at-once",
				Message: "too many requests are being answered (" + strconv.Itoa(s.AtOnce) + " at once); send it again in a moment",
			})
			return
		}
		defer c.leave()
		next.ServeHTTP(w, r)
	})
}
