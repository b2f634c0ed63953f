package httpd

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/transport"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	const ours, other = "https://www.example.org", "https://other.example"
	cases := []struct {
		name, method, origin string
		preflight            bool
		status               int
		allowed              bool
	}{
		{"a page of an allowed origin may call", "POST", ours, false, 200, true},
		{"after a preflight", "OPTIONS", ours, true, 204, true},
		{"the page of another is kept out by its browser", "POST", other, false, 200, false},
		{"and its preflight is refused", "OPTIONS", other, true, 403, false},
		{"a client that is no page has no origin", "POST", "", false, 200, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil, func(c *Config) { c.Origins = transport.Origins{ours} })
			var headers []string
			if c.origin != "" {
				headers = append(headers, "Origin", c.origin)
			}
			if c.preflight {
				headers = append(headers, "Access-Control-Request-Method", "POST")
			}
			w := e.ask(c.method, "/graphql", "{}", headers...)
			allowed, methods := w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("Access-Control-Allow-Methods")
			if w.Code != c.status || (allowed == c.origin && allowed != "") != c.allowed || (methods != "") != (c.preflight && c.allowed) {
				t.Errorf("response = %d %v, want %d, allowed: %t", w.Code, w.Header(), c.status, c.allowed)
			}
			if !strings.Contains(strings.Join(w.Header().Values("Vary"), ", "), "Origin") || w.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("headers = %v, want Vary: Origin, and no credentials", w.Header())
			}
		})
	}
	t.Run("pages may send what tracers and clients add", func(t *testing.T) {
		t.Parallel()
		e := newEdge(t, nil, func(c *Config) { c.Origins = transport.Origins{ours} })
		w := e.ask("OPTIONS", "/graphql", "", "Origin", ours, "Access-Control-Request-Method", "POST")
		allowed := strings.Split(strings.ToLower(w.Header().Get("Access-Control-Allow-Headers")), ", ")
		for _, name := range []string{
			"authorization", "content-type", "traceparent", "tracestate", "baggage", "sentry-trace", "b3", "x-b3-traceid",
			"apollo-require-preflight", "apollographql-client-name", "apollographql-client-version", "x-apollo-operation-name", "idempotency-key", "*",
		} {
			if !slices.Contains(allowed, name) {
				t.Errorf("allowed headers = %q, want %s among them", allowed, name)
			}
		}
	})
	t.Run("without origins there are no such headers", func(t *testing.T) {
		t.Parallel()
		w := newEdge(t, nil).ask("POST", "/graphql", "{}", "Origin", ours)
		if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "" || strings.Contains(strings.Join(w.Header().Values("Vary"), ", "), "Origin") {
			t.Errorf("response = %d %v, want no header of CORS", w.Code, w.Header())
		}
	})
}

// Pages of other origins may send and read the headers that docs/reference/http.md lists.
func TestCORSKnowsTheDocumentedHeaders(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reference/http.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ section, known string }{
		{"## Request headers", allowedHeaders + ", Accept-Encoding"}, // which is the browser's own
		{"## Response headers", exposedHeaders + ", Cache-Control"},  // which pages may read anyway
	} {
		known := strings.Split(strings.ToLower(c.known), ", ")
		_, section, _ := strings.Cut(string(text), c.section)
		section, _, _ = strings.Cut(section, "\n## ")
		found := 0
		for row := range strings.Lines(section) {
			names, _, isRow := strings.Cut(strings.TrimPrefix(row, "| "), " |")
			if !isRow || !strings.HasPrefix(names, "`") {
				continue
			}
			for name := range strings.SplitSeq(names, ", ") {
				found++
				name, _, _ = strings.Cut(strings.Trim(name, "`"), ":")
				if !slices.Contains(known, strings.ToLower(name)) {
					t.Errorf("%s: %s is not among %q", c.section, name, c.known)
				}
			}
		}
		if found < 8 {
			t.Errorf("%s has %d headers; is it still a table?", c.section, found)
		}
	}
}
