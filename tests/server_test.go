// Package tests holds the end-to-end tests: the real server over HTTP, on a
// real SQLite file.
package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// adminToken is the token of the servers that tests start.
const adminToken = "diwan_test_admin_token_0123456789"

// moment is what the clock of the tests' servers says.
var moment = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// demoDatabase is a database with the demo newsroom, made once.
var demoDatabase = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "diwan-demo")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "diwan.db")
	a, err := app.New(context.Background(), app.Config{
		Listen: "127.0.0.1:0", Database: path, Demo: true, AdminToken: adminToken, SiteName: "Diwan",
		Now: func() time.Time { return moment },
	})
	if err != nil {
		return "", err
	}
	return path, a.Close()
})

func TestMain(m *testing.M) {
	// Before the command line, which goes before it: each check of a property
	// sends many requests.
	for name, value := range map[string]string{"rapid.checks": "20", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if path, err := demoDatabase(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // the system clears its temporary folder anyway
	}
	os.Exit(code)
}

// server is a running Diwan.
type server struct {
	URL      string
	database string // the path of its file

	mu         sync.Mutex
	statements []string
}

// startDemo starts a server on a copy of the demo newsroom.
func startDemo(t testing.TB, edit ...func(*app.Config)) *server {
	t.Helper()
	template, err := demoDatabase()
	if err != nil {
		t.Fatalf("make the demo database: %v", err)
	}
	content, err := os.ReadFile(template)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "diwan.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, append([]func(*app.Config){func(c *app.Config) { c.Database = path; c.Demo = true }}, edit...)...)
}

// start starts a server on an empty database, unless edit says otherwise.
func start(t testing.TB, edit ...func(*app.Config)) *server {
	t.Helper()
	s := &server{}
	config := app.Config{
		Listen: "127.0.0.1:0", Database: filepath.Join(t.TempDir(), "diwan.db"), AdminToken: adminToken, SiteName: "Diwan",
		Now: func() time.Time { return moment },
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
		OnStatement: func(_ context.Context, sql string, _ time.Duration) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.statements = append(s.statements, sql)
		},
	}
	for _, change := range edit {
		change(&config)
	}
	a, err := app.New(t.Context(), config)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	s.URL, s.database = a.URL(), config.Database
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return s
}

// tester is a *testing.T, *testing.B or *rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// answer is what came back of a GraphQL request.
type answer struct {
	Status int
	Raw    []byte
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

type variables map[string]any

// header is a header of a request: name and value.
type header [2]string

var (
	asAdmin   = header{"Authorization", "Bearer " + adminToken}
	seeDrafts = header{"Diwan-Perspective", "draft"}
	inArabic  = header{"Accept-Language", "ar"}
	inFrench  = header{"Accept-Language", "fr"}
)

// post sends a query by POST, whatever it is answered.
func (s *server) post(t tester, query string, vars variables, headers ...header) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		request.Header.Set(h[0], h[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := answer{Status: response.StatusCode}
	if a.Raw, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(a.Raw, &a); err != nil {
		t.Fatalf("not a GraphQL answer: %v: %s", err, a.Raw)
	}
	return a
}

// ask sends a query that must be answered without errors, and decodes its data.
func ask[T any](t tester, s *server, query string, vars variables, headers ...header) T {
	t.Helper()
	a := s.post(t, query, vars, headers...)
	if len(a.Errors) > 0 || a.Status != http.StatusOK {
		t.Fatalf("%s\nanswered %d %s", query, a.Status, a.Raw)
	}
	var data T
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Fatalf("decode %s: %v", a.Data, err)
	}
	return data
}

// refused sends a query that must be answered with an error at the top level,
// and answers its code and message.
func (s *server) refused(t tester, query string, vars variables, headers ...header) (code, message string) {
	t.Helper()
	a := s.post(t, query, vars, headers...)
	if len(a.Errors) == 0 {
		t.Fatalf("%s\nwas not refused: %s", query, a.Raw)
	}
	code, _ = a.Errors[0].Extensions["code"].(string)
	return code, a.Errors[0].Message
}

// counted runs f and answers the statements that the server ran meanwhile.
func (s *server) counted(f func()) []string {
	s.mu.Lock()
	s.statements = nil
	s.mu.Unlock()
	f()
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.statements...)
}

func list(statements []string) string { return "\n" + strings.Join(statements, "\n") }
