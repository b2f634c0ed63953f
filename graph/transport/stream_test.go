package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

// streaming starts a server for sockets and event streams on a network.
func streaming(t *testing.T, streams transport.StreamConfig) (url string, held *transport.Streams) {
	t.Helper()
	config := graphtest.Config{}
	held = transport.NewStreams(streams)
	config.Streams = held
	served := httptest.NewServer(newsroom.Start(t, config).Handler)
	t.Cleanup(served.Close)
	return served.URL, held
}

// events sends an operation by POST, and reads its events to their end.
func events(t *testing.T, url, query string) (status int, body string) {
	t.Helper()
	sent, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	return receive(t, http.MethodPost, url, string(sent))
}

func receive(t *testing.T, method, url, sent string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestServerSentEvents(t *testing.T) {
	t.Parallel()
	url, held := streaming(t, transport.StreamConfig{PerAddress: 1})
	for _, c := range []struct{ query, want string }{
		{`{ topics { totalCount } }`, "event: next\ndata: {\"data\":{\"topics\":{\"totalCount\":2}},\"extensions\":{\"cost\":{\"max\":20000,\"requested\":1}}}\n\nevent: complete\ndata: \n\n"},
		{`{ nothing }`, `"code":"GRAPHQL_VALIDATION_FAILED"`},
		{`subscription { changes(after: "nowhere") { kind } }`, `"code":"INVALID_CURSOR"`},
		{`subscription { changes(after: "` + strings.Repeat("a", 16<<10) + `") { kind } }`, `"limit":"subscription"`},
	} {
		if status, got := events(t, url, c.query); status != http.StatusOK || !strings.HasPrefix(strings.TrimPrefix(got, ":\n\n"), "event: next\n") || !strings.Contains(got, c.want) || !strings.HasSuffix(got, "event: complete\ndata: \n\n") {
			t.Errorf("%.80s = %d %s, want %s", c.query, status, got, c.want)
		}
	}
	if status, got := events(t, url, ""); status != http.StatusBadRequest || !strings.Contains(got, "there is no `query`") {
		t.Errorf("no query = %d %s, want 400", status, got)
	}
	if status, got := receive(t, http.MethodGet, url+"?query=mutation%7B__typename%7D", ""); status != http.StatusMethodNotAllowed || !strings.Contains(got, "send mutations by POST") {
		t.Errorf("a mutation by GET = %d %s, want 405", status, got)
	}
	if err := held.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown = %v", err)
	}
	if status, got := events(t, url, `{ __typename }`); status != http.StatusServiceUnavailable || !strings.Contains(got, "the server stops") {
		t.Errorf("after Shutdown = %d %s, want 503", status, got)
	}
}

// socket is a connection that a client opened.
type socket struct {
	t *testing.T
	*websocket.Conn
}

func dial(t *testing.T, url string) socket {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return socket{t, conn}
}

func (s socket) send(message string) {
	s.t.Helper()
	if err := s.Write(s.t.Context(), websocket.MessageText, []byte(message)); err != nil {
		s.t.Error(err)
	}
}

// read returns the next message, or the code and the reason with which the server
// closed the socket.
func (s socket) read() string {
	s.t.Helper()
	_, message, err := s.Read(s.t.Context())
	if closed := (websocket.CloseError{}); errors.As(err, &closed) {
		return closed.Error()
	}
	if err != nil {
		return err.Error()
	}
	return string(message)
}

