// Package httpd is the edge towards HTTP: the addresses of the server, and what
// happens to a request before GraphQL sees it.
package httpd

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/diwan-cms/diwan/internal/auth"
)

// Config is what the server needs of the rest. Every field must be set.
type Config struct {
	// GraphQL answers /graphql.
	GraphQL http.Handler
	// Ready answers an error while the database does not answer.
	Ready func(context.Context) error
	// Authenticate answers whose bearer token it is, and a *model.Error with the
	// code UNAUTHENTICATED when it is nobody's.
	Authenticate func(ctx context.Context, token string) (auth.Actor, error)
	// Perspective answers an error when the actor of the context may not see
	// the world that its Drafts asks for.
	Perspective func(context.Context) error
	Log         *slog.Logger
}

// New answers /graphql, GraphiQL at /, /healthz and /readyz.
func New(config Config) http.Handler {
	s := &server{config}
	mux := http.NewServeMux()
	mux.Handle("/graphql", chain(config.GraphQL, jsonOnly, s.limitBody, s.actor, languages, s.perspective))
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("/", GraphiQL())
	return chain(mux, requestID, s.logAccess, s.recoverPanic)
}

type server struct{ Config }

type middleware = func(http.Handler) http.Handler

// chain wraps the handler, so that the first of the middleware is the first to
// see a request.
func chain(handler http.Handler, wraps ...middleware) http.Handler {
	for i := len(wraps) - 1; i >= 0; i-- {
		handler = wraps[i](handler)
	}
	return handler
}
