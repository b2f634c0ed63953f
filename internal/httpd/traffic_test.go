package httpd

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// wantsLimit checks that a request was refused because of a limit.
func wantsLimit(t *testing.T, w *httptest.ResponseRecorder, status int, limit string) {
	t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), `"limit":"`+limit+`"`) {
		t.Errorf("response = %d %s, want %d with the limit %q", w.Code, w.Body, status, limit)
	}
}

func TestRatePerAddress(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil, func(c *Config) { c.RatePerAddress = 2 })
	for range 2 {
		if w := e.ask("POST", "/graphql", "{}"); w.Code != 200 || w.Header().Get("X-RateLimit-Limit") != "2" {
			t.Fatalf("response within the rate = %d %v, want 200 and the rate", w.Code, w.Header())
		}
	}
	w := e.ask("POST", "/graphql", "{}")
	wantsLimit(t, w, 429, "address")
	if w.Header().Get("Retry-After") == "" {
		t.Error("the refusal has no Retry-After")
	}
	if w := e.ask("GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("GET /healthz from an address over its rate = %d, want 200", w.Code)
	}
}

func TestRatePerToken(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil, func(c *Config) { c.RatePerToken = 1 })
	for range 3 {
		if w := e.ask("POST", "/graphql", "{}"); w.Code != 200 {
			t.Fatalf("response without a token = %d, want 200", w.Code)
		}
	}
	for _, token := range []string{goodToken, "reader"} {
		if w := e.ask("POST", "/graphql", "{}", "Authorization", "Bearer "+token); w.Code != 200 {
			t.Fatalf("first response with the token %s = %d, want 200", token, w.Code)
		}
		wantsLimit(t, e.ask("POST", "/graphql", "{}", "Authorization", "Bearer "+token), 429, "token")
	}
}

func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	// within sends a request while another is served, which takes the only slot.
	within := func(headers ...string) (w *httptest.ResponseRecorder) {
		var e *edge
		isWithin := false
		e = newEdge(t, func(http.ResponseWriter, *http.Request) {
			if !isWithin {
				isWithin = true
				w = e.ask("POST", "/graphql", "{}", headers...)
			}
		}, func(c *Config) { c.AtOnce = 1 })
		for range 2 { // the second gets the slot that the first has left
			if outer := e.ask("POST", "/graphql", "{}"); outer.Code != 200 {
				t.Errorf("the request that has the slot = %d %s, want 200", outer.Code, outer.Body)
			}
		}
		return w
	}
	w := within()
	wantsLimit(t, w, 503, "at-once")
	if !strings.Contains(w.Body.String(), "(1 at once)") || w.Header().Get("Retry-After") != "1" {
		t.Errorf("response = %s %v, want the limit and Retry-After", w.Body, w.Header())
	}
	if w := within("Accept", "text/event-stream"); w.Code != 200 {
		t.Errorf("an event stream meanwhile = %d %s, want 200: it has limits of its own", w.Code, w.Body)
	}
}

func TestLargeBodiesAreHeldUpToALimit(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil, func(c *Config) { c.MaxBody = heldTogether + 1 })
	r := httptest.NewRequest("POST", "/graphql", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = -1 // it may become as large as any
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	wantsLimit(t, w, 503, "at-once")
	if w := e.ask("POST", "/graphql", "{}"); w.Code != 200 {
		t.Errorf("a small body = %d %s, want 200", w.Code, w.Body)
	}
}

func TestSizesAreToldInUnits(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{1 << 20: "1 MiB", 5 << 19: "2560 KiB", 1000: "1000 bytes"} {
		if got := inUnits(bytes); got != want {
			t.Errorf("inUnits(%d) = %q, want %q", bytes, got, want)
		}
	}
}

func TestLongResponsesAreCompressed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", compressFrom)
	e := newEdge(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(long)) // to a recorder
	})
	for _, c := range []struct{ accept, encodings, want string }{
		{"application/json", "gzip", "gzip"},
		{"application/json", "gzip, deflate, br, zstd", "gzip"},
		{"application/json", "zstd, gzip", "gzip"},
		{"application/json", "zstd;q=0.9, gzip;q=0.9", "gzip"},
		{"application/json", "gzip;q=0.8, zstd", "zstd"},
		{"application/json", "zstd;q=0.2, gzip;q=0.1", "zstd"},
		{"application/json", "zstd", "zstd"},
		{"application/json", "gzip;q=0, zstd;q=0.1", "zstd"},
		{"application/json", "br", ""},
		{"text/event-stream", "gzip", ""},
	} {
		w := e.ask("POST", "/graphql", "{}", "Accept-Encoding", c.encodings, "Accept", c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.want || !strings.Contains(strings.Join(w.Header().Values("Vary"), ", "), "Accept-Encoding") {
			t.Errorf("Content-Encoding for %s that accepts %q = %q, Vary %q, want %q", c.accept, c.encodings, got, w.Header().Values("Vary"), c.want)
		}
	}
}
