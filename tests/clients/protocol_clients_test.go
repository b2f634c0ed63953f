package clients

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestProtocolClientsWork runs the npm clients of the two protocols, and an
// EventSource, against the server.
func TestProtocolClientsWork(t *testing.T) {
	t.Parallel()
	work := []string{"query IQ", "invalid GRAPHQL_VALIDATION_FAILED", "change CREATED a", "change CREATED b"}
	const refused = "stranger 4401 Unauthorized: the token is missing, unknown or expired; send one that is accepted 1"
	for script, last := range map[string][]string{
		"ws.js":  {"pong", refused, refused},
		"sse.js": {"stranger 401"},
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t)
			lines := strings.Split(strings.TrimSpace(node(t, script, s.URL+"/graphql", testserver.AdminToken)), "\n")
			if want := append(slices.Clone(work), last...); !slices.Equal(lines, want) {
				t.Errorf("%s printed %q, want %q", script, lines, want)
			}
		})
	}
	t.Run("eventsource.js", func(t *testing.T) {
		t.Parallel()
		s := testserver.Start(t, func(c *app.Config) { c.Streams.CommentEvery = 10 * time.Millisecond })
		after := s.EndOfLog(t)
		s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
		got := strings.Split(strings.TrimSpace(node(t, "eventsource.js", s.URL+"/graphql", after, testserver.AdminToken)), "\n")
		want := []string{
			"open", `next {"country":{"code":"IQ"}}`, "complete",
			"open", "next GRAPHQL_VALIDATION_FAILED", "complete",
			"open", `next {"changes":{"kind":"CREATED"}}`,
			"open", "next INVALID_CURSOR", "complete",
			"refused 405 Non-200 status code (405)",
			`after a break {"changes":{"kind":"CREATED"}}`,
		}
		if !slices.Equal(got, want) {
			t.Errorf("EventSource heard %q, want %q", got, want)
		}
	})
}
