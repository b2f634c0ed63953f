package clients

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestClientsAskABusyServerAgain has clients ask a server that works on another request
// and lets nobody wait, until a first refusal. They are set up as docs/guides/clients.md
// says.
func TestClientsAskABusyServerAgain(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	for _, client := range []string{"apollo", "urql", "relay"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			entered, leave := make(chan bool), make(chan bool)
			s := testserver.Start(t, func(c *app.Config) {
				c.AtOnce = 1
				c.OnRoundTrip = func(_ context.Context, trip model.RoundTrip) {
					if strings.Contains(trip.Statements[0].SQL, "FROM topics") {
						close(entered)
						<-leave
					}
				}
			})
			var other sync.WaitGroup
			free := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				close(leave)
				other.Wait()
			}))
			defer free.Close()
			other.Go(func() { s.Post(t, `{ topics { nodes { slug } } }`, nil) })
			<-entered
			if got, want := strings.TrimSpace(node(t, "busy.js", client, s.URL+"/graphql", free.URL)), "IQ 503 200"; got != want {
				t.Errorf("%s printed %q, want %q", client, got, want)
			}
		})
	}
}
