package transport

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/model"
)

// subprotocol is the only one that is supported. The older subprotocol graphql-ws,
// which has the name of the library that no longer supports it, is not.
const subprotocol = "graphql-transport-ws"

// The codes that close a socket, as the protocol defines them. Clients reconnect after
// 1001, 1013 and 4408, and after no other. They would after 4403, which is not used: a token
// that may not do something now may not in a minute, either.
const (
	closeGoingAway     = websocket.StatusGoingAway
	closeTooBig        = websocket.StatusMessageTooBig
	closeTryAgain      = websocket.StatusTryAgainLater
	closeInvalid       = websocket.StatusCode(4400)
	closeUnauthorized  = websocket.StatusCode(4401)
	closeNotAcceptable = websocket.StatusCode(4406)
	closeLate          = websocket.StatusCode(4408)
	closeTaken         = websocket.StatusCode(4409)
	closeInitTwice     = websocket.StatusCode(4429)
	closeInternal      = websocket.StatusCode(4500)
)

// closeWithin is how long a client may take to answer a close frame.
const closeWithin = time.Second

// WebSocket executes operations of any kind over sockets that speak
// graphql-transport-ws.
type WebSocket struct{ *Streams }

// Supports returns true for requests to open a socket.
func (WebSocket) Supports(r *http.Request) bool {
	if r.Method != http.MethodGet {
		return false
	}
	for _, header := range r.Header.Values("Upgrade") {
		for upgrade := range strings.SplitSeq(header, ",") {
			if strings.EqualFold(strings.TrimSpace(upgrade), "websocket") {
				return true
			}
		}
	}
	return false
}

// Do serves one socket, to its end.
func (t WebSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	leave, status, problem := t.enter(r, "websocket")
	if problem != nil {
		t.refuse(&exchange{w: w, r: r, exec: exec}, status, problem)
		return
	}
	defer leave()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // enter has checked the origin
	})
	if err != nil {
		return // Accept has responded
	}
	newSocket(t.Streams, conn, r, exec).serve()
}

// socket is an open socket. The goroutine of its request reads. Each operation has a
// goroutine of its own, which writes its responses.
type socket struct {
	*Streams
	conn    *websocket.Conn
	request *http.Request
	exec    graphql.GraphExecutor
	// ctx ends when the connection is to be cut off.
	ctx    context.Context
	cutOff context.CancelFunc
	// working ends when the socket begins to close: all operations end.
	working context.Context
	rest    context.CancelFunc

	closing     atomic.Bool
	initialised atomic.Bool
	// credentials are the headers by which the client was admitted, nil until the
	// connection was acknowledged. They are checked again for each operation.
	credentials atomic.Pointer[http.Header]

	writing chan struct{} // full while a message is written
	places  chan struct{} // one for each goroutine of an operation
	running sync.WaitGroup

	mu         sync.Mutex
	operations map[string]*operation // by id
}

func newSocket(streams *Streams, conn *websocket.Conn, r *http.Request, exec graphql.GraphExecutor) *socket {
	s := &socket{
		Streams: streams, conn: conn, request: r, exec: exec,
		writing: make(chan struct{}, 1), operations: map[string]*operation{},
		// Twice as many: operations that were stopped need a moment to end.
		places: make(chan struct{}, 2*min(streams.config.PerSocket, 1<<20)),
	}
	s.ctx, s.cutOff = context.WithCancel(r.Context())
	s.working, s.rest = context.WithCancel(s.ctx)
	conn.SetReadLimit(streams.config.MaxMessage)
	return s
}

// serve reads messages until the socket closes, and waits for its operations.
func (s *socket) serve() {
	defer s.running.Wait()
	defer func() { _ = s.conn.CloseNow() }() // it may be closed already
	defer s.cutOff()
	if s.conn.Subprotocol() == "" {
		s.close(closeNotAcceptable, "Subprotocol not acceptable: send Sec-WebSocket-Protocol: "+subprotocol)
		return
	}
	unless := context.AfterFunc(s.stopping, func() { s.close(closeGoingAway, "The server stops: connect again") })
	defer unless()
	late := time.AfterFunc(s.config.InitWithin, func() {
		if !s.initialised.Load() {
			s.close(closeLate, "Connection initialisation timeout")
		}
	})
	defer late.Stop()
	s.running.Go(s.ping)
	for s.read() {
	}
}

