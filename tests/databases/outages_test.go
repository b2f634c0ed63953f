package databases

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// startOn starts a server on a PostgreSQL database, and returns its log.
func startOn(t testing.TB, dsn string, edit ...func(*app.Config)) (*testserver.Server, *testserver.Log) {
	t.Helper()
	log := &testserver.Log{}
	s := testserver.Start(t, append([]func(*app.Config){func(c *app.Config) { c.Database, c.Log = dsn, log.Logger() }}, edit...)...)
	return s, log
}

const readCountry = `{ country(by: {code: "IQ"}) { name(language: "en") } }`

// unavailable fails the test unless the answer is UNAVAILABLE and reveals nothing of the
// inside of the server. It returns the message.
func unavailable(t testing.TB, a testserver.Answer) (message string) {
	t.Helper()
	if a.Status != http.StatusOK || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(model.CodeUnavailable) || a.Errors[0].Extensions["requestId"] == "" {
		t.Fatalf("answer = %d %s, want 200 and one error, UNAVAILABLE, with the request's id", a.Status, a.Raw)
	}
	for _, inner := range []string{"127.0.0.1", "diwan@", "user=", "SQLSTATE", "pgx", "pgconn", "driver", "EOF", "tcp", "context", "sql:"} {
		id, _ := a.Errors[0].Extensions["requestId"].(string) // random letters
		if strings.Contains(strings.ReplaceAll(string(a.Raw), id, ""), inner) {
			t.Errorf("answer = %s, want it without %q", a.Raw, inner)
		}
	}
	return a.Errors[0].Message
}

// TestServersOutliveOutages breaks the network under load, and restores it.
func TestServersOutliveOutages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, cause string
		break_, fix func(*wire)
	}{
		{"refused", "connection refused", (*wire).refuse, (*wire).listen},
		{"stalled", "deadline exceeded", (*wire).stall, (*wire).resume},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := newWire(t)
			s, log := startOn(t, n.url("statement_timeout=800ms", "connect_timeout=1", "pool_max_conns=3"))
			testserver.Ask[any](t, s, readCountry, nil)
			testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "before"}, testserver.AsAdmin)

			c.break_(n)
			var load sync.WaitGroup
			for i := range 8 {
				load.Go(func() {
					begun := time.Now()
					if i%2 == 0 {
						unavailable(t, s.Post(t, readCountry, nil))
					} else {
						unavailable(t, s.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprint("during-", i)}, testserver.AsAdmin))
					}
					if took := time.Since(begun); took > 5*time.Second {
						t.Errorf("request %d took %s", i, took)
					}
				})
			}
			if got := s.Status(t, "/healthz"); got != http.StatusOK {
				t.Errorf("/healthz = %d, want 200", got)
			}
			if got := s.Status(t, "/readyz"); got != http.StatusServiceUnavailable {
				t.Errorf("/readyz = %d, want 503", got)
			}
			load.Wait()
			if t.Failed() {
				return
			}
			if told := log.Lines("level=WARN", "requestId="); len(told) != 8 || len(log.Lines("level=WARN", "requestId=", "error=", c.cause)) == 0 {
				t.Errorf("%d warnings in the log, want one for each request, with its cause: %s", len(told), log)
			}
			if told := log.Lines("level=ERROR", "internal error"); len(told) != 0 {
				t.Errorf("log = %s, want no internal error", told)
			}

			c.fix(n)
			testserver.Until(t, "/readyz 200", func() bool { return s.Status(t, "/readyz") == http.StatusOK })
			testserver.Until(t, "a read", func() bool { return len(s.Post(t, readCountry, nil).Errors) == 0 })
			testserver.Until(t, "a write", func() bool {
				return len(s.Post(t, testserver.WriteTopic, variables{"slug": "after"}, testserver.AsAdmin).Errors) == 0
			})
			got := admin[string](t, n.dsn, "SELECT string_agg(slug, ' ' ORDER BY slug) FROM topics")
			if got != "after before" {
				t.Errorf("topics = %s, want before and after", got)
			}
			readAtOnce(t, s, 12)
			if open := admin[int](t, n.dsn, connections); open > 3+1 {
				t.Errorf("%d connections, want at most 4", open)
			}
		})
	}
}

// connections counts a server's connections to the database.
const connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'diwan'"

// readAtOnce sends this many reads at once, all of which must succeed.
func readAtOnce(t *testing.T, s *testserver.Server, requests int) {
	t.Helper()
	var load sync.WaitGroup
	for range requests {
		load.Go(func() {
			if a := s.Post(t, readCountry, nil); len(a.Errors) > 0 {
				t.Errorf("answer = %s", a.Raw)
			}
		})
	}
	load.Wait()
}

