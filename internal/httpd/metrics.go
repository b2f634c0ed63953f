package httpd

import (
	"net/http"

	"github.com/diwan-cms/diwan/internal/auth"
)

// metrics answers the metrics. In production they are for admins: they name the
// operations of the front ends, and tell how busy the newsroom is.
func (s *server) metrics() http.Handler {
	if !s.Production {
		return s.Telemetry.Metrics()
	}
	return chain(s.Telemetry.Metrics(), s.rateOfAddress, s.rateOfToken, s.asker, s.admitted)
}

func (s *server) admitted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := auth.May(r.Context(), auth.SeeMetrics); err != nil {
			s.refuseFor(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}
