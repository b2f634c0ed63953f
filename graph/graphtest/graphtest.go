// Package graphtest serves GraphQL for tests: the real handler over a small newsroom
// in a database of its own, without a network.
package graphtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// RequestID is the id of all requests.
const RequestID = "request-1"

// Template holds the newsroom of which servers get copies: see newsroom.go.
type Template struct{ database *storetest.Template }

// NewTemplate returns a template that is filled when the first server starts.
func NewTemplate() *Template {
	return &Template{storetest.NewTemplate(func(dsn string) error {
		s, err := open(dsn, Config{Actor: Editor()})
		if err != nil {
			return err
		}
		return errors.Join(s.fill(), s.close())
	})}
}

// Main runs the tests of a package, and removes the template behind them.
func (t *Template) Main(m *testing.M) {
	code := m.Run()
	if err := t.database.Remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// Config says what is served, and to whom.
type Config struct {
	graph.Config
	// ForgetNouns reads officials, countries, topics and offices from the database for each
	// request, for tests that count statements.
	ForgetNouns bool
	// Actor sends the requests. The zero value is a reader without a token.
	Actor auth.Actor
	// Log receives what the handler logs. Nil discards it.
	Log *slog.Logger
	// OnRoundTrip is called with the statements that are sent to the database.
	OnRoundTrip func(ctx context.Context, trip model.RoundTrip)
}

// Editor may do all that is editorial, and sees drafts.
func Editor() auth.Actor {
	return auth.Actor{Key: "token:1", Name: "Samira", Role: model.RoleEditor, Drafts: true}
}

// Admin may do everything.
func Admin() auth.Actor {
	return auth.Actor{Key: auth.AdminKey, Name: "Root", Role: model.RoleAdmin, Drafts: true}
}

// Server serves a newsroom of its own.
type Server struct {
	Handler http.Handler
	Service *content.Service
	config  Config
	store   *store.Store

	mu         sync.Mutex
	statements []string
}

// Start starts a server on a copy of the newsroom, which ends with the test.
func (t *Template) Start(tb testing.TB, config Config) *Server {
	tb.Helper()
	s, err := open(t.database.Copy(tb), config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func open(dsn string, config Config) (*Server, error) {
	s := &Server{config: config}
	var err error
	if s.store, err = store.Open(context.Background(), database.Config{DSN: dsn, OnRoundTrip: s.roundTrip}); err != nil {
		return nil, err
	}
	if config.ForgetNouns {
		s.store.Remember(0)
	}
	s.Service = content.New(content.Config{Store: s.store, Now: now, SiteName: "Diwan", PreviewURL: "https://example.org/preview/{token}"})
	log := config.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if s.Handler, err = graph.NewHandler(s.Service, log, config.Config); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func now() time.Time { return time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC) }

func (s *Server) close() error { return s.store.Close() }

func (s *Server) roundTrip(ctx context.Context, trip model.RoundTrip) {
	s.mu.Lock()
	for _, statement := range trip.Statements {
		s.statements = append(s.statements, statement.SQL)
	}
	s.mu.Unlock()
	if s.config.OnRoundTrip != nil {
		s.config.OnRoundTrip(ctx, trip)
	}
}

// Statements returns the statements that were sent to the database while f ran.
func (s *Server) Statements(f func()) []string {
	s.mu.Lock()
	s.statements = nil
	s.mu.Unlock()
	f()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.statements
}

// Variables of an operation.
type Variables map[string]any

// Answer is what came back.
type Answer struct {
	Status int             `json:"-"`
	Body   string          `json:"-"`
	Data   json.RawMessage `json:"data"`
	Errors []Error         `json:"errors"`
	// Extensions of the response.
	Extensions struct {
		Cost  *struct{ Requested, Max int }
		Trace map[string]any
	} `json:"extensions"`
}

// Error is an error at the top level.
type Error struct {
	Message    string
	Path       []any
	Extensions struct{ Code, Limit, RequestID string }
}

// Do sends a request. Its context ends with the response, as it does on a network.
func (s *Server) Do(request *http.Request) *httptest.ResponseRecorder {
	ctx, cancel := context.WithCancel(request.Context())
	defer cancel()
	ctx = auth.WithActor(model.WithRequestID(ctx, RequestID), s.config.Actor)
	recorder := httptest.NewRecorder()
	s.Handler.ServeHTTP(recorder, request.WithContext(ctx))
	return recorder
}

// Post sends an operation.
func (s *Server) Post(tb testing.TB, query string, variables Variables) Answer {
	tb.Helper()
	answer, err := s.post(tb.Context(), query, variables)
	if err != nil {
		tb.Fatal(err)
	}
	return answer
}

func (s *Server) post(ctx context.Context, query string, variables Variables) (Answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return Answer{}, err
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := s.Do(request)
	answer := Answer{Status: recorder.Code, Body: recorder.Body.String()}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		return answer, fmt.Errorf("not a GraphQL response: %w: %s", err, answer.Body)
	}
	return answer, nil
}

// Data sends an operation that must succeed, and returns its data.
func (s *Server) Data(tb testing.TB, query string, variables Variables) string {
	tb.Helper()
	answer := s.Post(tb, query, variables)
	if len(answer.Errors) > 0 {
		tb.Fatalf("%s\n= %s, want no errors", query, answer.Body)
	}
	return string(answer.Data)
}

// Refusal sends an operation that must fail, and returns its first error.
func (s *Server) Refusal(tb testing.TB, query string, variables Variables) Error {
	tb.Helper()
	answer := s.Post(tb, query, variables)
	if len(answer.Errors) == 0 {
		tb.Fatalf("%s\n= %s, want an error", query, answer.Body)
	}
	return answer.Errors[0]
}
