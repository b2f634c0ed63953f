package sockets

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestEventStreamsSendEventsAndComplete(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		for _, c := range []struct{ name, query, want string }{
			{"a query has one answer", `{ country(by: {code: "IQ"}) { code } }`, `{"data":{"country":{"code":"IQ"}}`},
			{"an invalid operation is an event", `{ nothing }`, `"GRAPHQL_VALIDATION_FAILED"`},
			{"a value that does not fit is an event, and nothing runs", `{ __typename node(id: "x") { id } }`, `"INVALID"`},
			{"a subscription with two names is an event", `subscription { changes { cursor } other: changes { cursor } }`, `"GRAPHQL_VALIDATION_FAILED"`},
			{"a syntax error is an event", `{`, `"GRAPHQL_PARSE_FAILED"`},
			{"a refused subscription is an event", `subscription { changes(after: "x") { cursor } }`, `"INVALID_CURSOR"`},
		} {
			response := s.AskEvents(t, method, c.query, nil)
			for name, want := range map[string]string{
				"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
			} {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s: %s = %q, want %q", c.name, name, got, want)
				}
			}
			r := testserver.ReadEvents(t, response, nil)
			if event, data := r.Next(); event != "next" || !strings.Contains(data, c.want) || strings.Contains(data, `"data":null`) {
				t.Errorf("%s by %s: %s %s, want next with %s", c.name, method, event, data, c.want)
			}
			if event, data := r.Next(); event != "complete" || data != "" {
				t.Errorf("%s by %s: then %s %s, want complete with empty data", c.name, method, event, data)
			}
			if event, _ := r.Next(); event != "" {
				t.Errorf("%s by %s: then %s, want the end of the stream", c.name, method, event)
			}
		}
	}
}

// Malformed requests are answered as JSON with an error status, not as events.
func TestMalformedRequestsForEventsAreAnsweredAsJSON(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code                     string
	}{
		{"no query", "POST", "", `{}`, 400, "INVALID"},
		{"no JSON", "POST", "", `{`, 400, "INVALID"},
		{"a list", "POST", "", `[` + typename + `]`, 400, "INVALID"},
		{"a mutation by GET", "GET", "?query=" + url.QueryEscape(`mutation { deleteTopic(id: "VG9waWM6MQ") { errors { message } } }`), "", 405, "INVALID"},
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
		var a testserver.Answer
		if err := json.NewDecoder(response.Body).Decode(&a); err != nil || response.StatusCode != c.status || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != c.code {
			t.Errorf("%s = %d %+v %v, want %d %s as JSON", c.name, response.StatusCode, a, err, c.status, c.code)
		}
	}
}

// An event has the cursor of its change as its id. EventSource sends that of the last one
// when it connects again, and gets what it has missed.
func TestEventStreamsGoOnAfterTheLastEvent(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	const changes = `subscription { changes(types: [TOPIC]) { node { ... on Topic { slug } } } }`
	const published = `subscription { other: articlePublished(filter: {slug: {ne: "gone"}}) { slug } }`
	for _, slug := range []string{"event-1", "event-2", "event-3"} {
		n.Create(t, "Topic", variables{"slug": slug, "names": testserver.Names("en", slug)})
		n.Upsert(t, variables{"slug": slug})
	}
	// follow reads the events after an id, and returns their ids.
	follow := func(method, query, last string, slugs ...string) (ids []string) {
		t.Helper()
		r := testserver.ReadEvents(t, n.AskEvents(t, method, query, nil, header{"Last-Event-ID", last}), nil)
		id := ""
		for line := range r.Lines {
			if sent, found := strings.CutPrefix(line, "id: "); found {
				id = sent
			}
			if !strings.HasPrefix(line, "data: ") {
				continue
			}
			if !strings.Contains(line, `"slug":"`+slugs[0]+`"`) || id == "" || slices.Contains(ids, id) {
				t.Fatalf("%s after %s: event %q %s, want %s and an id of its own", query, last, id, line, slugs[0])
			}
			if ids, slugs = append(ids, id), slugs[1:]; len(slugs) == 0 {
				return ids
			}
		}
		t.Fatalf("%s after %s: the stream ended before %v", query, last, slugs)
		return nil
	}
	for _, query := range []string{changes, published} {
		ids := follow(http.MethodPost, query, after, "event-1", "event-2", "event-3")
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			follow(method, query, ids[0], "event-2", "event-3")
			follow(method, query, ids[1], "event-3")
		}
	}
	r := testserver.ReadEvents(t, n.AskEvents(t, http.MethodGet, `subscription { changes { cursor } }`, nil, header{"Last-Event-ID", "x"}), nil)
	if _, data := r.Next(); !strings.Contains(data, "INVALID_CURSOR") || !strings.Contains(data, "the header Last-Event-ID is not a cursor") {
		t.Errorf("after an id that is none = %s, want INVALID_CURSOR, and which header", data)
	}
	r = testserver.ReadEvents(t, n.AskEvents(t, http.MethodGet, `{ __typename }`, nil, header{"Last-Event-ID", after}), nil)
	for line := range r.Lines {
		if strings.HasPrefix(line, "id:") {
			t.Errorf("a query has the line %q, want no id", line)
		}
	}
}

