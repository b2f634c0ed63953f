package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
)

// socket is a client that speaks graphql-transport-ws word by word.
type socket struct {
	t    testing.TB
	conn *websocket.Conn

	once     sync.Once
	messages chan frame
	ended    error // why messages was closed
}

// frame is a message of the protocol.
type frame struct {
	ID, Type string
	Payload  json.RawMessage
}

func (f frame) String() string { return fmt.Sprintf("%s %s %s", f.Type, f.ID, f.Payload) }

// dial opens a socket and says nothing.
func (s *server) dial(t testing.TB, headers ...header) *socket {
	t.Helper()
	k, response, err := s.tryDial(t, "graphql-transport-ws", headers...)
	if err != nil {
		t.Fatalf("open a socket: %v, %v", err, response)
	}
	return k
}

func (s *server) tryDial(t testing.TB, subprotocol string, headers ...header) (*socket, *http.Response, error) {
	t.Helper()
	options := &websocket.DialOptions{HTTPHeader: http.Header{}, HTTPClient: &http.Client{Transport: &http.Transport{}}}
	if subprotocol != "" {
		options.Subprotocols = []string{subprotocol}
	}
	for _, h := range headers {
		options.HTTPHeader.Set(h[0], h[1])
	}
	conn, response, err := websocket.Dial(context.Background(), strings.Replace(s.URL, "http", "ws", 1)+"/graphql", options)
	if err != nil {
		return nil, response, err
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{t: t, conn: conn, messages: make(chan frame)}, response, nil
}

// connect opens a socket and introduces itself with a payload, "" for none.
func (s *server) connect(t testing.TB, payload string, headers ...header) *socket {
	t.Helper()
	k := s.dial(t, headers...)
	if payload == "" {
		payload = "null"
	}
	k.send(`{"type":"connection_init","payload":` + payload + `}`)
	if f := k.read(); f.Type != "connection_ack" || f.Payload != nil {
		t.Fatalf("answer to connection_init = %s, want connection_ack", f)
	}
	return k
}

func (k *socket) send(text string) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), shortly)
	defer cancel()
	if err := k.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		k.t.Fatalf("send %.100s: %v", text, err)
	}
}

// subscribe sends an operation.
func (k *socket) subscribe(id, query string, vars variables) {
	k.t.Helper()
	payload, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		k.t.Fatal(err)
	}
	k.send(fmt.Sprintf(`{"type":"subscribe","id":%q,"payload":%s}`, id, payload))
}

// tryRead reads a message, if one comes in time. Nothing is read before the first.
func (k *socket) tryRead(within time.Duration) (frame, error) {
	k.once.Do(func() { go k.pump() })
	select {
	case f, open := <-k.messages:
		if !open {
			return frame{}, k.ended
		}
		return f, nil
	case <-time.After(within):
		return frame{}, context.DeadlineExceeded
	}
}

// pump reads all messages. The context of a read may not end: the connection
// would end with it.
func (k *socket) pump() {
	defer close(k.messages)
	for {
		var f frame
		_, text, err := k.conn.Read(context.Background())
		if err == nil {
			err = json.Unmarshal(text, &f)
		}
		if err != nil {
			k.ended = err
			return
		}
		select {
		case k.messages <- f:
		case <-k.t.Context().Done():
			return
		}
	}
}

func (k *socket) read() frame {
	k.t.Helper()
	f, err := k.tryRead(shortly)
	if err != nil {
		k.t.Fatalf("read: %v", err)
	}
	return f
}

// wants reads a message and fails unless it is of this type and id.
func (k *socket) wants(kind, id string) frame {
	k.t.Helper()
	f := k.read()
	if f.Type != kind || f.ID != id {
		k.t.Fatalf("message = %s, want %s %s", f, kind, id)
	}
	return f
}

// closed reads until the socket is closed, and answers how.
func (k *socket) closed() websocket.CloseError {
	k.t.Helper()
	for {
		_, err := k.tryRead(shortly)
		if err == nil {
			continue
		}
		var how websocket.CloseError
		if !errors.As(err, &how) {
			k.t.Fatalf("the socket ended with %v, want a close frame", err)
		}
		return how
	}
}

// quickly makes the times of sockets short, so that tests need not wait.
func quickly(c *app.Config) {
	c.Streams.InitWithin = time.Second
	c.Streams.CommentEvery = 100 * time.Millisecond
}

const (
	typename      = `{"query":"{__typename}"}`
	listen        = `subscription { changes { cursor kind nodeType nodeId version node { id } } }`
	listenPayload = `{"query":"subscription { changes { cursor } }"}`
)