// A token that cannot be looked up is neither accepted nor rejected: the request gets 503.
func TestTokensAreUnavailableWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for name, breakDown := range map[string]func(*wire){"refused": (*wire).refuse, "stalled": (*wire).stall} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newWire(t)
			token := make(chan string, 1)
			s, log := startOn(t, n.url("statement_timeout=500ms", "connect_timeout=1", "pool_max_conns=2"), func(c *app.Config) {
				c.AdminToken, c.Welcome = "", func(w app.Welcome) { token <- w.NewToken }
			})
			bearer := header{"Authorization", "Bearer " + <-token}
			testserver.Ask[any](t, s, readCountry, nil, bearer)
			breakDown(n)
			a := s.Post(t, readCountry, nil, bearer)
			if a.Status != http.StatusServiceUnavailable {
				t.Errorf("status = %d, want 503", a.Status)
			}
			a.Status = http.StatusOK
			unavailable(t, a)
			if told := log.Lines("level=WARN", "requestId=", "error=", "look up a token"); len(told) != 1 {
				t.Errorf("log = %s, want the cause once", log)
			}
			n.resume() // so that the server stops at once
		})
	}
}

// A connection that is lost during a write leaves nothing half-written. If it is lost at
// the commit, nobody knows whether the write took place, and the answer says so.
func TestConnectionsLostWhileWritingLeaveNothingHalfWritten(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, at string
		answer   bool // cut the answer instead of the request
		written  int
		want     string
	}{
		{"in the middle", "lost", false, 0, "nothing was written"},
		{"with the commit", "commit\x00", false, 0, "it may have been written: look, or send it again with the same Idempotency-Key"},
		{"with the answer to the commit", "commit\x00", true, 1, "it may have been written: look, or send it again with the same Idempotency-Key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := newWire(t)
			s, log := startOn(t, n.url())
			var doomed sync.Map
			n.watch(func(p *pair, b []byte) []byte {
				if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(c.at))) {
					doomed.Store(p, true)
					if !c.answer {
						p.cut()
					}
				}
				return b
			}, func(p *pair, b []byte) []byte {
				if _, lost := doomed.Load(p); lost {
					p.cut()
				}
				return b
			})
			message := unavailable(t, s.Post(t, testserver.WriteTopic, variables{"slug": "lost"}, testserver.AsAdmin))
			if !strings.Contains(message, c.want) {
				t.Errorf("message = %q, want %q", message, c.want)
			}
			if len(log.Lines("level=WARN", "requestId=", "error=")) != 1 {
				t.Errorf("log = %s, want the cause once", log)
			}
			n.watch(nil, nil)
			for _, table := range []string{"topics", "names", "changes WHERE node_type = 'Topic'"} {
				if got := admin[int](t, n.dsn, "SELECT count(*) FROM "+strings.Replace(table, "names", "names WHERE node_type = 'Topic'", 1)); got != c.written {
					t.Errorf("rows in %s = %d, want %d", table, got, c.written)
				}
			}
			testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "next"}, testserver.AsAdmin)
		})
	}
}

// The connection is lost after the commit, while what the payload asks for is read: the answer
// says what was written, and that it is not to be sent again.
func TestAnswersThatCannotBeReadSayWhatWasWritten(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	s, _ := startOn(t, n.url("connect_timeout=1"))
	topic := s.Create(t, "Topic", variables{"slug": "t", "names": testserver.Names("en", "T")})
	const mutation = `mutation($topic: ID!) { createArticle(input: {language: "en", title: "Written", topics: [$topic]}) { article { id topics { slug } } errors { code } } }`
	committed := false
	n.watch(func(p *pair, b []byte) []byte {
		if committed = committed || bytes.Contains(bytes.ToLower(b), []byte("commit\x00")); committed && bytes.Contains(b, []byte("SELECT")) {
			p.cut()
		}
		return b
	}, nil)
	a := s.Post(t, mutation, variables{"topic": topic.ID}, testserver.AsAdmin, header{"Idempotency-Key", "k"})
	message := unavailable(t, a)
	n.watch(nil, nil)
	id := testserver.Ask[struct {
		Articles struct{ Nodes []testserver.Node }
	}](t, s, `{ articles(filter: {}) { nodes { id version } } }`, nil, testserver.AsAdmin, testserver.SeeDrafts).Articles.Nodes[0].ID
	if want := id + " was written, in version 1, but what you asked for with it cannot be read at the moment; do not send the mutation again"; !strings.HasPrefix(message, want) {
		t.Errorf("message = %q, want %q", message, want)
	}
	if got := testserver.JSON(a.Errors[0].Extensions["written"]); got != `[{"id":"`+id+`","version":1}]` {
		t.Errorf("extensions.written = %s, want the id and the version", got)
	}
	if again := s.Post(t, mutation, variables{"topic": topic.ID}, testserver.AsAdmin, header{"Idempotency-Key", "k"}); !strings.Contains(string(again.Data), id) || !strings.Contains(string(again.Data), `"slug":"t"`) {
		t.Errorf("sent again with its key, the answer = %s, want the same article, whole", again.Raw)
	}
	if got := admin[int](t, n.dsn, "SELECT count(*) FROM articles"); got != 1 {
		t.Errorf("%d articles, want one", got)
	}
	if message := unavailableWhile(t, n, s, readCountry); strings.Contains(message, "written") {
		t.Errorf("the message of a query = %q, want nothing about writing", message)
	}
}

