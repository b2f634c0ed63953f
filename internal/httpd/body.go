package httpd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/diwan-cms/diwan/model"
)

const (
	// defaultMaxBody is in bytes: the longest article, even from clients that
	// escape every letter beyond ASCII, as Python's do. 200,000 letters of Arabic
	// are then 1.2 MB, of emoji 2.4 MB.
	defaultMaxBody = 4 << 20
	// bodyWithin is how long a body may take to arrive, and a second more for each
	// slowest of its bytes. Without an end, idle clients would hold connections for
	// ever.
	bodyWithin = 10 * time.Second
	slowest    = 64 << 10
	// Bodies of more than a small one are held only so many together: what is not
	// yet worked on needs memory, too.
	smallBody    = 64 << 10
	heldTogether = 64 << 20
)

// limitBody reads the body before anything else looks at it, so that one that
// is too long is refused in the shape of a GraphQL answer.
func (s *server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		size := expected(r, s.MaxBody)
		if size > smallBody {
			defer s.held.Add(-size)
			if s.held.Add(size) > heldTogether {
				s.refuseHeld(w, r)
				return
			}
		}
		body, err := readBody(w, r, size, s.MaxBody)
		if err != nil {
			s.refuseBody(w, r, err)
			return
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		next.ServeHTTP(w, r)
	})
}

// expected is how many bytes a body is to have: as many as it may where that is
// not said, or more is.
func expected(r *http.Request, most int64) int64 {
	if r.ContentLength < 0 {
		return most
	}
	return min(r.ContentLength, most)
}

func (s *server) refuseHeld(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "1")
	s.refuse(w, r, http.StatusServiceUnavailable, &model.Error{
		Code: model.CodeUnavailable, Limit: "at-once",
		Message: "the server holds as many large bodies as it can; send it again in a moment",
	})
}

func readBody(w http.ResponseWriter, r *http.Request, size, most int64) ([]byte, error) {
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	within := bodyWithin + time.Duration(size/slowest)*time.Second
	connection := http.NewResponseController(w)
	// Deadlines fail only where there is no connection, as in tests.
	_ = connection.SetReadDeadline(time.Now().Add(within))
	defer func() { _ = connection.SetReadDeadline(time.Time{}) }()
	return io.ReadAll(http.MaxBytesReader(w, r.Body, most))
}

func (s *server) refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		s.refuse(w, r, http.StatusRequestEntityTooLarge, model.LimitExceeded("body", "the body is larger than %s; send less in one request", size(tooLarge.Limit)))
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.refuse(w, r, http.StatusRequestTimeout, model.LimitExceeded("body", "the body took too long to arrive; send it faster than %s a second, or less in one request", size(slowest)))
		return
	}
	refuse(w, r, http.StatusBadRequest, model.Invalid("the body ended before its announced length; send it again"))
}

// size is a number of bytes as people say it.
func size(bytes int64) string {
	switch {
	case bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
