package httpd

import (
	"net/http"
	"time"

	"github.com/go-chi/httprate"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// limitRatePerAddress limits the requests from one address before anything is
// done for them. Behind a proxy, every request has the proxy's address: there, the
// proxy has to limit them.
func limitRatePerAddress(perMinute int, refusals refusals) middleware {
	return limitRate(perMinute, "address", refusals, func(r *http.Request) (string, error) {
		return transport.AddressOf(r), nil
	})
}

// limitRatePerToken limits the requests with one token.
func limitRatePerToken(perMinute int, refusals refusals) middleware {
	limit := limitRate(perMinute, "token", refusals, func(r *http.Request) (string, error) {
		return auth.Digest(r.Header.Get("Authorization")), nil
	})
	return func(next http.Handler) http.Handler {
		limited := limit(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				next.ServeHTTP(w, r)
				return
			}
			limited.ServeHTTP(w, r)
		})
	}
}

// limitRate limits the requests per minute of each key; 0 is no limit. The headers
// X-RateLimit-* and Retry-After say how many are left.
func limitRate(perMinute int, of string, refusals refusals, key httprate.KeyFunc) middleware {
	if perMinute == 0 {
		return passThrough
	}
	return httprate.NewRateLimiter(perMinute, time.Minute, httprate.WithKeyFuncs(key), httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		refusals.forLimit(w, r, http.StatusTooManyRequests, model.LimitExceeded(of, "this %s has sent more than the %d requests that are answered in a minute; wait for as many seconds as the header Retry-After says", of, perMinute))
	})).Handler
}
