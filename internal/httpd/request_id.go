package httpd

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

const (
	requestIDHeader = "X-Request-Id"
	maxRequestID    = 64
)

// requestID gives every request an id: the one that a proxy sent if it is safe in
// headers and logs as it is, else a random one.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !isSafeRequestID(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(model.WithRequestID(r.Context(), id)))
	})
}

func isSafeRequestID(id string) bool {
	isUnsafe := func(c rune) bool {
		isLetter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		isDigit := '0' <= c && c <= '9'
		return !isLetter && !isDigit && !strings.ContainsRune("-_.:=+/", c)
	}
	return id != "" && len(id) <= maxRequestID && !strings.ContainsFunc(id, isUnsafe)
}
