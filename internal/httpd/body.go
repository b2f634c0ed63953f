package httpd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/diwan-cms/diwan/model"
)

const (
	// defaultMaxBody is in bytes. It has room for the longest article, even from
	// clients that escape every letter beyond ASCII, as Python's do: 200,000 letters
	// of Arabic are then 1.2 MB, of emoji 2.4 MB.
	defaultMaxBody = 4 << 20
	// A body may take bodyTime to arrive, and a second more for every slowestRate
	// bytes that have. Without an end, idle clients would hold connections for ever.
	bodyTime    = 10 * time.Second
	slowestRate = 64 << 10
	// Bodies larger than smallBody may take up at most heldTogether bytes at the same
	// time: requests that wait their turn need memory, too.
	smallBody    = 64 << 10
	heldTogether = 64 << 20
)

// hurry bounds how long the body of any request may take to arrive. The time also bounds
// net/http, which reads on when a request was answered before its body was read whole: what
// reads all of it takes the deadline away.
func hurry(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			setReadDeadline(w, time.Now().Add(bodyTime))
		}
		next.ServeHTTP(w, r)
	})
}

// setReadDeadline fails only where there is no connection, as in tests.
func setReadDeadline(w http.ResponseWriter, at time.Time) {
	_ = http.NewResponseController(w).SetReadDeadline(at)
}

// readBody reads the body before anything else looks at it, so that one that is
// too large is refused in the shape of a GraphQL response. Zero maxBody is
// defaultMaxBody.
func readBody(maxBody int64, refusals refusals) middleware {
	maxBody = cmp.Or(maxBody, defaultMaxBody)
	var held atomic.Int64 // bytes of all large bodies
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			size := expectedSize(r, maxBody)
			if size > smallBody {
				defer held.Add(-size)
				if held.Add(size) > heldTogether {
					refusals.forHeldBodies(w, r)
					return
				}
			}
			body, err := receive(w, r, size, maxBody)
			if err != nil {
				refusals.forBody(w, r, err)
				return
			}
			r.Body, r.ContentLength = &received{*bytes.NewReader(body), body}, int64(len(body))
			next.ServeHTTP(w, r)
		})
	}
}

// received is a body that has arrived. Whoever needs it whole takes its bytes.
type received struct {
	bytes.Reader
	body []byte
}

// Bytes returns the whole body, which nobody may change.
func (r *received) Bytes() []byte { return r.body }

// Close has nothing to do.
func (r *received) Close() error { return nil }

// expectedSize is how many bytes to expect of a body: the most it may have, where
// its length is not announced or is greater.
func expectedSize(r *http.Request, maxBody int64) int64 {
	if r.ContentLength < 0 {
		return maxBody
	}
	return min(r.ContentLength, maxBody)
}

// receive reads the body, which has more time the more of it has arrived.
func receive(w http.ResponseWriter, r *http.Request, size, maxBody int64) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	body := bytes.NewBuffer(make([]byte, 0, min(size, smallBody)+bytes.MinRead))
	from := http.MaxBytesReader(w, r.Body, maxBody)
	for late := time.Now().Add(bodyTime); ; {
		_, err := io.CopyN(body, from, slowestRate)
		if err == io.EOF {
			setReadDeadline(w, time.Time{})
			return body.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		late = late.Add(time.Second)
		setReadDeadline(w, late)
	}
}

func (s refusals) forHeldBodies(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "1")
	s.forLimit(w, r, http.StatusServiceUnavailable, &model.Error{
		Code: model.CodeUnavailable, Limit: "at-once",
		Message: "the server holds as many large bodies as it can; send it again in a moment",
	})
}

func (s refusals) forBody(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		s.forLimit(w, r, http.StatusRequestEntityTooLarge, model.LimitExceeded("body", "the body is larger than %s; send less in one request", inUnits(tooLarge.Limit)))
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.forLimit(w, r, http.StatusRequestTimeout, model.LimitExceeded("body", "the body took too long to arrive; send it faster than %s a second, or less in one request", inUnits(slowestRate)))
		return
	}
	refuse(w, r, http.StatusBadRequest, model.Invalid("the body ended before its announced length; send it again"))
}

// inUnits writes a number of bytes in the largest unit that divides it.
func inUnits(bytes int64) string {
	switch {
	case bytes%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", bytes>>30)
	case bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
