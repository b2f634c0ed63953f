package httpd

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/diwan-cms/diwan/model"
)

const (
	// maxBody is in bytes: the longest article, even from clients that escape
	// every letter beyond ASCII, as Python's do.
	maxBody = 4 << 20
	// bodyWithin is how long a body may take to arrive. Without an end, idle
	// clients would hold connections for ever.
	bodyWithin = time.Minute
)

// jsonOnly refuses a POST that is not declared as JSON, and says how to send it.
func jsonOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if r.Method == http.MethodPost && (err != nil || sent != "application/json") {
			refuse(w, r, http.StatusUnsupportedMediaType, model.Invalid(`send the header Content-Type: application/json and a body such as {"query": "{ articles { nodes { title } } }"}`))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitBody reads the body before anything else looks at it, so that one that
// is too long is refused in the shape of a GraphQL answer.
func (s *server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		body, err := readBody(w, r)
		if err != nil {
			refuseBody(w, r, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	connection := http.NewResponseController(w)
	// Deadlines fail only where there is no connection, as in tests.
	_ = connection.SetReadDeadline(time.Now().Add(bodyWithin))
	defer func() { _ = connection.SetReadDeadline(time.Time{}) }()
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
}

func refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		refuse(w, r, http.StatusRequestEntityTooLarge, &model.Error{
			Code:    model.ErrorCodeLimitExceeded,
			Message: "the body is larger than 4 MiB; send less in one request",
		})
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		refuse(w, r, http.StatusRequestTimeout, &model.Error{
			Code:    model.ErrorCodeLimitExceeded,
			Message: "the body took longer than a minute to arrive; send less in one request",
		})
		return
	}
	refuse(w, r, http.StatusBadRequest, model.Invalid("the body ended before its announced length; send it again"))
}
