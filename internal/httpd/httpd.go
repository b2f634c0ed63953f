// Package httpd is the edge towards HTTP: the addresses of the server, and what
// happens to a request before GraphQL sees it.
package httpd

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/telemetry"
)

// Config is what the server needs of the rest. Every field must be set, but for
// those that say what they are when they are not.
type Config struct {
	// GraphQL answers /graphql.
	GraphQL http.Handler
	// Ready answers an error while the database does not answer.
	Ready func(context.Context) error
	// Asker finds out who asks.
	Asker Asker
	Log   *slog.Logger
	// Origins are those whose pages may ask from within browsers. None when empty:
	// no header of CORS is sent.
	Origins transport.Origins
	// Production serves no GraphiQL, and metrics to admins only.
	Production bool
	// Telemetry has the metrics, and is told of requests.
	Telemetry *telemetry.Telemetry
	Traffic
}

// Traffic is how large requests may be, and how many. The zero value is the
// usual size, and no limit of their number.
type Traffic struct {
	// MaxBody is how many bytes a body may have, 4 MiB when zero.
	MaxBody int64
	// AtOnce is how many requests are worked on at a time, Queue how many more wait
	// for up to QueueWait. Zero AtOnce is no limit.
	AtOnce, Queue int
	QueueWait     time.Duration
	// RatePerAddress and RatePerToken are requests a minute. Zero is no limit.
	RatePerAddress, RatePerToken int
}

// New answers /graphql, GraphiQL at /, /healthz, /readyz and /metrics.
func New(config Config) http.Handler {
	if config.MaxBody == 0 {
		config.MaxBody = defaultMaxBody
	}
	s := &server{Config: config}
	mux := http.NewServeMux()
	mux.Handle("/graphql", chain(config.GraphQL, s.cors, s.rateOfAddress, s.rateOfToken, jsonOnly, s.limitBody, s.admit, compress, s.asker))
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics())
	if !config.Production {
		mux.Handle("/", GraphiQL())
	}
	return chain(mux, requestID, s.logAccess, s.recoverPanic)
}

type server struct {
	Config
	// held is how many bytes large bodies have that are held.
	held atomic.Int64
}

type middleware = func(http.Handler) http.Handler

// chain wraps the handler, so that the first of the middleware is the first to
// see a request.
func chain(handler http.Handler, wraps ...middleware) http.Handler {
	for i := len(wraps) - 1; i >= 0; i-- {
		handler = wraps[i](handler)
	}
	return handler
}
