package httpd

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// compressFrom is in bytes; below it, the headers weigh more than what is saved.
const compressFrom = 1024

// compress compresses long responses with gzip, or with zstd where the client prefers
// that: some clients announce all that their platform might unpack, and then cannot. Streams are left alone: their parts are short, and must not wait in a
// compressor.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressFrom),
		gzhttp.PreferZstd(false),
		gzhttp.ContentTypes([]string{"application/json", "application/graphql-response+json"}),
	)
	if err != nil {
		panic(err) // the options are constants
	}
	compressed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if mayStream(r.Header) {
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		compressed.ServeHTTP(w, r)
	})
}

// mayStream reports whether the client accepts a stream. If it gets a single
// response instead, that is not compressed.
func mayStream(headers http.Header) bool {
	return headers.Get("Upgrade") != "" || strings.Contains(strings.Join(headers.Values("Accept"), ","), "text/event-stream")
}
