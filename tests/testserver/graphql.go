package testserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"testing"
)

// Tester is a *testing.T, *testing.B or *rapid.T.
type Tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Answer is the response to a GraphQL request.
type Answer struct {
	Status int
	Raw    []byte
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

// Variables are the variables of an operation, or an input object among them.
type Variables map[string]any

// Header is a header of a request: its name and its value.
type Header [2]string

// Common headers of requests.
var (
	AsAdmin   = Header{"Authorization", "Bearer " + AdminToken}
	SeeDrafts = Header{"Diwan-Perspective", "draft"}
	InArabic  = Header{"Accept-Language", "ar"}
	InFrench  = Header{"Accept-Language", "fr"}
)

// Post sends an operation by POST.
func (s *Server) Post(t Tester, query string, vars Variables, headers ...Header) Answer {
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
	return exchange(t, request, headers...)
}

// Get sends a query by GET.
func (s *Server) Get(t testing.TB, query string, headers ...Header) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/graphql?query="+url.QueryEscape(query), nil)
	if err != nil {
		t.Fatal(err)
	}
	return exchange(t, request, headers...)
}

// exchange sends a request and decodes the response.
func exchange(t Tester, request *http.Request, headers ...Header) (a Answer) {
	t.Helper()
	a.Status, a.Raw = Fetch(t, request, headers...)
	if err := json.Unmarshal(a.Raw, &a); err != nil {
		t.Fatalf("not a GraphQL answer: %v: %s", err, a.Raw)
	}
	return a
}

// Ask sends an operation and returns its data. It fails the test if there are errors.
func Ask[T any](t Tester, s *Server, query string, vars Variables, headers ...Header) T {
	t.Helper()
	a := s.Post(t, query, vars, headers...)
	if len(a.Errors) > 0 || a.Status != http.StatusOK {
		t.Fatalf("%s\nanswered %d %s", query, a.Status, a.Raw)
	}
	var data T
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Fatalf("decode %s: %v", a.Data, err)
	}
	return data
}

// WantData fails the test unless a query succeeds with exactly this data.
func (s *Server) WantData(t testing.TB, query string, vars Variables, want string, headers ...Header) {
	t.Helper()
	got := Ask[any](t, s, query, vars, headers...)
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatalf("decode the wanted data %s: %v", want, err)
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("%s %v %v\n= %s\nwant %s", query, vars, headers, JSON(got), JSON(wanted))
	}
}

// JSON returns a value as JSON, for failure messages.
func JSON(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

// Refused sends an operation and returns the code and the message of its first top-level
// error. It fails the test if there is none.
func (s *Server) Refused(t Tester, query string, vars Variables, headers ...Header) (code, message string) {
	t.Helper()
	a := s.Post(t, query, vars, headers...)
	if len(a.Errors) == 0 {
		t.Fatalf("%s\nanswered %s, want an error", query, a.Raw)
	}
	code, _ = a.Errors[0].Extensions["code"].(string)
	return code, a.Errors[0].Message
}
