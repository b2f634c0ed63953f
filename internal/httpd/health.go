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

// ready says whether requests can be answered. The server listens only once the
// migrations are done, so that the database is all there is to ask.
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
