package databases

import (
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// A server that keeps answers and one that does not answer alike, byte for byte, when the
// same queries come again and again between writes.
func TestKeptAnswersEqualFreshOnes(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	for name, databases := range map[string]func(*testing.T) [2]string{
		"SQLite": func(t *testing.T) [2]string {
			return [2]string{filepath.Join(t.TempDir(), "fresh.db"), filepath.Join(t.TempDir(), "kept.db")}
		},
		"PostgreSQL": func(t *testing.T) [2]string { return [2]string{storetest.Postgres(t), storetest.Postgres(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startTwins(t, databases(t))
			var again []*request
			rapid.Check(t, func(rt *rapid.T) {
				for range 20 {
					w.clock.Set(w.clock.Now().Add(rapid.SampledFrom(pauses).Draw(rt, "pause")))
					r := rapid.Custom(w.request).Draw(rt, "request")
					if answer := w.send(rt, r); !strings.HasPrefix(r.query, "mutation") && len(answer.Errors) == 0 && len(again) < 40 {
						again = append(again, r)
					}
					for range min(2, len(again)) {
						r := rapid.SampledFrom(again).Draw(rt, "again")
						w.send(rt, r)
						w.send(rt, r)
					}
				}
			})
			if hits := kept(t, w.servers[1]); hits < 50 {
				t.Errorf("%d answers were kept ones of %d, want many: the test proves nothing", hits, w.compared)
			}
			if hits := kept(t, w.servers[0]); hits != 0 {
				t.Errorf("%d answers were kept ones where none are kept", hits)
			}
		})
	}
}

// kept is how many answers of a server were kept ones.
func kept(t *testing.T, s *testserver.Server) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, metrics := testserver.Fetch(t, request)
	for line := range strings.Lines(string(metrics)) {
		if count, found := strings.CutPrefix(line, `diwan_cache_lookups_total{cache="answers",result="hit"} `); found {
			hits, err := strconv.ParseFloat(strings.TrimSpace(count), 64)
			if err != nil {
				t.Fatal(err)
			}
			return int(hits)
		}
	}
	return 0
}

// What was written, by whichever server, is in every answer that is asked for afterwards.
func TestKeptAnswersAreNeverOld(t *testing.T) {
	t.Parallel()
	const writes, readers = 150, 6
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return string(testserver.NewDatabase(t)) },
		"PostgreSQL": func(t *testing.T) string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := database(t)
			var servers []*testserver.Server
			for range 2 {
				servers = append(servers, testserver.Start(t, func(c *app.Config) { c.Database, c.GraphQL.Transport.Answers.Bytes = dsn, 1<<20 }))
			}
			const query = `{ topic(by: {slug: "count"}) { name } }`
			node := servers[0].Create(t, "Topic", testserver.Variables{"slug": "count", "names": testserver.Names("en", "0")})
			var written atomic.Int64
			var done atomic.Bool
			var group sync.WaitGroup
			for i := range readers {
				group.Go(func() {
					for !done.Load() {
						least := written.Load()
						answer := testserver.Ask[struct{ Topic struct{ Name string } }](t, servers[i%2], query, nil)
						if n, _ := strconv.ParseInt(answer.Topic.Name, 10, 64); n < least {
							t.Errorf("the answer is %d after %d was written", n, least)
							return
						}
					}
				})
			}
			for n := 1; n <= writes; n++ {
				node = servers[n%2].Update(t, "Topic", node, testserver.Variables{"names": testserver.Names("en", strconv.Itoa(n))})
				written.Store(int64(n))
			}
			done.Store(true)
			group.Wait()
			if kept(t, servers[0]) == 0 {
				t.Error("no answer was a kept one")
			}
		})
	}
}