// unavailableWhile sends a query that cannot be read.
func unavailableWhile(t *testing.T, n *wire, s *testserver.Server, query string) (message string) {
	t.Helper()
	n.watch(func(p *pair, b []byte) []byte { p.cut(); return b }, nil)
	defer n.watch(nil, nil)
	return unavailable(t, s.Post(t, query, nil))
}

// Clients whose servers lose their connections at any moment, before, in and after the commit,
// and that send again with the same key until they are answered, double nothing.
func TestClientsThatSendAgainDoubleNothing(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	n := newWire(t)
	one, _ := startOn(t, n.url("connect_timeout=2"))
	two, _ := startOn(t, n.url("connect_timeout=2"))
	topic := one.Create(t, "Topic", variables{"slug": "t", "names": testserver.Names("en", "T")})
	var mu sync.Mutex
	parts, commits := 0, 0
	cuts := func(p *pair, b []byte, answer bool) []byte {
		mu.Lock()
		defer mu.Unlock()
		if parts++; parts%997 == 0 {
			p.cut()
		}
		if !answer && bytes.Contains(bytes.ToLower(b), []byte("commit\x00")) {
			switch commits++; commits % 4 {
			case 1:
				p.cut() // before the commit
			case 2:
				_, _ = p.server.Write(b) // and after it
				p.cut()
			}
		}
		return b
	}
	n.watch(func(p *pair, b []byte) []byte { return cuts(p, b, false) }, func(p *pair, b []byte) []byte { return cuts(p, b, true) })
	const clients, each = 4, 10
	var all sync.WaitGroup
	var told sync.Map // the ids of articles that clients were told
	for client := range clients {
		all.Go(func() {
			for i := range each {
				name := fmt.Sprintf("%d-%d", client, i)
				for attempt := 0; ; attempt++ {
					s := []*testserver.Server{one, two}[attempt%2]
					a := s.Post(t, `mutation($topic: ID!, $title: String!) { createArticle(input: {language: "en", title: $title, topics: [$topic]}) { article { id title topics { slug } } errors { code } } }`,
						variables{"topic": topic.ID, "title": name}, testserver.AsAdmin, header{"Idempotency-Key", name})
					var data struct {
						CreateArticle struct{ Article struct{ ID, Title string } }
					}
					if len(a.Errors) == 0 && json.Unmarshal(a.Data, &data) == nil && data.CreateArticle.Article.Title == name {
						told.Store(data.CreateArticle.Article.ID, name)
						break
					}
					if code := a.Errors[0].Extensions["code"]; code != string(model.CodeUnavailable) {
						t.Errorf("answer = %s, want an article or UNAVAILABLE", a.Raw)
						return
					}
				}
			}
		})
	}
	all.Wait()
	n.watch(nil, nil)
	if got := admin[string](t, n.dsn, "SELECT count(*) || ' articles, ' || count(DISTINCT title) || ' titles' FROM articles"); got != "40 articles, 40 titles" {
		t.Errorf("%s, want 40 of each", got)
	}
	count := 0
	told.Range(func(any, any) bool { count++; return true })
	if count != clients*each {
		t.Errorf("clients were told of %d articles, want %d", count, clients*each)
	}
	if commits < clients*each {
		t.Errorf("%d commits went over the wire, too few for this test", commits)
	}
}

// A statement that waits too long for a lock ends.
func TestStatementsThatTakeTooLongEnd(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	s, _ := startOn(t, n.url("statement_timeout=400ms", "lock_timeout=0"))
	release := hold(t, n.dsn, "LOCK TABLE topics")
	const readTopics = `{ topics { nodes { slug } } }`
	begun := time.Now()
	if message := unavailable(t, s.Post(t, readTopics, nil)); !strings.Contains(message, "400ms") {
		t.Errorf("message = %q, want the limit of 400ms in it", message)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("the request took %s, want about 0.4 s", took)
	}
	testserver.Ask[any](t, s, readCountry, nil)
	release()
	testserver.Ask[any](t, s, readTopics, nil)
}

