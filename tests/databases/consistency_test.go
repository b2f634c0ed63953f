package databases

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/tests/testserver"
)

var asJSON = testserver.Header{"Content-Type", "application/json"}

// A request with the position that a mutation was answered with misses nothing of it, on
// any server.
func TestRequestsThatMustNotMissAWrite(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return string(testserver.NewDatabase(t)) },
		"PostgreSQL": func(t *testing.T) string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := database(t)
			writer := testserver.Start(t, func(c *app.Config) { c.Database = dsn })
			reader := testserver.Start(t, func(c *app.Config) { c.Database = dsn })
			hasty := testserver.Start(t, func(c *app.Config) {
				c.Database, c.GraphQL.Transport.Consistency.Within = dsn, 50*time.Millisecond
			})
			write := func(slug string) int {
				mutation := `mutation { createTopic(input: {slug: "` + slug + `", names: [{language: "en", value: "T"}]}) { errors { message } } }`
				reply := writer.Send(t, "POST", "", testserver.JSON(map[string]string{"query": mutation}), testserver.AsAdmin, asJSON)
				position, err := strconv.Atoi(reply.Header.Get("Diwan-Consistency"))
				if err != nil {
					t.Fatalf("a mutation is answered with Diwan-Consistency %q and %s, want a number", reply.Header.Get("Diwan-Consistency"), reply.Body)
				}
				return position
			}
			ask := func(s *testserver.Server, slug, position string) testserver.Reply {
				query := testserver.JSON(map[string]string{"query": `{ topic(by: {slug: "` + slug + `"}) { slug } }`})
				return s.Send(t, "POST", "", query, testserver.Header{"Diwan-Consistency", position}, asJSON)
			}
			first := write("first")
			if reply := ask(reader, "first", strconv.Itoa(first)); reply.Status != 200 || !json.Valid([]byte(reply.Body)) || reply.Header.Get("Diwan-Consistency") != "" {
				t.Errorf("a query at the position = %d %s, want 200, and no position of its own", reply.Status, reply.Body)
			}

			waited := make(chan testserver.Reply)
			go func() { waited <- ask(reader, "second", strconv.Itoa(first+1)) }()
			if second := write("second"); second <= first {
				t.Errorf("the position after the second write is %d, want more than %d", second, first)
			}
			if reply := <-waited; reply.Body != `{"data":{"topic":{"slug":"second"}},"extensions":{"cost":{"max":20000,"requested":1}}}` {
				t.Errorf("a query at the next position = %d %s, want what was written then", reply.Status, reply.Body)
			}

			if reply := ask(hasty, "first", strconv.Itoa(first+100)); reply.Status != 503 || reply.Code() != "UNAVAILABLE" || reply.Header.Get("Retry-After") == "" {
				t.Errorf("a query at a position that nobody writes = %d %s, want 503 UNAVAILABLE and Retry-After", reply.Status, reply.Body)
			}
			for _, wrong := range []string{"-1", "x", "1.5", "99999999999999999999"} {
				if reply := ask(reader, "first", wrong); reply.Status != 400 || reply.Code() != "INVALID" {
					t.Errorf("a query at the position %s = %d %s, want 400 INVALID", wrong, reply.Status, reply.Body)
				}
			}
		})
	}
}

// Few requests may wait at once, so that positions that nobody writes do not hold up others.
func TestFewRequestsWaitForAWrite(t *testing.T) {
	t.Parallel()
	server := testserver.Start(t, func(c *app.Config) { c.GraphQL.Transport.Consistency.Within = time.Minute })
	write := func(slug string) int {
		mutation := `mutation { createTopic(input: {slug: "` + slug + `", names: [{language: "en", value: "T"}]}) { errors { message } } }`
		reply := server.Send(t, "POST", "", testserver.JSON(map[string]string{"query": mutation}), testserver.AsAdmin, asJSON)
		position, err := strconv.Atoi(reply.Header.Get("Diwan-Consistency"))
		if err != nil {
			t.Fatal(err)
		}
		return position
	}
	next := strconv.Itoa(write("first") + 1)
	const asked = 9
	replies := make(chan testserver.Reply, asked)
	for range asked {
		go func() {
			replies <- server.Send(t, "POST", "", `{"query":"{ __typename }"}`, testserver.Header{"Diwan-Consistency", next}, asJSON)
		}()
	}
	if reply := <-replies; reply.Status != 503 || reply.Header.Get("Retry-After") == "" { // before anything was written
		t.Errorf("one too many = %d %s, want 503 at once", reply.Status, reply.Body)
	}
	write("second")
	for range asked - 1 {
		if reply := <-replies; reply.Status != 200 {
			t.Errorf("a request that waits = %d %s, want 200 once it is written", reply.Status, reply.Body)
		}
	}
}
