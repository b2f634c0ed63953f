package httpd

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/diwan-cms/diwan/model"
)

// readyWithin is how long the database may take to answer /readyz.
const readyWithin = 2 * time.Second

// healthy says that the process is up; it asks nothing of the database, so that
// a busy database is no reason to restart the process.
func healthy(w http.ResponseWriter, _ *http.Request) {
	say(w, http.StatusOK, "ok")
}

// ready says whether requests can be answered. Before this server there was
// Starting, so that the database is all there is to ask.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		if r.Context().Err() == nil { // else it is the prober that left
			s.Log.ErrorContext(ctx, "the database does not answer", "error", err, "requestId", model.RequestIDOf(ctx))
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
	_, _ = io.WriteString(w, sentence+"\n") // it fails when the asker has left: nobody to tell
}

// Starting answers before the server can: it is up, and not ready.
func Starting(w http.ResponseWriter, r *http.Request) {
	requestID(http.HandlerFunc(starting)).ServeHTTP(w, r)
}

func starting(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/healthz":
		healthy(w, r)
	case "/graphql":
		w.Header().Set("Retry-After", "1")
		refuse(w, r, http.StatusServiceUnavailable, &model.Error{Code: model.CodeUnavailable, Message: "the server is starting; send it again in a moment"})
	default:
		w.Header().Set("Retry-After", "1")
		say(w, http.StatusServiceUnavailable, "not ready: the server is starting")
	}
}
