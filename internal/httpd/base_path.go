package httpd

import (
	"net/http"
	"strings"
)

// below serves everything below a path, for proxies that pass it on, and at the root, for
// probes and for proxies that do not. The pages have relative addresses only, so they need
// the slash at the end of the path.
func below(base string) middleware {
	if base == "" {
		return passThrough
	}
	return func(next http.Handler) http.Handler {
		stripped := http.StripPrefix(base, next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == base:
				http.Redirect(w, r, base+"/", http.StatusPermanentRedirect)
			case strings.HasPrefix(r.URL.Path, base+"/"):
				stripped.ServeHTTP(w, r)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}
