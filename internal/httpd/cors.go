package httpd

import (
	"net/http"

	"github.com/diwan-cms/diwan/model"
)

const (
	// allowedHeaders are those of docs/graphql.md that browsers ask about.
	allowedHeaders = "Authorization, Content-Type, Diwan-Perspective, Diwan-Trace, GraphQL-Require-Preflight, If-None-Match, Traceparent, Tracestate, X-Request-Id"
	// exposedHeaders are those of answers that pages may read.
	exposedHeaders = "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
	// preflightAge is in seconds, two hours: browsers keep it no longer.
	preflightAge = "7200"
)

// cors lets pages of the configured origins ask from within browsers (CORS).
// Without any it does nothing, and browsers keep the pages of others out.
// Credentials are never allowed: tokens come in a header that pages set
// themselves, so that no page can use those of another.
func (s *server) cors(next http.Handler) http.Handler {
	if len(s.Origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		isPreflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
		if s.Origins.Allow(origin) {
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

func allowPreflight(h http.Header) {
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", allowedHeaders)
	h.Set("Access-Control-Max-Age", preflightAge)
	h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
}
