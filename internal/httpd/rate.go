package httpd

import (
	"net/http"
	"time"

	"github.com/go-chi/httprate"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// rateOfAddress bounds the requests of one address, before anything is done for
// them. Behind a proxy all have the proxy's address: there the proxy is to bound
// them.
func (s *server) rateOfAddress(next http.Handler) http.Handler {
	return s.rate(s.RatePerAddress, "address", func(r *http.Request) (string, error) {
		return transport.AddressOf(r), nil
	})(next)
}

// rateOfToken bounds the requests of one token.
func (s *server) rateOfToken(next http.Handler) http.Handler {
	limited := s.rate(s.RatePerToken, "token", func(r *http.Request) (string, error) {
		return auth.Digest(r.Header.Get("Authorization")), nil
	})(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			next.ServeHTTP(w, r)
			return
		}
		limited.ServeHTTP(w, r)
	})
}

// rate is a limit of so many requests a minute for each key; 0 is none. The
// headers X-RateLimit-* and Retry-After say how much is left.
func (s *server) rate(perMinute int, of string, key httprate.KeyFunc) middleware {
	if perMinute == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	return httprate.NewRateLimiter(perMinute, time.Minute, httprate.WithKeyFuncs(key), httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusTooManyRequests, model.LimitExceeded(of, "this %s has sent more than the %d requests that are answered in a minute; wait for as many seconds as the header Retry-After says", of, perMinute))
	})).Handler
}
