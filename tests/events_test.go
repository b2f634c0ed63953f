package tests

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

	"github.com/diwan-cms/diwan/internal/app"
)

// askEvents asks for an operation as an event stream, by POST or GET. Whoever
// does not read it leaves with the test.
func (s *server) askEvents(t testing.TB, method, query string, vars variables, headers ...header) *http.Response {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	return s.askEventsWith(ctx, t, method, query, vars, headers...)
}

func (s *server) askEventsWith(ctx context.Context, t testing.TB, method, query string, vars variables, headers ...header) *http.Response {
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
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	for _, h := range headers {
		request.Header.Set(h[0], h[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// stream is an event stream that is read.
type stream struct {
	t     testing.TB
	lines chan string
	leave context.CancelFunc
}

// events subscribes by POST.
func (s *server) events(t testing.TB, query string, vars variables, headers ...header) *stream {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	response := s.askEventsWith(ctx, t, http.MethodPost, query, vars, headers...)
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || kind != "text/event-stream; charset=utf-8" {
		t.Fatalf("answer = %d %s, want an event stream", response.StatusCode, kind)
	}
	return read(t, response, leave)
}

func read(t testing.TB, response *http.Response, leave context.CancelFunc) *stream {
	r := &stream{t, make(chan string), leave}
	ctx := response.Request.Context()
	go func() {
		defer close(r.lines)
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			select {
			case r.lines <- lines.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return r
}

// next reads an event, past comments. It answers "" at the end of the stream.
func (r *stream) next() (event, data string) {
	r.t.Helper()
	for {
		select {
		case line, open := <-r.lines:
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
		case <-time.After(shortly):
			r.t.Fatal("no event came in time")
		}
	}
}

func TestEventStreams(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		for _, c := range []struct{ name, query, want string }{
			{"a query has one answer", `{ country(by: {code: "IQ"}) { code } }`, `{"data":{"country":{"code":"IQ"}}`},
			{"what is not valid is an event", `{ nothing }`, `"GRAPHQL_VALIDATION_FAILED"`},
			{"what is not GraphQL is an event", `{`, `"GRAPHQL_PARSE_FAILED"`},
			{"what cannot be subscribed to is an event", `subscription { changes(after: "x") { cursor } }`, `"INVALID_CURSOR"`},
		} {
			response := s.askEvents(t, method, c.query, nil)
			for name, want := range map[string]string{
				"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
			} {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s: %s = %q, want %q", c.name, name, got, want)
				}
			}
			r := read(t, response, nil)
			if event, data := r.next(); event != "next" || !strings.Contains(data, c.want) || strings.Contains(data, `"data":null`) {
				t.Errorf("%s by %s: %s %s, want next with %s", c.name, method, event, data, c.want)
			}
			if event, data := r.next(); event != "complete" || data != "" {
				t.Errorf("%s by %s: then %s %s, want complete with empty data", c.name, method, event, data)
			}
			if event, _ := r.next(); event != "" {
				t.Errorf("%s by %s: then %s, want the end", c.name, method, event)
			}
		}
	}
}

// What is no request of GraphQL has an answer of HTTP.
func TestEventStreamsThatDoNotBegin(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code                     string
	}{
		{"no query", "POST", "", `{}`, 400, "INVALID"},
		{"no JSON", "POST", "", `{`, 400, "INVALID"},
		{"a list", "POST", "", `[` + typename + `]`, 400, "INVALID"},
		{"a mutation by GET", "GET", "?query=" + url.QueryEscape(`mutation { deleteTopic(id: "x") { errors { message } } }`), "", 405, "INVALID"},
		{"variables that are none", "GET", "?query=%7B__typename%7D&variables=x", "", 400, "INVALID"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+"/graphql"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "text/event-stream")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var a answer
		if err := json.NewDecoder(response.Body).Decode(&a); err != nil || response.StatusCode != c.status || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != c.code {
			t.Errorf("%s = %d %+v %v, want %d %s as JSON", c.name, response.StatusCode, a, err, c.status, c.code)
		}
	}
}

// Clients that can read either get JSON when they name it first.
func TestWhoRatherWantsJSONGetsIt(t *testing.T) {
	t.Parallel()
	s := start(t)
	for accept, events := range map[string]bool{
		"text/event-stream":                               true,
		"text/event-stream, multipart/mixed":              true,
		"text/event-stream, application/json":             true,
		"text/event-stream, */*":                          true,
		"text/event-stream;q=0.9, application/json;q=0.5": true,
		"application/json, text/event-stream":             false,
		"application/json;q=0.5, text/event-stream;q=0.1": false,
		"text/event-stream;q=0, */*":                      false,
		"application/graphql-response+json, application/json, text/event-stream, multipart/mixed": false,
		"*/*": false,
	} {
		response := s.askEvents(t, http.MethodPost, "{__typename}", nil, header{"Accept", accept})
		if got := strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream"); got != events || response.StatusCode != 200 {
			t.Errorf("Accept: %s = %d %s, want events: %v", accept, response.StatusCode, response.Header.Get("Content-Type"), events)
		}
	}
	code, message := s.refused(t, listen, nil)
	if code != "INVALID" || !strings.Contains(message, "text/event-stream") {
		t.Errorf("a subscription over plain POST = %s %s, want it refused", code, message)
	}
}

func TestEventStreamsAreKeptAlive(t *testing.T) {
	t.Parallel()
	s := start(t, quickly)
	r := s.events(t, listen, nil, header{"Accept-Encoding", "gzip, zstd"})
	comments := 0
	for begun := time.Now(); comments < 4; {
		select {
		case line := <-r.lines:
			if line == ":" {
				comments++
			}
		case <-time.After(time.Until(begun.Add(shortly))):
			t.Fatalf("%d comments came, want more", comments)
		}
	}
	s.create(t, "Topic", variables{"names": names("en", "T")})
	if event, data := r.next(); event != "next" || !strings.Contains(data, `"CREATED"`) {
		t.Errorf("event = %s %s, want the topic", event, data)
	}
}

// A stream may be open for longer than a body may take, and longer than a client
// may take to accept what is written.
func TestWhoLeavesAStreamEndsIt(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.Streams.PerAddress = 1 })
	r := s.events(t, listen, nil)
	r.leave()
	left := time.Now()
	until(t, "the place", func() bool {
		return s.askEvents(t, http.MethodPost, "{__typename}", nil).StatusCode == http.StatusOK
	})
	if took := time.Since(left); took > time.Second {
		t.Errorf("the stream ended %s after its client left, want within a second", took)
	}
}

func TestSlowEventStreamsAreCutOff(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.Streams.WriteWithin, c.Streams.PerAddress = 500*time.Millisecond, 1 })
	long := s.article(t, "Long", variables{"body": strings.Repeat("long ", 40_000)})
	var fields strings.Builder
	for _, alias := range strings.Split("abcdefghijklmnopqrstuvwxy", "") {
		fields.WriteString(alias + `: node(id: "` + long.ID + `") { ... on Article { body } } `)
	}
	s.askEvents(t, http.MethodPost, "{"+fields.String()+"}", nil) // which nobody reads
	until(t, "the end of the slow", func() bool {
		return s.askEvents(t, http.MethodGet, "{__typename}", nil).StatusCode == http.StatusOK
	})
}
