package graph_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

// events reads what a subscription sends as Server-Sent Events.
type events struct {
	t    *testing.T
	text *bufio.Scanner
}

// subscribe starts a subscription, and waits until it runs.
func subscribe(t *testing.T, s *graphtest.Server, actor auth.Actor, subscription string) events {
	t.Helper()
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Handler.ServeHTTP(w, r.WithContext(auth.WithActor(r.Context(), actor)))
	}))
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() {
		cancel()
		served.Close()
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, served.URL+"?query="+url.QueryEscape(subscription), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return events{t, bufio.NewScanner(response.Body)}
}

// next returns the data of the next event.
func (e events) next() string {
	e.t.Helper()
	for e.text.Scan() {
		if data, isData := strings.CutPrefix(e.text.Text(), "data: "); isData {
			return data
		}
	}
	e.t.Errorf("the stream ended: %v", e.text.Err()) // perhaps not on the goroutine of the test
	return ""
}

func streaming() graphtest.Config {
	config := graphtest.Config{Actor: graphtest.Editor()}
	config.Streams = transport.NewStreams(transport.StreamConfig{})
	return config
}

// beginning is the cursor of the first change.
func beginning(t *testing.T, s *graphtest.Server) string {
	t.Helper()
	_, after, _ := strings.Cut(s.Data(t, `{ changes(first: 1) { nodes { cursor } } }`, nil), `"cursor":"`)
	cursor, _, _ := strings.Cut(after, `"`)
	return cursor
}

// Changes come with the nodes as they are now, loaded for each event.
func TestChanges(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, streaming())
	e := subscribe(t, s, graphtest.Editor(), `subscription { changes(after: "`+beginning(t, s)+`", types: [TOPIC]) { kind node { ... on Topic { slug parent { slug } } } } }`)
	for _, want := range []string{
		`{"changes":{"kind":"CREATED","node":{"slug":"politics","parent":null}}}`,
		`{"changes":{"kind":"CREATED","node":{"slug":"elections","parent":{"slug":"politics"}}}}`,
	} {
		if got := e.next(); !strings.HasPrefix(got, `{"data":`+want) {
			t.Errorf("event = %s, want %s", got, want)
		}
	}
	s.Data(t, `mutation { deleteTopic(id: "`+id(model.NodeTopic, 2)+`") { errors { code } } }`, nil) // is in use: nothing changes
	s.Data(t, `mutation { updateTopic(id: "`+id(model.NodeTopic, 1)+`", input: {slug: "politique"}) { errors { code } } }`, nil)
	if got, want := e.next(), `{"data":{"changes":{"kind":"UPDATED","node":{"slug":"politique","parent":null}}}`; !strings.HasPrefix(got, want) {
		t.Errorf("event = %s, want %s", got, want)
	}
}

// An event has the relations that the subscription requests.
func TestArticlePublished(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, streaming())
	e := subscribe(t, s, auth.Actor{}, `subscription { articlePublished(filter: {title: {eq: "Fourth"}}) { title officials { slug } } }`)
	published := make(chan string, 1)
	go func() { published <- e.next() }()
	fourth := id(model.NodeArticle, 4)
	for { // the subscription may begin a moment after the stream does
		s.Data(t, `mutation { publishArticle(id: "`+fourth+`") { errors { code } } }`, nil)
		s.Data(t, `mutation { unpublishArticle(id: "`+fourth+`") { errors { code } } }`, nil)
		s.Data(t, `mutation { publishArticle(id: "`+fourth+`") { errors { code } } }`, nil)
		select {
		case got := <-published:
			if want := `{"data":{"articlePublished":{"title":"Fourth","officials":[]}}`; !strings.HasPrefix(got, want) {
				t.Errorf("event = %s, want %s", got, want)
			}
			return
		default:
		}
	}
}

// What is wrong with a subscription is its only event.
func TestRefusedSubscriptions(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, streaming())
	for subscription, want := range map[string]string{
		`subscription { changes(after: "nowhere") { kind } }`:                  `"code":"INVALID_CURSOR"`,
		`subscription { articlePublished(filter: {id: {eq: "x"}}) { title } }`: `"code":"INVALID"`,
	} {
		if got := subscribe(t, s, auth.Actor{}, subscription).next(); !strings.Contains(got, want) {
			t.Errorf("%s = %s, want %s", subscription, got, want)
		}
	}
}