// read reads one message and does what it says. It returns false when the socket is
// closed.
func (s *socket) read() bool {
	kind, sent, err := s.conn.Read(s.ctx)
	if errors.Is(err, websocket.ErrMessageTooBig) {
		s.config.Telemetry.Limit("message")
		s.close(closeTooBig, "The message is too long: send less at once, or send it by POST")
		return false
	}
	if err != nil {
		return false
	}
	if kind != websocket.MessageText {
		return s.close(closeInvalid, "Invalid message: it is binary, send text")
	}
	m, err := readMessage(sent)
	if err != nil {
		return s.close(closeInvalid, "Invalid message: "+err.Error())
	}
	switch m.Type {
	case typeInit:
		return s.initialise(m)
	case typePing:
		return s.send(message{Type: typePong, Payload: m.Payload})
	case typeSubscribe:
		return s.subscribe(m)
	case typeComplete:
		s.forget(m.ID)
	}
	return true
}

// initialise admits a client by the headers of its request, and by those that the
// payload has instead.
func (s *socket) initialise(m message) bool {
	if s.initialised.Swap(true) {
		return s.close(closeInitTwice, "Too many initialisation requests")
	}
	headers, err := initHeaders(s.request.Header, m.Payload)
	if err != nil {
		return s.close(closeInvalid, "Invalid message: "+err.Error())
	}
	if _, err := s.config.Admit(s.working, headers); err != nil {
		return s.close(s.whyNot(err))
	}
	s.credentials.Store(&headers)
	return s.send(message{Type: typeAck})
}

// whyNot returns how a socket is closed if its client is not admitted.
func (s *socket) whyNot(err error) (websocket.StatusCode, string) {
	switch model.CodeOf(err) {
	case model.CodeUnauthenticated:
		return closeUnauthorized, "Unauthorized: the token is missing, unknown or expired; send one that is accepted"
	case model.ErrorCodeForbidden:
		return closeUnauthorized, "Unauthorized: send a token that may see this, or leave Diwan-Perspective and Diwan-Trace out"
	case model.CodeUnavailable:
		s.config.Log.WarnContext(s.ctx, "it cannot be found out who connects", "error", err, "requestId", model.RequestIDOf(s.ctx))
		return closeTryAgain, "Who you are cannot be found out now: try again later"
	case "":
		if s.working.Err() == nil {
			s.config.Log.ErrorContext(s.ctx, "nobody could be admitted to a socket", "error", err, "requestId", model.RequestIDOf(s.ctx))
		}
		return closeInternal, "Internal server error"
	}
	return closeInvalid, "Invalid message: send Diwan-Perspective as draft or published, and Diwan-Trace as 1"
}

// close closes the socket with a code and a reason, which must not quote the client. It
// returns false, as read does then.
func (s *socket) close(code websocket.StatusCode, reason string) bool {
	if s.closing.Swap(true) {
		return false
	}
	s.rest()
	late := time.AfterFunc(closeWithin, s.cutOff)
	defer late.Stop()
	_ = s.conn.Close(code, reason) // fails if the client has left
	return false
}

// tooSlow closes a socket whose client does not read. If it does later, it finds the
// code after what was sent before, as far as the network buffered that.
func (s *socket) tooSlow() {
	s.close(closeLate, "Too slow: connect again, and go on behind the last cursor")
}

// ping checks now and then whether the client is there and still admitted. Its pongs
// arrive through read.
func (s *socket) ping() {
	tick := time.NewTicker(s.config.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.working.Done():
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(s.working, s.config.PingEvery)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil && s.working.Err() == nil {
			s.tooSlow()
			s.cutOff()
			return
		}
		if headers := s.credentials.Load(); headers != nil {
			if err := s.config.dismissed(s.working, *headers); err != nil {
				s.close(s.whyNot(err))
				return
			}
		}
	}
}

// send sends a message that belongs to no operation.
func (s *socket) send(m message) bool { return s.sendIf(m, func() bool { return true }) }

// sendIf sends a message if holds returns true once it is its turn. It does not use
// the context of the operation: if that ended within a frame, it would end the
// connection.
func (s *socket) sendIf(m message, holds func() bool) bool {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-s.ctx.Done():
		return false
	}
	if s.closing.Load() || !holds() {
		return false
	}
	// When its time is up, the operations of the client end. It has the same time again
	// to read the rest of the message: only after that can it be told why.
	late := time.AfterFunc(s.config.WriteWithin, s.rest)
	ctx, cancel := context.WithTimeout(s.ctx, 2*s.config.WriteWithin)
	defer cancel()
	err := s.conn.Write(ctx, websocket.MessageText, encode(m))
	inTime := late.Stop()
	switch {
	case err != nil:
		s.cutOff()
	case !inTime:
		s.tooSlow()
	}
	return err == nil && inTime
}
