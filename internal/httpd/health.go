package httpd

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/diwan-cms/diwan/model"
)

// readyWithin is how long the database may take before /readyz says that the
// server is not ready.
const readyWithin = 2 * time.Second

// healthy says that the process is up. It does not ask the database: a busy
// database is no reason to restart the process.
func healthy(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, "ok")
}

// readiness says whether requests can be served. Until everything else is ready,
// Starting responds instead, so that only the database is left to ask.
type readiness struct {
	ready func(context.Context) error
	log   *slog.Logger
}

func (d readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if err := d.ready(ctx); err != nil {
		if r.Context().Err() == nil { // else the prober went away
			d.log.ErrorContext(ctx, "the database does not answer", "error", err, "requestId", model.RequestIDOf(ctx))
		}
		say(w, http.StatusServiceUnavailable, "not ready: the database does not answer")
		return
	}
	say(w, http.StatusOK, "ready")
}

func say(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, sentence+"\n") // fails when the client has gone: nobody is left to tell
}

// Starting responds until the server can: the process is up, and not ready.
func Starting(w http.ResponseWriter, r *http.Request) {
	chain(http.HandlerFunc(starting), hurry, requestID).ServeHTTP(w, r)
}

func starting(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/healthz":
		healthy(w, r)
	case "/graphql", importPath:
		w.Header().Set("Retry-After", "1")
		refuse(w, r, http.StatusServiceUnavailable, &model.Error{Code: model.CodeUnavailable, Message: "the server is starting; send it again in a moment"})
	default:
		w.Header().Set("Retry-After", "1")
		say(w, http.StatusServiceUnavailable, "not ready: the server is starting")
	}
}
