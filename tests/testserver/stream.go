package testserver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// AskEvents requests an operation as an event stream, by POST or GET. The stream ends at
// the end of the test.
func (s *Server) AskEvents(t testing.TB, method, query string, vars Variables, headers ...Header) *http.Response {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	return openStream(t, s.eventRequest(t, method, query, vars, headers...).WithContext(ctx))
}

// eventRequest returns a request for an operation as an event stream, by POST or GET.
func (s *Server) eventRequest(t testing.TB, method, query string, vars Variables, headers ...Header) *http.Request {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	address := s.URL + "/graphql"
	if method == http.MethodGet {
		encoded, err := json.Marshal(vars)
		if err != nil {
			t.Fatal(err)
		}
		address += "?" + url.Values{"query": {query}, "variables": {string(encoded)}}.Encode()
		body = nil
	}
	request, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	for _, h := range headers {
		request.Header.Set(h[0], h[1])
	}
	return request
}

// openStream sends a request for an event stream, which ends with its context.
func openStream(t testing.TB, request *http.Request) *http.Response {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// EventStream is an event stream that is read line by line.
type EventStream struct {
	t     testing.TB
	Lines chan string // closed at the end of the stream
	Leave context.CancelFunc
}

// Events sends an operation by POST and reads its event stream.
func (s *Server) Events(t testing.TB, query string, vars Variables, headers ...Header) *EventStream {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	response := openStream(t, s.eventRequest(t, http.MethodPost, query, vars, headers...).WithContext(ctx))
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || kind != "text/event-stream; charset=utf-8" {
		t.Fatalf("answer = %d %s, want an event stream", response.StatusCode, kind)
	}
	return ReadEvents(t, response, leave)
}

// ReadEvents reads a response as an event stream.
func ReadEvents(t testing.TB, response *http.Response, leave context.CancelFunc) *EventStream {
	r := &EventStream{t, make(chan string), leave}
	ctx := response.Request.Context()
	go func() {
		defer close(r.Lines)
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			select {
			case r.Lines <- lines.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return r
}

// Next reads the next event, and skips comments. It returns empty strings at the end of
// the stream.
func (r *EventStream) Next() (event, data string) {
	r.t.Helper()
	for {
		select {
		case line, open := <-r.Lines:
			switch {
			case !open:
				return "", ""
			case strings.HasPrefix(line, "event: "):
				event = strings.TrimPrefix(line, "event: ")
			case strings.HasPrefix(line, "data: "):
				data = strings.TrimPrefix(line, "data: ")
			case line == "" && event != "":
				return event, data
			}
		case <-time.After(Soon):
			r.t.Fatal("no event came in time")
		}
	}
}