func TestSocketsAreClosedAsTheProtocolSays(t *testing.T) {
	t.Parallel()
	s := start(t, quickly, func(c *app.Config) { c.Streams.MaxMessage = 5000 })
	const hello = `{"type":"connection_init"}`
	long := strings.Repeat("x", 5001)
	cases := []struct {
		name string
		sent []string
		code websocket.StatusCode
		says string
	}{
		{"not JSON", []string{hello, `{"type":`}, 4400, "Invalid message: it is not one JSON object"},
		{"not an object", []string{hello, `["subscribe"]`}, 4400, "it is not one JSON object"},
		{"something behind the object", []string{hello, `{"type":"ping"}{}`}, 4400, "it is not one JSON object"},
		{"a key twice", []string{hello, `{"type":"ping","type":"pong"}`}, 4400, "it is not one JSON object"},
		{"not UTF-8", []string{hello, "{\"type\":\"ping\",\"payload\":{\"a\":\"\xff\"}}"}, 4400, "it is not one JSON object"},
		{"no type", []string{hello, `{"id":"1"}`}, 4400, "no `type`"},
		{"a type that is no string", []string{hello, `{"type":1}`}, 4400, "no `type`"},
		{"an unknown type", []string{hello, `{"type":"<script>"}`}, 4400, "its `type` is not one that clients send"},
		{"a type of servers", []string{hello, `{"type":"next","id":"1","payload":{}}`}, 4400, "its `type` is not one that clients send"},
		{"the older protocol", []string{hello, `{"type":"start","id":"1","payload":` + typename + `}`}, 4400, "its `type`"},
		{"no id", []string{hello, `{"type":"subscribe","payload":` + typename + `}`}, 4400, "no `id`"},
		{"an empty id", []string{hello, `{"type":"subscribe","id":"","payload":` + typename + `}`}, 4400, "no `id`"},
		{"an id that is no string", []string{hello, `{"type":"subscribe","id":1,"payload":` + typename + `}`}, 4400, "no `id`"},
		{"an id that is too long", []string{hello, `{"type":"subscribe","id":"` + strings.Repeat("i", 257) + `","payload":` + typename + `}`}, 4400, "longer than 256"},
		{"complete without an id", []string{hello, `{"type":"complete"}`}, 4400, "no `id`"},
		{"no payload", []string{hello, `{"type":"subscribe","id":"1"}`}, 4400, "`payload` is not an object"},
		{"no query", []string{hello, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "is not a GraphQL request"},
		{"a query that is no string", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":1}}`}, 4400, "is not a GraphQL request"},
		{"variables that are no object", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"{__typename}","variables":[]}}`}, 4400, "is not a GraphQL request"},
		{"a payload of init that is no object", []string{`{"type":"connection_init","payload":"x"}`}, 4400, "`payload` is not an object"},
		{"a payload of ping that is no object", []string{`{"type":"ping","payload":[]}`}, 4400, "`payload` is not an object"},
		{"a header that is no string", []string{`{"type":"connection_init","payload":{"authorization":["a"]}}`}, 4400, "is not one string"},
		{"a header twice", []string{`{"type":"connection_init","payload":{"authorization":"Bearer a","Authorization":"Bearer a"}}`}, 4400, "is not one string"},
		{"an unknown perspective", []string{`{"type":"connection_init","payload":{"Diwan-Perspective":"<script>"}}`}, 4400, "Diwan-Perspective as draft or published"},
		{"an operation before init", []string{`{"type":"subscribe","id":"1","payload":` + typename + `}`}, 4401, "Unauthorized"},
		{"an unknown token", []string{`{"type":"connection_init","payload":{"Authorization":"Bearer <script>"}}`}, 4403, "Forbidden"},
		{"no token, but drafts", []string{`{"type":"connection_init","payload":{"Diwan-Perspective":"draft"}}`}, 4403, "Forbidden"},
		{"nothing", nil, 4408, "Connection initialisation timeout"},
		{"pings alone", []string{`{"type":"ping"}`}, 4408, "Connection initialisation timeout"},
		{"init twice", []string{hello, hello}, 4429, "Too many initialisation requests"},
		{"an id that is taken", []string{hello, `{"type":"subscribe","id":"a","payload":` + listenPayload + `}`, `{"type":"subscribe","id":"a","payload":` + listenPayload + `}`}, 4409, "Subscriber for a already exists"},
		{"a long id that is taken", []string{hello, `{"type":"subscribe","id":"` + strings.Repeat("é", 100) + `","payload":` + listenPayload + `}`, `{"type":"subscribe","id":"` + strings.Repeat("é", 100) + `","payload":` + listenPayload + `}`}, 4409, "Subscriber for this id already exists"},
		{"too long", []string{hello, `{"type":"ping","payload":{"x":"` + long + `"}}`}, 1009, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := s.dial(t)
			for _, text := range c.sent {
				k.send(text)
			}
			how := k.closed()
			if how.Code != c.code || !strings.Contains(how.Reason, c.says) || len(how.Reason) > 123 || strings.Contains(how.Reason, "script") {
				t.Errorf("closed with %d %q, want %d %q", how.Code, how.Reason, c.code, c.says)
			}
		})
	}
}

func TestSocketsOfOtherProtocolsAreClosed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, subprotocol := range []string{"", "graphql-ws", "chat"} {
		k, _, err := s.tryDial(t, subprotocol)
		if err != nil {
			t.Fatal(err)
		}
		if how := k.closed(); how.Code != 4406 || !strings.HasPrefix(how.Reason, "Subprotocol not acceptable") {
			t.Errorf("subprotocol %q is closed with %v, want 4406", subprotocol, how)
		}
	}
}

func TestBinaryMessagesAreRefused(t *testing.T) {
	t.Parallel()
	k := start(t).connect(t, "")
	if err := k.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if how := k.closed(); how.Code != 4400 || !strings.Contains(how.Reason, "binary") {
		t.Errorf("closed with %v, want 4400", how)
	}
}

func TestSocketsExecuteQueriesAndMutations(t *testing.T) {
	t.Parallel()
	s := start(t)
	k := s.connect(t, `{"aUTHORIZATION":"Bearer `+adminToken+`","accept-language":"fr","other":1}`)
	k.send(`{"type":"ping","payload":{"a":"<b>"}}`)
	if f := k.read(); f.Type != "pong" || !strings.Contains(string(f.Payload), "\\u003cb") {
		t.Errorf("answer to ping = %s, want pong with its payload", f)
	}
	k.send(`{"type":"pong"}`)
	k.send(`{"type":"complete","id":"of nothing"}`)
	k.subscribe("q", `query($code: String!) { country(by: {code: $code}) { name } }`, variables{"code": "IQ"})
	if f := k.wants("next", "q"); !strings.Contains(string(f.Payload), `"Irak"`) {
		t.Errorf("answer = %s, want the name in French", f)
	}
	k.wants("complete", "q")
	k.subscribe("q", writeTopic, variables{"slug": "by-socket"})
	if f := k.wants("next", "q"); !strings.Contains(string(f.Payload), "by-socket") {
		t.Errorf("answer = %s, want the topic", f)
	}
	k.wants("complete", "q")
}

// What a request's headers say holds without a word in connection_init, and the
// latter goes before.
func TestSocketsKnowWhoAsksFromHeaders(t *testing.T) {
	t.Parallel()
	s := start(t)
	k := s.connect(t, "", asAdmin, seeDrafts)
	k.subscribe("1", writeTopic, variables{"slug": "a"})
	if f := k.wants("next", "1"); !strings.Contains(string(f.Payload), `"slug":"a"`) {
		t.Errorf("answer = %s, want the topic", f)
	}
	if _, response, err := s.tryDial(t, "graphql-transport-ws", header{"Authorization", "Bearer none"}); err == nil || response.StatusCode != 401 {
		t.Errorf("a socket with a bad token in its headers = %v, want 401", response)
	}
	k = s.dial(t, asAdmin)
	k.send(`{"type":"connection_init","payload":{"Authorization":"Bearer none"}}`)
	if how := k.closed(); how.Code != 4403 {
		t.Errorf("closed with %v, want 4403", how)
	}
}

// Errors end an operation, in the shape of GraphQL's, with nothing after them.
func TestNothingFollowsAnError(t *testing.T) {
	t.Parallel()
	k := start(t).connect(t, "", header{"X-Request-Id", "r-1"})
	for _, c := range []struct {
		query, code string
		vars        variables
	}{
		{"{ nothing }", "GRAPHQL_VALIDATION_FAILED", nil},
		{"{", "GRAPHQL_PARSE_FAILED", nil},
		{"subscription($after: String) { changes(after: $after) { cursor } }", "INVALID_CURSOR", variables{"after": "x"}},
		{"query($code: String!) { country(by: {code: $code}) { name } }", "GRAPHQL_VALIDATION_FAILED", variables{}},
		{"subscription { changes(types: [NOTHING]) { cursor } }", "GRAPHQL_VALIDATION_FAILED", nil},
	} {
		k.subscribe("1", c.query, c.vars)
		f := k.wants("error", "1")
		var list []struct {
			Message    string
			Extensions struct{ Code, RequestID string }
		}
		if err := json.Unmarshal(f.Payload, &list); err != nil || len(list) == 0 || list[0].Message == "" || list[0].Extensions.Code != c.code || list[0].Extensions.RequestID != "r-1" {
			t.Errorf("%s = %s, want %s of request r-1", c.query, f, c.code)
		}
		k.send(`{"type":"ping"}`)
		k.wants("pong", "") // next, neither complete nor anything else
	}
	k.subscribe("1", "{ ok: __typename }", nil)
	k.wants("next", "1")
	k.wants("complete", "1")
}

func TestCompleteFreesTheID(t *testing.T) {
	t.Parallel()
	s := start(t)
	k := s.connect(t, "")
	for range 50 {
		k.subscribe("a", listen, nil)
		k.send(`{"type":"complete","id":"a"}`)
	}
	k.subscribe("b", listen, nil)
	k.send(`{"type":"ping"}`)
	k.wants("pong", "")
	until(t, "the change", func() bool {
		s.create(t, "Topic", variables{"names": names("en", "T")})
		f, err := k.tryRead(time.Second)
		if err == nil && f.ID != "b" {
			t.Errorf("%s came of an operation that was completed", f)
		}
		return err == nil && f.Type == "next" && f.ID == "b"
	})
}
