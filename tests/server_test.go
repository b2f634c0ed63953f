// Package tests holds the end-to-end tests: the real server over HTTP, on real
// SQLite files or on a real PostgreSQL server.
package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// adminToken is the token of the servers that tests start.
const adminToken = "diwan_test_admin_token_0123456789"

// moment is what the clock of the tests' servers says.
var moment = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// emptyDatabase has the countries alone, demoDatabase the demo newsroom.
var (
	emptyDatabase = storetest.NewTemplate(func(dsn string) error { return makeDatabase(dsn, false) })
	demoDatabase  = storetest.NewTemplate(func(dsn string) error { return makeDatabase(dsn, true) })
)

// makeDatabase makes a database as the first start of a server does.
func makeDatabase(dsn string, demo bool) error {
	a, err := app.New(context.Background(), app.Config{
		Listen: "127.0.0.1:0", Database: dsn, Demo: demo, AdminToken: adminToken, SiteName: "Diwan",
		Now: func() time.Time { return moment },
	})
	if err != nil {
		return err
	}
	return a.Close()
}

func TestMain(m *testing.M) {
	// Before the command line, which goes before it: each check of a property
	// sends many requests.
	checks := "20"
	if storetest.OnPostgres() || raced { // a database takes long to make there, and all does
		checks = "5"
	}
	for name, value := range map[string]string{"rapid.checks": checks, "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	var err error
	if programFolder, err = os.MkdirTemp("", "diwan-tests-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(programFolder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	for _, template := range []*storetest.Template{emptyDatabase, demoDatabase} {
		if err := template.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// server is a running Diwan.
type server struct {
	URL      string
	database database
	// stop stops it before the test ends.
	stop func()

	mu         sync.Mutex
	statements []string
	trips      int
}

// startDemo starts a server on a copy of the demo newsroom.
func startDemo(t testing.TB, edit ...func(*app.Config)) *server {
	t.Helper()
	dsn := demoDatabase.Copy(t)
	return start(t, append([]func(*app.Config){func(c *app.Config) { c.Database, c.Demo = dsn, true }}, edit...)...)
}

// start starts a server on an empty database, unless edit says otherwise.
func start(t testing.TB, edit ...func(*app.Config)) *server {
	t.Helper()
	s := &server{}
	config := app.Config{
		Listen: "127.0.0.1:0", AdminToken: adminToken, SiteName: "Diwan",
		Now: func() time.Time { return moment },
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
		OnRoundTrip: func(_ context.Context, trip model.RoundTrip) {
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, statement := range trip.Statements {
				s.statements = append(s.statements, statement.SQL)
			}
			s.trips++
		},
	}
	for _, change := range edit {
		change(&config)
	}
	if config.Database == "" {
		config.Database = emptyDatabase.Copy(t)
	}
	a, err := app.New(t.Context(), config)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	s.URL, s.database = a.URL(), database(config.Database)
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// inDatabase has a server serve a database that is there.
func inDatabase(dsn string) func(*app.Config) {
	return func(c *app.Config) { c.Database = dsn }
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
	return answered(t, request, headers...)
}

// answered sends a request, and reads the answer of GraphQL.
func answered(t tester, request *http.Request, headers ...header) (a answer) {
	t.Helper()
	a.Status, a.Raw = fetched(t, request, headers...)
	if err := json.Unmarshal(a.Raw, &a); err != nil {
		t.Fatalf("not a GraphQL answer: %v: %s", err, a.Raw)
	}
	return a
}

// fetched sends a request with more headers, and reads what comes back.
func fetched(t tester, request *http.Request, headers ...header) (status int, body []byte) {
	t.Helper()
	for _, h := range headers {
		request.Header.Set(h[0], h[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
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

// counted runs f and answers the statements that the server ran meanwhile. In
// trips stands how often it asked the database.
func (s *server) counted(f func()) []string {
	s.mu.Lock()
	s.statements, s.trips = nil, 0
	s.mu.Unlock()
	f()
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.statements...)
}

func list(statements []string) string { return "\n" + strings.Join(statements, "\n") }
