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

// everything is a query whose answer every write that readers see changes.
var everything = &request{query: `{
	articles(first: 50) { totalCount nodes { id title summary body updatedAt officials { name } countries { name } topics { name } } }
	officials(first: 50) { totalCount nodes { id name version office { title } tenures { office { title } startedOn endedOn } } }
	topics(first: 50) { totalCount nodes { id name version parent { name } articles(first: 3) { totalCount nodes { id } } } }
	countries(first: 50) { nodes { id name version } }
}`}

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
			again := []*request{everything}
			rapid.Check(t, func(rt *rapid.T) {
				for range 20 {
					w.clock.Set(w.clock.Now().Add(rapid.SampledFrom(pauses).Draw(rt, "pause")))
					r := rapid.Custom(w.request).Draw(rt, "request")
					if answer := w.send(rt, r); !strings.HasPrefix(r.query, "mutation") && len(answer.Errors) == 0 && len(again) < 40 {
						again = append(again, r)
					}
					for _, r := range []*request{everything, rapid.SampledFrom(again).Draw(rt, "again")} {
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

// Three servers of one database answer alike, byte for byte, whichever of them writes: two that
// keep answers and nouns, and one that keeps nothing.
func TestServersOfOneDatabaseAnswerAlike(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "diwan.db") },
		"PostgreSQL": func(t *testing.T) string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTwins()
			dsn := database(t)
			for _, bytes := range []int{1 << 20, 1 << 20, 0} {
				w.servers = append(w.servers, testserver.Start(t, w.clock.Drive, func(c *app.Config) {
					c.Database, c.GraphQL.Transport.Answers.Bytes, c.ForgetNouns = dsn, bytes, bytes == 0
				}))
			}
			again := []*request{everything}
			rapid.Check(t, func(rt *rapid.T) {
				for range 20 {
					w.clock.Set(w.clock.Now().Add(rapid.SampledFrom(pauses).Draw(rt, "pause")))
					r := rapid.Custom(w.request).Draw(rt, "request")
					if strings.HasPrefix(r.query, "mutation") {
						w.sendTo(rt, r, rapid.SampledFrom(w.servers).Draw(rt, "writer"))
					} else if answer := w.send(rt, r); len(answer.Errors) == 0 && len(again) < 40 {
						again = append(again, r)
					}
					for _, r := range []*request{everything, rapid.SampledFrom(again).Draw(rt, "again")} {
						w.send(rt, r)
						w.send(rt, r)
					}
				}
			})
			for i, least := range []int{50, 50, 0} {
				if hits := kept(t, w.servers[i]); hits < least || least == 0 && hits > 0 {
					t.Errorf("%d answers of server %d were kept ones, want %d or more, and none of the last", hits, i+1, least)
				}
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
