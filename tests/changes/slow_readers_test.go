package changes

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// narrow returns a client with a small receive buffer. By default the system would buffer
// up to 30 MB; a buffer much smaller than this one would be slow.
func narrow() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(256 << 10)
		}
		return conn, err
	}}}
}

const followBodies = `subscription($after: String) { changes(after: $after, types: [ARTICLE]) { cursor kind nodeId version node { ... on Article { body } } } }`

// many writes changes of long articles, 250 at a time, and returns how long the slowest
// batch took.
func many(t testing.TB, s *testserver.Server, name string, times int) (slowest time.Duration) {
	t.Helper()
	body := strings.Repeat(strings.Repeat("x", 99)+" ", 100) // few distinct words; the network buffers some 5 MB unread
	for k := range times {
		var articles []variables
		for i := range 250 {
			articles = append(articles, variables{"slug": fmt.Sprintf("%s-%d-%d", name, k, i), "body": body})
		}
		begun := time.Now()
		s.Upsert(t, articles...)
		slowest = max(slowest, time.Since(begun))
	}
	return slowest
}

// stalled waits until the server has stopped reading articles for a subscriber that does
// not read.
func stalled(t testing.TB, s *testserver.Server) {
	t.Helper()
	for begun, read := time.Now(), false; ; {
		reads := slices.ContainsFunc(s.StatementsOf(func() { time.Sleep(time.Second) }), func(statement string) bool {
			return strings.Contains(statement, "FROM articles n")
		})
		if read && !reads {
			return
		}
		if read = read || reads; time.Since(begun) > 2*time.Minute {
			t.Fatal("after two minutes, the server still reads articles for a subscriber that does not read")
		}
	}
}

// wantWhole fails the test unless the changes taken are those of the log after a cursor,
// without gaps and repeats.
func wantWhole(t testing.TB, s *testserver.Server, after string, taken []testserver.Change) {
	t.Helper()
	all, _ := wholeLog(t, s, after, 100)
	var want, got []string
	for _, c := range all {
		if c.NodeType == "ARTICLE" {
			want = append(want, c.Cursor)
		}
	}
	for _, c := range taken {
		got = append(got, c.Cursor)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d changes were received, want the %d of the log, each once and in order", len(got), len(want))
	}
}

