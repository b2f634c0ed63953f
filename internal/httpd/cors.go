package httpd

import (
	"net/http"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

const (
	// allowedHeaders are the request headers of docs/reference/http.md for which a browser
	// may need permission, those that clients and the tracers in pages add (Sentry,
	// OpenTelemetry, Zipkin, Jaeger, Datadog, New Relic, Elastic, Apollo), and any other: without cookies, a header gives a page
	// nothing that it does not have. The wildcard stands for all but Authorization, and
	// older browsers do not know it.
	allowedHeaders = "Accept, Accept-Language, Authorization, Content-Type, Diwan-Consistency, Diwan-Perspective, Diwan-Trace, GraphQL-Require-Preflight, " +
		"Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-Id, " +
		"Traceparent, Tracestate, Baggage, Sentry-Trace, B3, X-B3-TraceId, X-B3-SpanId, X-B3-ParentSpanId, X-B3-Sampled, X-B3-Flags, Uber-Trace-Id, " +
		"X-Datadog-Trace-Id, X-Datadog-Parent-Id, X-Datadog-Origin, X-Datadog-Sampling-Priority, Newrelic, Elastic-Apm-Traceparent, " +
		"Apollo-Require-Preflight, Apollographql-Client-Name, Apollographql-Client-Version, GraphQL-Client-Name, GraphQL-Client-Version, " +
		"X-Apollo-Operation-Name, X-Apollo-Operation-Id, X-Apollo-Operation-Type, X-Apollo-Cache-Key, *"
	// exposedHeaders are the response headers that pages may read.
	exposedHeaders = "Allow, Diwan-Consistency, ETag, Idempotent-Replayed, Retry-After, Vary, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
	// preflightAge is in seconds: two hours, the longest that browsers keep one.
	preflightAge = "7200"
)

// cors lets pages of the configured origins call the server from a browser. With
// no origins it does nothing, and browsers keep the pages of other sites out.
// Credentials are never allowed: a page sets the token's header itself, so that no
// page can use the token of another.
func cors(origins transport.Origins) middleware {
	if len(origins) == 0 {
		return passThrough
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Origin")
			origin := r.Header.Get("Origin")
			isPreflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
			if origins.Allow(origin) {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Expose-Headers", exposedHeaders)
				if isPreflight {
					allowPreflight(w.Header())
					w.WriteHeader(http.StatusNoContent)
					return
				}
			}
			if isPreflight {
				refuse(w, r, http.StatusForbidden, model.Forbidden("pages of this origin may not ask here; whoever runs this server can allow it"))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func allowPreflight(h http.Header) {
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", allowedHeaders)
	h.Set("Access-Control-Max-Age", preflightAge)
	h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
}