// Writers that do not get their turn receive the same error as on SQLite, and readers are
// not affected.
func TestWritersWithoutATurnAreUnavailable(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	s, _ := startOn(t, n.url("statement_timeout=600ms"))
	hold(t, n.dsn, "SELECT pg_advisory_xact_lock(431266161006)")
	answers, begun := make(chan testserver.Answer, 8), time.Now()
	for i := range cap(answers) { // the first waits for the other program, the rest for the first
		go func() {
			answers <- s.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprint("t-", i)}, testserver.AsAdmin)
		}()
	}
	testserver.Until(t, "a writer that waits", func() bool {
		return admin[int](t, n.dsn, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") > 0
	})
	testserver.Ask[any](t, s, readCountry, nil)
	for range cap(answers) {
		if message := unavailable(t, <-answers); !strings.Contains(message, "has been writing to the database for long") {
			t.Errorf("message = %q, want the same as on SQLite", message)
		}
	}
	if took := time.Since(begun); took > 3*time.Second { // one after the other, they would take over 4 s
		t.Errorf("the last writer waited %s, want at most 3s", took)
	}
}

// When a client leaves, its statement is cancelled, and the connection is kept.
func TestClientsThatLeaveEndTheirStatements(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	s, log := startOn(t, n.url("pool_max_conns=1"))
	const pids = "SELECT coalesce(string_agg(pid::text, ' ' ORDER BY pid), '') FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'diwan'"
	testserver.Ask[any](t, s, `{ topics { nodes { slug } } }`, nil)
	before := admin[string](t, n.dsn, pids)
	release := hold(t, n.dsn, "LOCK TABLE topics")
	waiting := "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
	ctx, leave := context.WithCancel(t.Context())
	body, _ := json.Marshal(map[string]any{"query": `{ topics { nodes { slug } } }`})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	left := make(chan struct{})
	go func() {
		defer close(left)
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}()
	testserver.Until(t, "a statement that waits", func() bool { return admin[int](t, n.dsn, waiting) == 1 })
	begun := time.Now()
	leave()
	<-left
	testserver.Until(t, "its end", func() bool { return admin[int](t, n.dsn, waiting) == 0 })
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("the statement ended %s after the client left, want at most 2s", took)
	}
	release()
	testserver.Ask[any](t, s, `{ topics { nodes { slug } } }`, nil)
	if after := admin[string](t, n.dsn, pids); after != before {
		t.Errorf("process ids of connections = %s, want %s as before", after, before)
	}
	testserver.Until(t, "the access log", func() bool { return len(log.Lines("msg=request", "/graphql")) == 3 })
	if told := slices.Concat(log.Lines("level=WARN"), log.Lines("level=ERROR")); len(told) != 0 {
		t.Errorf("log = %s, want no warning about the client that left", told)
	}
}

// An import that loses its connection says so, and a second import of the same lines
// completes it.
func TestImportsThatAreCutOffCanBeRepeated(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	var lines strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&lines, `{"type": "topic", "slug": "t-%d", "names": {"en": "T %d"}}`+"\n", i, i)
	}
	diwan := func() (status int, out, errs string) {
		return testserver.Command(lines.String(), "import", "-", "--database", n.url())
	}
	if err := testserver.FillDatabase(n.dsn, false); err != nil {
		t.Fatal(err)
	}
	commits := 0
	n.watch(func(_ *pair, b []byte) []byte {
		if bytes.Contains(b, []byte("commit\x00")) {
			if commits++; commits == 3 {
				admin[int64](t, n.dsn, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
			}
		}
		return b
	}, nil)
	status, out, errs := diwan()
	n.watch(nil, nil)
	if status != 1 || !strings.Contains(errs, "connection to the database was lost") || !strings.Contains(errs, "import the same again") || strings.Count(errs, "\n") != 1 {
		t.Errorf("import = %d, %s%s, want 1 and one line with advice", status, out, errs)
	}
	kept := admin[int](t, n.dsn, "SELECT count(*) FROM topics")
	if status, _, errs := diwan(); status != 0 || errs != "" {
		t.Errorf("the second import = %d, %s, want 0", status, errs)
	}
	if got := admin[int](t, n.dsn, "SELECT count(*) FROM topics"); got != 1500 || kept == 0 || kept == 1500 {
		t.Errorf("topics = %d, and %d after the first import, want 1500 and some of them", got, kept)
	}
}
