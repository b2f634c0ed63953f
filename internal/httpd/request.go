package httpd

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/model"
)

const (
	requestIDHeader = "X-Request-Id"
	maxRequestID    = 64
)

// requestID gives every request an id: the one that a proxy sent, if it can go
// into headers and logs as it is, else a random one.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !isSaneRequestID(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(model.WithRequestID(r.Context(), id)))
	})
}

func isSaneRequestID(id string) bool {
	isUnsafe := func(c rune) bool {
		isLetter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		isDigit := '0' <= c && c <= '9'
		return !isLetter && !isDigit && !strings.ContainsRune("-_.:=+/", c)
	}
	return id != "" && len(id) <= maxRequestID && !strings.ContainsFunc(id, isUnsafe)
}

// logAccess writes a line about every request: ERROR when the fault is the
// server's, INFO when GraphQL was refused, else DEBUG: an operation that was
// executed has a line of its own, which says more. Neither headers nor the query
// string are logged, for they hold tokens and content.
func (s *server) logAccess(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		answer := &answer{ResponseWriter: w}
		if r.URL.Path == "/graphql" {
			traced, end := s.Telemetry.Request(r)
			r = traced
			defer func() { end(answer.status) }()
		}
		defer func() {
			s.Log.LogAttrs(r.Context(), accessLevel(r, answer.status), "request",
				slog.String("method", r.Method),
				slog.String("path", r.URL.Path),
				slog.Int("status", answer.status),
				slog.Int64("bytes", answer.bytes),
				slog.Float64("ms", float64(time.Since(start).Microseconds())/1000),
				slog.String("requestId", model.RequestIDOf(r.Context())),
			)
		}()
		next.ServeHTTP(answer, r)
		if answer.status == 0 {
			answer.status = http.StatusOK // net/http answers so when nothing was written
		}
	})
}

func accessLevel(r *http.Request, status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	if r.URL.Path == "/graphql" && status >= http.StatusBadRequest {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// recoverPanic answers a panic as an internal error and logs it with its stack.
// When part of an answer is out already the connection is cut, so that nobody
// takes it for a whole one.
func (s *server) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			s.Log.ErrorContext(r.Context(), "panic", "cause", cause, "requestId", model.RequestIDOf(r.Context()), "stack", string(debug.Stack()))
			if answer, ok := w.(*answer); ok && answer.status != 0 {
				panic(http.ErrAbortHandler)
			}
			refuse(w, r, http.StatusInternalServerError, internal())
		}()
		next.ServeHTTP(w, r)
	})
}

// answer remembers what was answered. The status is 0 while nothing was.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader sends the status.
func (a *answer) WriteHeader(status int) {
	// 1xx announce an answer; they are none. 101 is: the connection leaves HTTP.
	if a.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write sends part of the body.
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Flush sends what was written so far.
func (a *answer) Flush() {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	_ = http.NewResponseController(a.ResponseWriter).Flush() // the connection cannot: then it all goes at the end
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
