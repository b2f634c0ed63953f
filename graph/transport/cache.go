package transport

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// sendQuery responds to a query by GET, and tells caches how long to keep the
// response. Responses to requests with a token are private. Clients that have the
// same response already get 304.
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

// cacheControl depends on the headers of the request: without Authorization there
// are no drafts. A trace differs each time.
func (e *exchange) cacheControl() string {
	for _, name := range []string{"Authorization", "Diwan-Perspective", "Diwan-Trace"} {
		if e.r.Header.Values(name) != nil {
			return "private, no-store"
		}
	}
	return fmt.Sprintf("public, max-age=%d, must-revalidate", int(e.config.MaxAge.Seconds()))
}

// weakTag returns the entity tag of a body. It is weak because compression changes
// the bytes that are sent.
func weakTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// hasTag compares weakly, as If-None-Match does (RFC 9110, 13.1.2). Our tags contain
// no comma.
func hasTag(headers []string, tag string) bool {
	for _, header := range headers {
		for known := range strings.SplitSeq(header, ",") {
			known = strings.TrimSpace(known)
			if known == "*" || strings.TrimPrefix(known, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
