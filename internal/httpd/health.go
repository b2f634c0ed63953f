package httpd

import (
	"context"
	"encoding/json"
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

// readiness says whether requests can be served: those that read or, with ?for=write, those
// that write. Until everything else is ready, Starting responds instead, so that only the
// database is left to ask.
type readiness struct {
	ready func(context.Context) (model.Readiness, error)
	log   *slog.Logger
}

func (d readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	state, err := d.ready(ctx)
	if err != nil && r.Context().Err() == nil { // else the prober went away
		d.log.ErrorContext(ctx, "not ready: "+state.Reason, "read", state.Read, "write", state.Write, "error", err, "requestId", model.RequestIDOf(ctx))
	}
	tellReadiness(w, r, state)
}

// tellReadiness responds with 503 if what was asked for is not possible.
func tellReadiness(w http.ResponseWriter, r *http.Request, state model.Readiness) {
	ready := state.Read
	switch asked := r.URL.Query().Get("for"); asked {
	case "", "read":
	case "write":
		ready = state.Write
	default:
		say(w, http.StatusBadRequest, "?for= takes read and write; without it, read is meant")
		return
	}
	status := http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	body, err := json.Marshal(state)
	if err != nil {
		panic(err) // two booleans and a text
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // fails when the client has gone
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
	case "/readyz":
		w.Header().Set("Retry-After", "1")
		tellReadiness(w, r, model.Readiness{Reason: "the server is starting"})
	default:
		w.Header().Set("Retry-After", "1")
		say(w, http.StatusServiceUnavailable, "not ready: the server is starting")
	}
}