// A stream says where it is before anything happens, and again when something has happened
// that it is not about: a client that loses it then goes on from there.
func TestEventStreamsGoOnWhereNoEventCame(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t, quickly)
	for name, query := range map[string]string{
		"changes":   `subscription { changes(types: [OFFICIAL]) { node { ... on Official { slug } } } }`,
		"published": `subscription { articlePublished(filter: {slug: {startsWith: "wanted"}}) { slug } }`,
	} {
		follow := func(headers ...header) *testserver.EventStream {
			return testserver.ReadEvents(t, n.AskEvents(t, http.MethodGet, query, nil, headers...), nil)
		}
		nextID := func(r *testserver.EventStream) string {
			t.Helper()
			for late := time.After(testserver.Soon); ; {
				select {
				case line := <-r.Lines:
					if id, found := strings.CutPrefix(line, "id: "); found {
						return id
					}
				case <-late:
					t.Fatalf("%s: the stream does not say where it is", name)
				}
			}
		}
		r := follow()
		first := nextID(r)
		n.Create(t, "Topic", variables{"names": testserver.Names("en", name)})
		passed := nextID(r) // with the next comment
		slug := "wanted-" + name
		n.Create(t, "Official", variables{"slug": slug, "names": testserver.Names("en", slug)})
		n.Upsert(t, variables{"slug": slug})
		for _, id := range []string{first, passed} {
			again := follow(header{"Last-Event-ID", id})
			if event, data := again.Next(); event != "next" || !strings.Contains(data, slug) {
				t.Errorf("%s after %q = %s %s, want %s, which came meanwhile", name, id, event, data, slug)
			}
		}
		if first == passed {
			t.Errorf("%s: the stream stays at %q when something else happens", name, first)
		}
	}
}

// Clients that accept both get JSON if they name it first or give it a higher quality.
func TestClientsThatPreferJSONGetIt(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
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
		response := s.AskEvents(t, http.MethodPost, "{__typename}", nil, header{"Accept", accept})
		if got := strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream"); got != events || response.StatusCode != 200 {
			t.Errorf("Accept: %s = %d %s, want events: %v", accept, response.StatusCode, response.Header.Get("Content-Type"), events)
		}
	}
	code, message := s.Refused(t, listen, nil)
	if code != "INVALID" || !strings.Contains(message, "text/event-stream") {
		t.Errorf("a subscription over plain POST = %s %s, want INVALID that names text/event-stream", code, message)
	}
}

func TestEventStreamsAreKeptAlive(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, quickly)
	r := s.Events(t, listen, nil, header{"Accept-Encoding", "gzip, zstd"})
	comments := 0
	for begun := time.Now(); comments < 4; {
		select {
		case line := <-r.Lines:
			if line == ":" {
				comments++
			}
		case <-time.After(time.Until(begun.Add(testserver.Soon))):
			t.Fatalf("%d comments within ten seconds, want 4", comments)
		}
	}
	s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
	if event, data := r.Next(); event != "next" || !strings.Contains(data, `"CREATED"`) {
		t.Errorf("event = %s %s, want the creation of the topic", event, data)
	}
}

// A stream counts towards its limit no longer than a second after its client has left.
func TestLeavingAStreamEndsIt(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Streams.PerAddress = 1 })
	r := s.Events(t, listen, nil)
	r.Leave()
	left := time.Now()
	testserver.Until(t, "a free place", func() bool {
		return s.AskEvents(t, http.MethodPost, "{__typename}", nil).StatusCode == http.StatusOK
	})
	if took := time.Since(left); took > time.Second {
		t.Errorf("the place became free %s after the client left, want within a second", took)
	}
}

func TestSlowEventStreamsAreCutOff(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Streams.WriteWithin, c.Streams.PerAddress = 500*time.Millisecond, 1 })
	long := s.Article(t, "Long", variables{"body": strings.Repeat("long ", 40_000)})
	var fields strings.Builder
	for _, alias := range strings.Split("abcdefghijklmnopqrstuvwxy", "") {
		fields.WriteString(alias + `: node(id: "` + long.ID + `") { ... on Article { body } } `)
	}
	s.AskEvents(t, http.MethodPost, "{"+fields.String()+"}", nil) // nobody reads the answer
	testserver.Until(t, "the slow stream is cut off", func() bool {
		return s.AskEvents(t, http.MethodGet, "{__typename}", nil).StatusCode == http.StatusOK
	})
}
