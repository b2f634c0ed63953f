package testserver

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/model"
)

// AdminToken is the admin token of every server that tests start.
const AdminToken = "diwan_test_admin_token_0123456789"

// Moment is the time on a server's clock unless a test drives it with a [Clock].
var Moment = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// Server is a running Diwan.
type Server struct {
	// URL is the address of the server, without a slash at the end.
	URL      string
	Database Database
	// Stop stops the server, which the end of the test does otherwise.
	Stop func()

	mu         sync.Mutex
	statements []string
	trips      int
}

// StartDemo starts a server on a copy of the demo newsroom.
func StartDemo(t testing.TB, edit ...func(*app.Config)) *Server {
	t.Helper()
	dsn := string(NewDemoDatabase(t))
	return Start(t, append([]func(*app.Config){func(c *app.Config) { c.Database, c.Demo = dsn, true }}, edit...)...)
}

// Start starts a server, which stops at the end of the test. Unless edit sets another, its
// database is new and holds only the countries.
func Start(t testing.TB, edit ...func(*app.Config)) *Server {
	t.Helper()
	s := &Server{}
	config := app.Config{
		Listen: "127.0.0.1:0", AdminToken: AdminToken, SiteName: "Diwan",
		Now: func() time.Time { return Moment },
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
		config.Database = string(NewDatabase(t))
	}
	a, err := app.New(t.Context(), config)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	s.URL, s.Database = a.URL(), Database(config.Database)
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	s.Stop = sync.OnceFunc(func() {
		// A server that stops waits five seconds for connections that have sent no
		// request, and clients open some in advance.
		http.DefaultClient.CloseIdleConnections()
		untouched.CloseIdleConnections()
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	t.Cleanup(s.Stop)
	return s
}

// InDatabase is an option of [Start]: the server serves this database.
func InDatabase(dsn string) func(*app.Config) {
	return func(c *app.Config) { c.Database = dsn }
}

// Status returns the HTTP status of a path. It fails the test if the body names the host.
func (s *Server) Status(t testing.TB, path string) int {
	t.Helper()
	response, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || strings.Contains(string(body), "127.0.0.1") {
		t.Errorf("%s answered %q, %v, want no address of the host", path, body, err)
	}
	return response.StatusCode
}

// StatementsOf runs f and returns the SQL statements that the server ran meanwhile.
func (s *Server) StatementsOf(f func()) []string {
	s.mu.Lock()
	s.statements, s.trips = nil, 0
	s.mu.Unlock()
	f()
	return s.Statements()
}

// Statements returns the statements that the server ran since StatementsOf was last
// called.
func (s *Server) Statements() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.statements...)
}

// RoundTrips returns the number of round trips to the database since StatementsOf was last
// called.
func (s *Server) RoundTrips() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trips
}

// Lines formats statements for failure messages, each on a line of its own.
func Lines(statements []string) string { return "\n" + strings.Join(statements, "\n") }
