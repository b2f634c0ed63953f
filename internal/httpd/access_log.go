package httpd

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// logAccess logs a line about every request: ERROR when the server is at fault,
// INFO when a GraphQL request or an import was refused, else DEBUG, because an operation that
// was executed has a line of its own, which says more. Neither headers nor the
// query string are logged: they hold tokens and content.
func logAccess(log *slog.Logger, told *telemetry.Telemetry) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			response := &response{ResponseWriter: w}
			if r.URL.Path == "/graphql" {
				traced, end := told.Request(r)
				r = traced
				defer func() { end(response.status) }()
			}
			defer func() {
				log.LogAttrs(r.Context(), accessLevel(r, response.status), "request",
					slog.String("method", r.Method),
					slog.String("path", r.URL.Path),
					slog.Int("status", response.status),
					slog.Int64("bytes", response.bytes),
					slog.Float64("ms", float64(time.Since(start).Microseconds())/1000),
					slog.String("address", r.RemoteAddr),
					slog.String("requestId", model.RequestIDOf(r.Context())),
				)
			}()
			next.ServeHTTP(response, r)
			if response.status == 0 {
				response.status = http.StatusOK // what net/http sends when nothing was written
			}
		})
	}
}

func accessLevel(r *http.Request, status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	if (r.URL.Path == "/graphql" || r.URL.Path == importPath) && status >= http.StatusBadRequest {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}
