package clients

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// Clients that lose an answer send the mutation again, with the same key, and write once.
// They are set up as docs/guides/clients.md says.
func TestClientsSendMutationsAgainWithTheirKey(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	for _, client := range []string{"apollo", "urql", "fetch"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t)
			printed := strings.TrimSpace(node(t, "keys.js", client, s.URL+"/graphql", testserver.AdminToken))
			id := testserver.Ask[struct {
				Articles struct{ Nodes []testserver.Node }
			}](t, s, `{ articles { nodes { id } } }`, nil, testserver.AsAdmin, testserver.SeeDrafts)
			if len(id.Articles.Nodes) != 1 || printed != id.Articles.Nodes[0].ID+" 2" {
				t.Errorf("%s printed %q, want the one article of %+v, sent twice", client, printed, id)
			}
		})
	}
}
