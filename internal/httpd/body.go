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
	// bodyWithin is how long a body may take to arrive. Without an end, idle
	// clients would hold connections for ever.
	bodyWithin = time.Minute
)

// limitBody reads the body before anything else looks at it, so that one that
// is too long is refused in the shape of a GraphQL answer.
func (s *server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		body, err := readBody(w, r, s.MaxBody)
		if err != nil {
			s.refuseBody(w, r, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	connection := http.NewResponseController(w)
	// Deadlines fail only where there is no connection, as in tests.
	_ = connection.SetReadDeadline(time.Now().Add(bodyWithin))
	defer func() { _ = connection.SetReadDeadline(time.Time{}) }()
	return io.ReadAll(http.MaxBytesReader(w, r.Body, most))
}

func (s *server) refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		s.refuse(w, r, http.StatusRequestEntityTooLarge, model.LimitExceeded("body", "the body is larger than %s; send less in one request", size(tooLarge.Limit)))
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.refuse(w, r, http.StatusRequestTimeout, model.LimitExceeded("body", "the body took longer than a minute to arrive; send less in one request"))
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
