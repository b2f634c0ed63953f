package httpd

import "net/http"

// middleware wraps a handler in another.
type middleware = func(http.Handler) http.Handler

// chain wraps the handler so that the first middleware sees a request first.
func chain(handler http.Handler, wraps ...middleware) http.Handler {
	for i := len(wraps) - 1; i >= 0; i-- {
		handler = wraps[i](handler)
	}
	return handler
}

// passThrough is the middleware of what is not configured.
func passThrough(next http.Handler) http.Handler { return next }