// A socket speaks graphql-transport-ws.
func TestWebSocket(t *testing.T) {
	t.Parallel()
	url, held := streaming(t, transport.StreamConfig{})
	s := dial(t, url)
	for _, c := range []struct{ send, want string }{
		{`{"type":"connection_init"}`, `{"type":"connection_ack"}`},
		{`{"type":"ping","payload":{"a":1}}`, `{"type":"pong","payload":{"a":1}}`},
		{`{"id":"1","type":"subscribe","payload":{"query":"{ topics { totalCount } }"}}`, `{"id":"1","type":"next","payload":{"data":{"topics":{"totalCount":2}},"extensions":{"cost":{"max":20000,"requested":1}}}}`},
		{"", `{"id":"1","type":"complete"}`},
		{`{"id":"1","type":"subscribe","payload":{"query":"{ nothing }"}}`, `{"id":"1","type":"error","payload":[{"message":"Cannot query field`},
	} {
		if c.send != "" {
			s.send(c.send)
		}
		if got := s.read(); !strings.HasPrefix(got, c.want) {
			t.Errorf("after %s = %s, want %s", c.send, got, c.want)
		}
	}
	read := make(chan string, 1) // the close frame must be answered
	go func() { read <- s.read() }()
	if err := held.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown = %v", err)
	}
	if got := <-read; !strings.Contains(got, "StatusGoingAway") {
		t.Errorf("after Shutdown = %s, want 1001", got)
	}
}

// What breaks the protocol closes the socket with the code that the protocol names.
func TestSocketsThatAreClosed(t *testing.T) {
	t.Parallel()
	expired := &model.Error{Code: model.CodeUnauthenticated, Message: "expired"}
	url, _ := streaming(t, transport.StreamConfig{
		InitWithin: time.Minute, MaxMessage: 200, PerSocket: 1,
		Admit: func(ctx context.Context, headers http.Header) (context.Context, error) {
			if headers.Get("Authorization") != "" {
				return nil, expired
			}
			return ctx, nil
		},
	})
	const (
		start     = `{"type":"connection_init"}`
		subscribe = `{"id":"1","type":"subscribe","payload":{"query":"subscription { changes { kind } }"}}`
	)
	for _, c := range []struct {
		name  string
		sends []string
		want  string
	}{
		{"a message that is not JSON", []string{"{"}, `StatusCode(4400) and reason = "Invalid message: it is not one JSON object in UTF-8, each key once"`},
		{"a message of an unknown type", []string{`{"type":"start"}`}, "StatusCode(4400)"},
		{"a message that is too long", []string{strings.Repeat(" ", 201)}, "StatusMessageTooBig"},
		{"an operation before connection_init", []string{subscribe}, "StatusCode(4401)"},
		{"connection_init twice", []string{start, start}, "StatusCode(4429)"},
		{"an id twice", []string{start, subscribe, subscribe}, `StatusCode(4409) and reason = "Subscriber for 1 already exists"`},
		{"a token that is not accepted", []string{`{"type":"connection_init","payload":{"authorization":"Bearer x"}}`}, "StatusCode(4401)"},
		{"a header that is not a string", []string{`{"type":"connection_init","payload":{"authorization":7}}`}, "StatusCode(4400)"},
		{"a payload that is not a request", []string{start, `{"id":"1","type":"subscribe","payload":{"query":7}}`}, "StatusCode(4400)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := dial(t, url)
			for _, message := range c.sends {
				s.send(message)
			}
			got := s.read()
			if got == `{"type":"connection_ack"}` {
				got = s.read()
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("the socket is closed with %s, want %s", got, c.want)
			}
		})
	}
	t.Run("one operation too many fails, and the others go on", func(t *testing.T) {
		t.Parallel()
		s := dial(t, url)
		for _, message := range []string{start, subscribe, strings.Replace(subscribe, `"1"`, `"2"`, 1)} {
			s.send(message)
		}
		s.read() // connection_ack
		if got := s.read(); !strings.HasPrefix(got, `{"id":"2","type":"error"`) || !strings.Contains(got, `"limit":"socket"`) {
			t.Errorf("the second operation = %s, want LIMIT_EXCEEDED by socket", got)
		}
		s.send(`{"id":"1","type":"complete"}`)
		s.send(`{"id":"2","type":"subscribe","payload":{"query":"{ __typename }"}}`)
		if got := s.read(); !strings.HasPrefix(got, `{"id":"2","type":"next"`) {
			t.Errorf("after the first was completed = %s, want the second answered", got)
		}
	})
}
