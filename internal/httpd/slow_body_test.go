package httpd

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Whatever is answered, and however early: a body of which a byte arrives each second holds
// its connection for no longer than a body may take to arrive.
func TestSlowBodiesEnd(t *testing.T) {
	t.Parallel()
	starting := http.HandlerFunc(Starting)
	cases := []struct {
		name, request string
		status        int
		handler       http.Handler
		edit          func(*Config)
	}{
		{name: "read", request: "POST /graphql", status: 408},
		{name: "in chunks", request: "POST /graphql\nTransfer-Encoding: chunked", status: 408},
		{name: "as large as may be", request: "POST /graphql\nContent-Length: 4194304", status: 408},
		{name: "with a token that is none", request: "POST /graphql\nAuthorization: Bearer unknown", status: 408},
		{name: "of a stream", request: "POST /graphql\nAccept: text/event-stream", status: 408},
		{name: "of a GET", request: "GET /graphql", status: 408},
		{name: "too large", request: "POST /graphql\nContent-Length: 4194305", status: 413},
		{name: "much too large", request: "POST /graphql\nContent-Length: 100000000000", status: 413},
		{name: "of the wrong kind", request: "POST /graphql\nContent-Type: text/plain", status: 415},
		{name: "over a rate", request: "POST /graphql", status: 429, edit: func(c *Config) { c.RatePerAddress = 1 }},
		{name: "beside many others", request: "POST /graphql\nTransfer-Encoding: chunked", status: 503, edit: func(c *Config) { c.MaxBody = heldTogether + 1 }},
		{name: "at the start", request: "POST /graphql", status: 503, handler: starting},
		{name: "of a probe at the start", request: "GET /healthz", status: 200, handler: starting},
		{name: "of a preflight", request: "OPTIONS /graphql\nOrigin: https://a.example\nAccess-Control-Request-Method: POST", status: 403, edit: func(c *Config) { c.Origins = []string{"https://b.example"} }},
		{name: "of an import by nobody", request: "POST /import\nContent-Type: application/x-ndjson", status: 403},
		{name: "of an import with a token that is none", request: "POST /import\nContent-Type: application/x-ndjson\nAuthorization: Bearer unknown", status: 401},
		{name: "of an import of the wrong kind", request: "POST /import", status: 415},
		{name: "of an import at the start", request: "POST /import\nContent-Type: application/x-ndjson", status: 503, handler: starting},
		{name: "of a probe", request: "GET /healthz", status: 200},
		{name: "of a page", request: "GET /", status: 200},
		{name: "of a path that is none", request: "POST /nothing", status: 405},
		{name: "of metrics without a token", request: "GET /metrics", status: 403, edit: func(c *Config) { c.Production = true }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				handler := c.handler
				if handler == nil {
					handler = newEdge(t, nil, func(config *Config) {
						if c.edit != nil {
							c.edit(config)
						}
					})
				}
				if c.status == http.StatusTooManyRequests { // one request is within the rate
					first := httptest.NewRequest("GET", "/graphql", nil)
					first.RemoteAddr = "pipe"
					handler.ServeHTTP(httptest.NewRecorder(), first)
				}
				status, took := trickle(t, handler, c.request)
				if status != c.status || took > 15*time.Second {
					t.Errorf("a body %s was answered %d and closed after %s, want %d within 15 s", c.name, status, took, c.status)
				}
			})
		})
	}
}

// trickle sends a request, and then its body, a byte a second. It returns the status that
// is answered, and how long the connection was open.
func trickle(t *testing.T, handler http.Handler, request string) (status int, took time.Duration) {
	t.Helper()
	if !strings.Contains(request, "Content-Type") {
		request += "\nContent-Type: application/json"
	}
	isChunked, piece := strings.Contains(request, "chunked"), " "
	if isChunked {
		piece = "1\r\n \r\n"
	}
	if !isChunked && !strings.Contains(request, "Content-Length") {
		request += "\nContent-Length: 1000"
	}
	line, headers, _ := strings.Cut(request, "\n")
	head := line + " HTTP/1.1\r\nHost: diwan\r\n" + strings.ReplaceAll(headers, "\n", "\r\n") + "\r\n\r\n"

	client, conn := net.Pipe()
	server := &http.Server{Handler: handler}
	var running sync.WaitGroup
	defer running.Wait()
	defer server.Close()
	defer client.Close()
	running.Go(func() { _ = server.Serve(&oneConn{conn: conn, closed: make(chan struct{})}) })
	began := time.Now()
	running.Go(func() {
		_, err := io.WriteString(client, head)
		for err == nil {
			time.Sleep(time.Second) // of the bubble's clock
			_, err = io.WriteString(client, piece)
		}
	})
	from := bufio.NewReader(client)
	answer, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatalf("the answer cannot be read: %v", err)
	}
	_, _ = io.Copy(io.Discard, from) // to the end of the connection, whatever the body
	return answer.StatusCode, time.Since(began)
}

// oneConn is a listener that accepts one connection.
type oneConn struct {
	conn   net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error {
	close(l.closed)
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }
