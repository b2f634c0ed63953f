package httpd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

const goodToken = "diwan_good"

// edge is a server around a GraphQL handler that remembers its last request.
type edge struct {
	http.Handler
	log  bytes.Buffer
	seen *http.Request
	body string
}

// newEdge returns an edge whose GraphQL responds with {"data":{}} unless graphQL is
// given. Edits change its configuration.
func newEdge(t *testing.T, graphQL http.HandlerFunc, edits ...func(*Config)) *edge {
	t.Helper()
	e := &edge{}
	if graphQL == nil {
		graphQL = func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Errorf("GraphQL reading the body: %v", err)
			}
			e.seen, e.body = r, string(body)
			_, _ = io.WriteString(w, `{"data":{}}`)
		}
	}
	config := Config{
		GraphQL:   graphQL,
		Ready:     func(context.Context) (model.Readiness, error) { return model.Readiness{Read: true, Write: true}, nil },
		Telemetry: telemetry.New(telemetry.Config{}),
		Admission: Admission{
			Authenticate: func(ctx context.Context, token string) (auth.Actor, error) {
				switch token {
				case goodToken:
					return auth.Actor{Name: "admin", Role: model.RoleAdmin}, nil
				case "reader":
					return auth.Actor{Name: "reader", Role: model.RoleReader}, nil
				case "preview":
					return auth.Actor{Preview: 7}, nil
				case "broken":
					return auth.Actor{}, errors.New("disk on fire")
				case "away":
					return auth.Actor{}, fmt.Errorf("%w: dial 10.0.0.7", &model.Error{Code: model.CodeUnavailable, Message: "the database cannot be reached"})
				case "left":
					return auth.Actor{}, fmt.Errorf("look up a token: %w", ctx.Err())
				}
				return auth.Actor{}, &model.Error{Code: model.CodeUnauthenticated, Message: "unknown token"}
			},
			CheckPerspective: func(ctx context.Context) error {
				if actor := auth.ActorOf(ctx); actor.Drafts && actor.Role != model.RoleAdmin {
					return model.Forbidden("to see drafts, send a token")
				}
				return nil
			},
		},
		Log: slog.New(slog.NewJSONHandler(&e.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, edit := range edits {
		edit(&config)
	}
	e.Handler = New(config)
	return e
}

// ask sends a request; headers are pairs of name and value.
func (e *edge) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Add(pair[0], pair[1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// refusal returns the code and the request id of a response in the shape of a
// GraphQL error.
func refusal(t *testing.T, w *httptest.ResponseRecorder) (code, requestID string) {
	t.Helper()
	var answer struct {
		Data   any
		Errors []struct {
			Message    string
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("answer %q is no JSON: %v", w.Body, err)
	}
	if len(answer.Errors) != 1 || answer.Errors[0].Message == "" || answer.Data != nil {
		t.Fatalf("answer = %s, want one error with a message and no data", w.Body)
	}
	return answer.Errors[0].Extensions.Code, answer.Errors[0].Extensions.RequestID
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, sent string
		kept       bool
	}{
		{"a safe one is kept", "req-7f.3:a_B", true},
		{"one of 64 characters is kept", strings.Repeat("x", 64), true},
		{"a longer one is replaced", strings.Repeat("x", 65), false},
		{"one with spaces is replaced", "a b", false},
		{"one with quotes is replaced", `a"b`, false},
		{"one that is not ASCII is replaced", "طلب", false},
		{"none is made up", "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			w := e.ask("POST", "/graphql", "{}", "X-Request-Id", c.sent)
			got := w.Header().Get("X-Request-Id")
			if (got == c.sent) != c.kept || !isSafeRequestID(got) {
				t.Errorf("id for %q = %q, want kept: %v", c.sent, got, c.kept)
			}
			if inside := model.RequestIDOf(e.seen.Context()); inside != got {
				t.Errorf("id that GraphQL sees = %q, want %q", inside, got)
			}
		})
	}
}

func TestMetricsAreForAdminsInProduction(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		production bool
		headers    []string
		want       int
	}{
		{"everybody sees them in development", false, nil, 200},
		{"nobody sees them in production", true, nil, 403},
		{"nor does a reader", true, []string{"Authorization", "Bearer reader"}, 403},
		{"an admin does", true, []string{"Authorization", "Bearer " + goodToken}, 200},
		{"an unknown token is refused", true, []string{"Authorization", "Bearer unknown"}, 401},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil, func(config *Config) { config.Production = c.production })
			w := e.ask("GET", "/metrics", "", c.headers...)
			if w.Code != c.want || (c.want == 200) != strings.Contains(w.Body.String(), "diwan_build_info") {
				t.Errorf("GET /metrics = %d %.80s, want %d", w.Code, w.Body, c.want)
			}
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		size    int
		chunked bool
		status  int
	}{
		{"4 MiB is read whole", defaultMaxBody, false, 200},
		{"a byte more is refused", defaultMaxBody + 1, false, 413},
		{"and in chunks of unknown number too", defaultMaxBody + 1, true, 413},
		{"chunks up to the limit are read", defaultMaxBody, true, 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			r := httptest.NewRequest("POST", "/graphql", strings.NewReader(strings.Repeat("x", c.size)))
			r.Header.Set("Content-Type", "application/json")
			if c.chunked {
				r.ContentLength = -1
			}
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Fatalf("status = %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status == 200 {
				if len(e.body) != c.size {
					t.Errorf("GraphQL got %d bytes, want %d", len(e.body), c.size)
				}
				return
			}
			if code, _ := refusal(t, w); code != "LIMIT_EXCEEDED" || e.seen != nil {
				t.Errorf("error = %s, GraphQL asked: %v, want LIMIT_EXCEEDED and not asked", code, e.seen != nil)
			}
		})
	}
}

func TestTooLongBodyIsAnsweredOverTheNetwork(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newEdge(t, nil))
	defer server.Close()
	answer, err := http.Post(server.URL+"/graphql", "application/json", strings.NewReader(strings.Repeat("x", 4*defaultMaxBody)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status = %d, want 413", answer.StatusCode)
	}
}

func TestBodyThatEndsEarlyIsInvalid(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	r := httptest.NewRequest("POST", "/graphql", io.MultiReader(strings.NewReader("{"), brokenReader{}))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if code, _ := refusal(t, w); code != "INVALID" || w.Code != 400 {
		t.Errorf("answer = %d %s, want 400 INVALID", w.Code, code)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestPanicIsAnInternalError(t *testing.T) {
	t.Parallel()
	e := newEdge(t, func(http.ResponseWriter, *http.Request) { panic("the press stopped") })
	w := e.ask("POST", "/graphql", "{}", "X-Request-Id", "r7", "Accept-Encoding", "gzip")
	if code, id := refusal(t, w); w.Code != 500 || code != "INTERNAL" || id != "r7" {
		t.Errorf("answer = %d %s of request %s, want 500 INTERNAL of r7", w.Code, code, id)
	}
	if strings.Contains(w.Body.String(), "press") {
		t.Errorf("the answer tells the cause: %s", w.Body)
	}
	for _, want := range []string{"the press stopped", `"requestId":"r7"`, `"stack"`, `"status":500`} {
		if !strings.Contains(e.log.String(), want) {
			t.Errorf("log = %s, want %s in it", &e.log, want)
		}
	}
}

func TestPanicWithinAnAnswerCutsTheConnection(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newEdge(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":`)
		w.(http.Flusher).Flush()
		panic("half way")
	}))
	defer server.Close()
	answer, err := http.Post(server.URL+"/graphql", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("body = %q read to its end, want an error", body)
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, token, path, level string
		status                   float64
	}{
		{"GraphQL has lines of its own", goodToken, "/graphql?query=%7Bsecret%7D", "DEBUG", 200},
		{"GraphQL that is refused has none", "unknown", "/graphql?query=%7Bsecret%7D", "INFO", 401},
		{"probes are noise", goodToken, "/healthz", "DEBUG", 200},
		{"pages are noise", goodToken, "/nothing-here", "DEBUG", 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			w := e.ask("GET", c.path, "", "X-Request-Id", "r9", "Authorization", "Bearer "+c.token)
			var line map[string]any
			if err := json.Unmarshal(e.log.Bytes(), &line); err != nil {
				t.Fatalf("log = %s, want one line: %v", &e.log, err)
			}
			path, _, _ := strings.Cut(c.path, "?")
			want := map[string]any{"level": c.level, "msg": "request", "method": "GET", "path": path, "status": c.status, "bytes": float64(w.Body.Len()), "requestId": "r9"}
			for key, value := range want {
				if line[key] != value {
					t.Errorf("%s = %v, want %v", key, line[key], value)
				}
			}
			if _, timed := line["ms"].(float64); !timed {
				t.Errorf("ms = %v, want a number", line["ms"])
			}
			if strings.Contains(e.log.String(), "secret") || strings.Contains(e.log.String(), c.token) {
				t.Errorf("log = %s, want neither query nor token", &e.log)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := newEdge(t, nil).ask("GET", path, ""); w.Code != 200 {
			t.Errorf("GET %s = %d, want 200", path, w.Code)
		}
	}
}

func TestReadinessTellsReadingAndWritingApart(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk on fire")
	for _, c := range []struct {
		state model.Readiness
		err   error
		want  map[string]int
		body  string
	}{
		{model.Readiness{Read: true, Write: true}, nil, map[string]int{"/readyz": 200, "/readyz?for=read": 200, "/readyz?for=write": 200, "/readyz?for=all": 400}, `{"read":true,"write":true}`},
		{model.Readiness{Read: true, Reason: "full"}, cause, map[string]int{"/readyz": 200, "/readyz?for=read": 200, "/readyz?for=write": 503}, `{"read":true,"write":false,"reason":"full"}`},
		{model.Readiness{Reason: "away"}, cause, map[string]int{"/readyz": 503, "/readyz?for=read": 503, "/readyz?for=write": 503, "/healthz": 200}, `{"read":false,"write":false,"reason":"away"}`},
	} {
		h := New(Config{
			GraphQL:   http.NotFoundHandler(),
			Telemetry: telemetry.New(telemetry.Config{}),
			Ready:     func(context.Context) (model.Readiness, error) { return c.state, c.err },
			Log:       slog.New(slog.DiscardHandler),
		})
		for path, want := range c.want {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			isState := strings.HasPrefix(path, "/readyz") && want != 400
			if w.Code != want || isState && w.Body.String() != c.body+"\n" {
				t.Errorf("GET %s = %d %s, want %d %s", path, w.Code, w.Body, want, c.body)
			}
		}
	}
}

func TestStarting(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]struct {
		status     int
		body       string
		retryAfter string
	}{
		"/healthz": {200, "ok", ""},
		"/readyz":  {503, `{"read":false,"write":false,"reason":"the server is starting"}`, "1"},
		"/":        {503, "not ready: the server is starting", "1"},
		"/graphql": {503, `"code":"UNAVAILABLE"`, "1"},
	} {
		w := httptest.NewRecorder()
		Starting(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want.status || !strings.Contains(w.Body.String(), want.body) || w.Header().Get("Retry-After") != want.retryAfter || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("GET %s of a server that starts = %d %s %v, want %+v and a request id", path, w.Code, w.Body, w.Header(), want)
		}
	}
}

func TestRefusalSpeaksTheMediaTypeAskedFor(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"application/graphql-response+json, application/json;q=0.9": "application/graphql-response+json; charset=utf-8",
		"application/json": "application/json; charset=utf-8",
		"":                 "application/json; charset=utf-8",
	}
	for accept, want := range cases {
		w := newEdge(t, nil).ask("POST", "/graphql", "{}", "Accept", accept, "Diwan-Perspective", "draft")
		if got := w.Header().Get("Content-Type"); got != want {
			t.Errorf("Content-Type for Accept %q = %q, want %q", accept, got, want)
		}
	}
}

func TestGraphiQLIsAtTheRoot(t *testing.T) {
	t.Parallel()
	w := newEdge(t, nil).ask("GET", "/", "")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Errorf("GET / = %d %s, want 200 text/html", w.Code, w.Header().Get("Content-Type"))
	}
}

func TestAPostThatIsNotDeclaredAsJSONIsToldHow(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON": 200,
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "application/graphql": 415, "multipart/form-data; boundary=x": 415,
	} {
		r := httptest.NewRequest("POST", "/graphql", strings.NewReader(`{"query":"{__typename}"}`))
		r.Header.Set("Content-Type", sent)
		w := httptest.NewRecorder()
		newEdge(t, nil).ServeHTTP(w, r)
		if w.Code != want || want == 415 && !strings.Contains(w.Body.String(), "send the header Content-Type: application/json") {
			t.Errorf("POST with Content-Type %q = %d %s, want %d", sent, w.Code, w.Body, want)
		}
	}
}
