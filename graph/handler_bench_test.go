//go:build unix

package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/httpd"
	"github.com/diwan-cms/diwan/internal/telemetry"
)

// What a request takes from where net/http hands it over to the last byte of its answer:
// middleware, gate, execution and log, over the newsroom of graphtest with 20 articles
// more. Requests a second of the whole server are for `make bench`.
func BenchmarkHandler(b *testing.B) {
	const (
		front = `query Latest($after: String) { articles(first: 20, after: $after) { nodes { slug title language publishedAt topics { slug name } countries { code name } officials { slug name office { title } country { code name } } } } }`
		one   = `query Article($slug: String!) { article(by: {slug: $slug}) { slug language title summary body publishedAt topics { slug name } countries { code name } officials { slug name } } }`
	)
	for _, c := range []struct {
		name, query string
		variables   graphtest.Variables
		kept        int
	}{
		{"front page", front, nil, 0},
		{"article", one, graphtest.Variables{"slug": "added-7"}, 0},
		{"kept front page", front, nil, 64 << 20},
		{"kept article", one, graphtest.Variables{"slug": "added-7"}, 64 << 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			handler := benchedHandler(b, transport.AnswersConfig{Bytes: c.kept})
			body, err := json.Marshal(map[string]any{"query": c.query, "variables": c.variables})
			if err != nil {
				b.Fatal(err)
			}
			w := &answer{header: http.Header{}}
			request := func() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Accept-Language", "ar")
				clear(w.header)
				w.body = w.body[:0]
				handler.ServeHTTP(w, r)
			}
			request()
			if !bytes.HasPrefix(w.body, []byte(`{"data":{`)) || !bytes.Contains(w.body, []byte("added-")) {
				b.Fatalf("%s", w.body)
			}
			b.ReportAllocs()
			used := processorTime(b)
			for b.Loop() {
				request()
			}
			b.ReportMetric(float64(processorTime(b)-used)/float64(b.N), "cpu-ns/op")
		})
	}
}

// benchedHandler serves a newsroom of 24 articles as app does.
func benchedHandler(b *testing.B, answers transport.AnswersConfig) http.Handler {
	b.Helper()
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	told := telemetry.New(telemetry.Config{Log: log})
	s := newsroom.Start(b, graphtest.Config{
		Config: graph.Config{Telemetry: told, Transport: transport.Config{Answers: answers}}, Log: log, OnRoundTrip: told.RoundTrip,
	})
	addArticles(b, s)
	return httpd.New(httpd.Config{GraphQL: s.Handler, Admission: httpd.Admission{CheckPerspective: s.Service.Perspective}, Log: log, Telemetry: told})
}

// processorTime is how many nanoseconds of a processor the process has used: other programs
// disturb it less than they do time.
func processorTime(b *testing.B) int64 {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

// addArticles adds 20 articles about officials, a country and topics, with a body of 3 KB.
func addArticles(b *testing.B, s *graphtest.Server) {
	b.Helper()
	article := s.Data(b, `{ article(by: {slug: "first"}) { officials { id } countries { id } topics { id } } }`, nil)
	var found struct {
		Article map[string][]struct{ ID string }
	}
	if err := json.Unmarshal([]byte(article), &found); err != nil {
		b.Fatal(err)
	}
	for i := range 20 {
		input := map[string]any{"language": "ar", "slug": fmt.Sprintf("added-%d", i), "title": fmt.Sprintf("مقال %d", i), "body": strings.Repeat("نص عن الانتخابات في المغرب. ", 70), "publish": true}
		for relation, tags := range found.Article {
			ids := make([]string, len(tags))
			for i, tag := range tags {
				ids[i] = tag.ID
			}
			input[relation] = ids
		}
		body, err := json.Marshal(map[string]any{"query": `mutation ($input: CreateArticleInput!) { createArticle(input: $input) { errors { message } } }`, "variables": map[string]any{"input": input}})
		if err != nil {
			b.Fatal(err)
		}
		r := httptest.NewRequestWithContext(auth.WithActor(b.Context(), graphtest.Editor()), http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `"errors":[]`) {
			b.Fatalf("createArticle = %s, want no errors", w.Body)
		}
	}
}

// answer takes an answer and keeps its buffers for the next.
type answer struct {
	header http.Header
	body   []byte
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(int) {}

func (a *answer) Write(b []byte) (int, error) {
	a.body = append(a.body, b...)
	return len(b), nil
}
