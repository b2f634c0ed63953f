package testserver

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
)

// Socket is a client that speaks graphql-transport-ws message by message.
type Socket struct {
	T    testing.TB
	Conn *websocket.Conn

	once     sync.Once
	messages chan Message
	ended    error // why messages was closed
}

// Message is a message of the protocol.
type Message struct {
	ID, Type string
	Payload  json.RawMessage
}

func (m Message) String() string { return fmt.Sprintf("%s %s %s", m.Type, m.ID, m.Payload) }

// Dial opens a socket and sends nothing.
func (s *Server) Dial(t testing.TB, headers ...Header) *Socket {
	t.Helper()
	k, response, err := s.TryDial(t, "graphql-transport-ws", headers...)
	if err != nil {
		t.Fatalf("open a socket: %v, %v", err, response)
	}
	return k
}

// TryDial opens a socket with this subprotocol, or with none if it is empty, and returns
// the results of websocket.Dial.
func (s *Server) TryDial(t testing.TB, subprotocol string, headers ...Header) (*Socket, *http.Response, error) {
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
	return &Socket{T: t, Conn: conn, messages: make(chan Message)}, response, nil
}

// Connect opens a socket and sends connection_init with this payload, null if it is empty.
func (s *Server) Connect(t testing.TB, payload string, headers ...Header) *Socket {
	t.Helper()
	k := s.Dial(t, headers...)
	if payload == "" {
		payload = "null"
	}
	k.Send(`{"type":"connection_init","payload":` + payload + `}`)
	if f := k.Read(); f.Type != "connection_ack" || f.Payload != nil {
		t.Fatalf("answer to connection_init = %s, want connection_ack", f)
	}
	return k
}

// Send sends a message.
func (k *Socket) Send(text string) {
	k.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Soon)
	defer cancel()
	if err := k.Conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		k.T.Fatalf("send %.100s: %v", text, err)
	}
}

// Subscribe sends an operation.
func (k *Socket) Subscribe(id, query string, vars Variables) {
	k.T.Helper()
	payload, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		k.T.Fatal(err)
	}
	k.Send(fmt.Sprintf(`{"type":"subscribe","id":%q,"payload":%s}`, id, payload))
}

// TryRead reads a message, if one arrives in time. Until TryRead or Listen is called, the
// socket reads nothing, and so answers no ping.
func (k *Socket) TryRead(within time.Duration) (Message, error) {
	k.Listen()
	select {
	case f, open := <-k.messages:
		if !open {
			return Message{}, k.ended
		}
		return f, nil
	case <-time.After(within):
		return Message{}, context.DeadlineExceeded
	}
}

// Listen makes the socket read messages and answer pings.
func (k *Socket) Listen() { k.once.Do(func() { go k.pump() }) }

// pump reads all messages. Its reads have no deadline, because the connection ends with
// the context of a read.
func (k *Socket) pump() {
	defer close(k.messages)
	for {
		var f Message
		_, text, err := k.Conn.Read(context.Background())
		if err == nil {
			err = json.Unmarshal(text, &f)
		}
		if err != nil {
			k.ended = err
			return
		}
		select {
		case k.messages <- f:
		case <-k.T.Context().Done():
			return
		}
	}
}

// Read reads a message. It fails the test if none arrives within Soon.
func (k *Socket) Read() Message {
	k.T.Helper()
	f, err := k.TryRead(Soon)
	if err != nil {
		k.T.Fatalf("read: %v", err)
	}
	return f
}

// Want reads a message and fails the test unless it has this type and id.
func (k *Socket) Want(kind, id string) Message {
	k.T.Helper()
	f := k.Read()
	if f.Type != kind || f.ID != id {
		k.T.Fatalf("message = %s, want %s %s", f, kind, id)
	}
	return f
}

// Closed reads until the socket is closed and returns the close frame.
func (k *Socket) Closed() websocket.CloseError {
	k.T.Helper()
	for {
		_, err := k.TryRead(Soon)
		if err == nil {
			continue
		}
		var how websocket.CloseError
		if !errors.As(err, &how) {
			k.T.Fatalf("the socket ended with %v, want a close frame", err)
		}
		return how
	}
}
