// Package httpd is the HTTP edge: the routes of the server, and what happens to a
// request before GraphQL sees it.
//
// Each file holds one middleware, and httpd.go puts them in order. A middleware
// receives what it needs; what several of them need is in refusal.go and
// middleware.go.
package httpd

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// Config is what the server needs. Every field is required unless its comment
// says what its zero value means.
type Config struct {
	// GraphQL serves /graphql.
	GraphQL http.Handler
	// Import imports what is posted to /import.
	Import Importer
	// Ready returns what the server can do, and the cause if that is not everything.
	Ready func(context.Context) (model.Readiness, error)
	// Admission identifies the callers.
	Admission Admission
	Log       *slog.Logger
	// Origins are the sites whose pages may call the server from a browser. When it
	// is empty, no CORS header is sent.
	Origins transport.Origins
	// Proxies are believed when they say who their client is. May be empty.
	Proxies Proxies
	// BasePath is the path below which a proxy serves everything, such as /cms; "" at the
	// root.
	BasePath string
	// Production leaves out GraphiQL, and shows metrics to admins only.
	Production bool
	// Telemetry counts requests, and has the metrics to serve.
	Telemetry *telemetry.Telemetry
	Traffic
}

// New serves /graphql, /import, GraphiQL at /, /healthz, /readyz and /metrics.
func New(config Config) http.Handler {
	refusals := refusals{config.Log, config.Telemetry}
	config.Admission.languages = newLanguages()
	admit := admit(config.Admission, refusals)
	rates := func(next http.Handler) http.Handler { // each route counts for itself
		return chain(next, limitRatePerAddress(config.RatePerAddress, refusals), limitRatePerToken(config.RatePerToken, refusals))
	}

	mux := http.NewServeMux()
	mux.Handle("/graphql", chain(config.GraphQL, cors(config.Origins), rates, acceptJSON,
		readBody(config.MaxBody, refusals), limitConcurrency(config.Traffic, refusals), compress, butForSockets(admit)))
	mux.Handle(importPath, chain(newImports(config, refusals), cors(config.Origins), rates, acceptNDJSON, admit, permit(auth.Import, refusals)))
	mux.HandleFunc("GET /healthz", healthy)
	mux.Handle("GET /readyz", readiness{config.Ready, config.Log})
	metrics := config.Telemetry.Metrics()
	if config.Production { // they name the operations of the front ends, and show how busy the newsroom is
		metrics = chain(metrics, rates, admit, permit(auth.SeeMetrics, refusals))
	}
	mux.Handle("GET /metrics", metrics)
	if !config.Production {
		mux.Handle("/", GraphiQL())
	}
	return chain(mux, hurry, below(config.BasePath), seeClients(config.Proxies), requestID, logAccess(config.Log, config.Telemetry), recoverPanic(config.Log))
}
