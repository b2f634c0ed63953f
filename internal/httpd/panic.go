package httpd

import (
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/diwan-cms/diwan/model"
)

// recoverPanic turns a panic into an internal error, and logs it with its stack.
// When part of the response has been sent already, the connection is cut, so that
// nobody mistakes the part for the whole.
func recoverPanic(log *slog.Logger) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				cause := recover()
				if cause == nil {
					return
				}
				if cause == http.ErrAbortHandler {
					panic(cause)
				}
				log.ErrorContext(r.Context(), "panic", "cause", cause, "requestId", model.RequestIDOf(r.Context()), "stack", string(debug.Stack()))
				if begun, ok := w.(*response); ok && begun.status != 0 {
					panic(http.ErrAbortHandler)
				}
				internalError(w, r)
			}()
			next.ServeHTTP(w, r)
		})
	}
}
