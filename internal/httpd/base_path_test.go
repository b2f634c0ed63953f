package httpd

import (
	"strings"
	"testing"
)

func TestEverythingIsServedBelowAPath(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, method, path string
		status             int
		says               string
	}{
		{"GraphQL", "POST", "/cms/graphql", 200, `{"data":{}}`},
		{"the page", "GET", "/cms/", 200, "<html"},
		{"which is where the slash is", "GET", "/cms", 308, ""},
		{"probes", "GET", "/cms/healthz", 200, "ok"},
		{"probes that do not come through the proxy", "GET", "/healthz", 200, "ok"},
		{"GraphQL, if the proxy strips the path", "POST", "/graphql", 200, `{"data":{}}`},
		{"a path that only begins alike", "GET", "/cmsgraphql", 404, ""},
		{"a path that is none", "GET", "/cms/nothing", 404, ""},
		{"the path twice", "GET", "/cms/cms/healthz", 404, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil, func(config *Config) { config.BasePath = "/cms" })
			w := e.ask(c.method, c.path, "{}")
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s %s = %d %.80s, want %d %s", c.method, c.path, w.Code, w.Body, c.status, c.says)
			}
			if c.status == 308 && w.Header().Get("Location") != "/cms/" {
				t.Errorf("GET %s leads to %q, want /cms/", c.path, w.Header().Get("Location"))
			}
		})
	}
}
