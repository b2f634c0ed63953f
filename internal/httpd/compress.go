package httpd

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// compressFrom is in bytes; below, headers weigh more than what is saved.
const compressFrom = 1024

// compress sends long answers as zstd or gzip where the client takes them.
// Streams pass as they are: their parts are short, and must not wait in a
// compressor.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressFrom),
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

// mayStream tells whether the client takes a stream, though it may also get one
// answer, which is then not compressed.
func mayStream(headers http.Header) bool {
	return headers.Get("Upgrade") != "" || strings.Contains(strings.Join(headers.Values("Accept"), ","), "text/event-stream")
}