// A client that stops reading while others write thousands of changes holds nobody up, and
// its socket is closed with 4408. A new subscription after its last cursor gets the rest.
func TestSocketThatStopsReadingIsClosedAndGoesOn(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	ofTime(t)
	const within = 6 * time.Second
	s := testserver.Start(t, func(c *app.Config) { c.Streams.WriteWithin = within })
	after := s.EndOfLog(t)
	before := many(t, s, "before", 4)

	open := func(from string) *websocket.Conn {
		t.Helper()
		conn, _, err := websocket.Dial(t.Context(), strings.Replace(s.URL, "http", "ws", 1)+"/graphql", &websocket.DialOptions{HTTPClient: narrow(), Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.CloseNow() })
		conn.SetReadLimit(-1)
		subscribe := string(testserver.Encode(t, map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": followBodies, "variables": variables{"after": from}}}))
		for i, message := range []string{`{"type":"connection_init"}`, subscribe} {
			if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if _, _, err := conn.Read(t.Context()); err != nil { // connection_ack
					t.Fatal(err)
				}
			}
		}
		return conn
	}
	var taken []testserver.Change
	take := func(conn *websocket.Conn) error {
		_, text, err := conn.Read(t.Context())
		if err != nil {
			return err
		}
		var f struct {
			Payload struct {
				Data struct{ Changes testserver.Change }
			}
		}
		if err := json.Unmarshal(text, &f); err != nil || f.Payload.Data.Changes.Cursor == "" {
			t.Fatalf("message = %.200s, %v, want a change", text, err)
		}
		taken = append(taken, f.Payload.Data.Changes)
		return nil
	}

	slow := open(after)
	stalled(t, s)
	var writing sync.WaitGroup
	writing.Go(func() {
		if during := many(t, s, "during", 4); during > 5*before+5*time.Second {
			t.Errorf("250 articles took %s beside a client that does not read, and %s before", during, before)
		}
	})
	time.Sleep(within) // the message times out, but the close frame does not yet
	var err error
	for err == nil {
		err = take(slow)
	}
	// If the buffers of the network are full, not even the close frame arrives, and the
	// connection is cut.
	if code := websocket.CloseStatus(err); code != -1 && (code != 4408 || !strings.Contains(err.Error(), "go on behind the last cursor")) {
		t.Errorf("the socket ended with %v, want 4408 and advice", err)
	}
	if len(taken) == 0 || len(taken) > 1500 {
		t.Fatalf("%d changes were received, want a part of the 2000", len(taken))
	}

	writing.Wait()
	again := open(taken[len(taken)-1].Cursor)
	many(t, s, "after", 1)
	for len(taken) < 2250 && take(again) == nil {
	}
	wantWhole(t, s, after, taken)
}

// An event stream that nobody reads is cut off. A new stream after its last cursor gets the
// rest.
func TestEventStreamThatStopsReadingEndsAndGoesOn(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	ofTime(t)
	s := testserver.Start(t, func(c *app.Config) { c.Streams.WriteWithin, c.Streams.PerAddress = 2*time.Second, 2 }) // EndOfLog takes one
	after := s.EndOfLog(t)
	many(t, s, "before", 4)
	var taken []testserver.Change
	// read reads changes until most are taken in all, or the stream ends.
	read := func(from string, pause func(), most int) (end string) {
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		body := testserver.Encode(t, map[string]any{"query": followBodies, "variables": variables{"after": from}})
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/graphql", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "text/event-stream")
		response, err := narrow().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		pause()
		lines := bufio.NewReader(response.Body)
		for len(taken) < most {
			line, err := lines.ReadString('\n')
			if err != nil {
				return err.Error() // the last line is incomplete
			}
			data, isData := strings.CutPrefix(line, "data: ")
			if !isData {
				continue
			}
			var payload struct {
				Data struct{ Changes testserver.Change }
			}
			if err := json.Unmarshal([]byte(data), &payload); err != nil || payload.Data.Changes.Cursor == "" {
				return "an event that is no change: " + line
			}
			taken = append(taken, payload.Data.Changes)
		}
		return ""
	}
	cutOff := func() { // until the place of the stream is free again
		stalled(t, s)
		testserver.Until(t, "the end of the stream", func() bool {
			k, _, err := s.TryDial(t, "graphql-transport-ws")
			if err == nil {
				_ = k.Conn.CloseNow()
			}
			return err == nil
		})
	}
	if end := read(after, cutOff, 1000); !strings.Contains(end, "EOF") && !strings.Contains(end, "reset") {
		t.Errorf("the stream ended with %q, want EOF or a reset", end)
	}
	if len(taken) == 0 || len(taken) >= 1000 {
		t.Fatalf("%d changes were received, want a part of the 1000", len(taken))
	}
	if end := read(taken[len(taken)-1].Cursor, func() {}, 1000); end != "" {
		t.Errorf("the stream with the rest ended with %q", end)
	}
	wantWhole(t, s, after, taken)
}

// A socket that answers no ping is closed with 4408. One that answers stays open.
func TestSocketThatAnswersNoPingIsClosed(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := testserver.Start(t, func(c *app.Config) { c.Streams.PingEvery = 500 * time.Millisecond })
	k := s.Connect(t, "")
	k.Listen()
	k.Subscribe("1", testserver.FollowQuery, variables{"after": s.EndOfLog(t)})
	quiet, _, err := websocket.Dial(t.Context(), strings.Replace(s.URL, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer quiet.CloseNow()
	time.Sleep(4 * time.Second)
	if _, _, err := quiet.Read(t.Context()); websocket.CloseStatus(err) != 4408 {
		t.Errorf("a socket that answered no ping ended with %v, want 4408", err)
	}
	s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
	k.Want("next", "1")
}

// ofTime skips a test that measures time on PostgreSQL and under the race detector.
func ofTime(t *testing.T) {
	t.Helper()
	testserver.SQLiteOnly(t)
	if testserver.Raced {
		t.Skip("this test measures time, and runs without the race detector")
	}
}
