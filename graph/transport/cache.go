package transport

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// sendQuery answers a query by GET, and tells caches how long to keep it. What a
// token was sent for is its owner's alone. Whoever has the same answer already
// is told so in place of it.
func (e *exchange) sendQuery(body []byte) {
	h := e.w.Header()
	h.Set("Cache-Control", e.cacheControl())
	tag := weakTag(body)
	h.Set("ETag", tag)
	if !hasTag(e.r.Header.Values("If-None-Match"), tag) {
		e.write(http.StatusOK, body)
		return
	}
	e.w.WriteHeader(http.StatusNotModified)
}

// cacheControl goes by the headers: without Authorization there are no drafts. A
// trace is another each time.
func (e *exchange) cacheControl() string {
	for _, name := range []string{"Authorization", "Diwan-Perspective", "Diwan-Trace"} {
		if e.r.Header.Values(name) != nil {
			return "private, no-store"
		}
	}
	return fmt.Sprintf("public, max-age=%d, must-revalidate", int(e.config.MaxAge.Seconds()))
}

// weakTag names a body. It is weak because the bytes that travel are others when
// they are compressed.
func weakTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// hasTag compares weakly, as If-None-Match does (RFC 9110, 13.1.2). Our tags have
// no comma inside.
func hasTag(headers []string, tag string) bool {
	for _, header := range headers {
		for have := range strings.SplitSeq(header, ",") {
			have = strings.TrimSpace(have)
			if have == "*" || strings.TrimPrefix(have, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
