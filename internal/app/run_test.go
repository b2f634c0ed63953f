package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// journal is a log that is read while others write it.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) log() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

// running runs a server until stop is called, which returns what Run returned.
func running(t *testing.T, config Config) (a *App, stop func() error) {
	t.Helper()
	a = mustNew(t, config)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	return a, func() error {
		cancel()
		return <-ended
	}
}

func post(t *testing.T, url, query string) (*http.Response, error) {
	t.Helper()
	return http.Post(url+"/graphql", "application/json", strings.NewReader(`{"query": "`+query+`"}`))
}

func TestRunServesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	config, log := fresh(t), &journal{}
	config.Log = log.log()
	welcomes := make(chan Welcome, 1)
	config.Welcome = func(w Welcome) { welcomes <- w }
	a, stop := running(t, config)
	w := <-welcomes
	if w.URL != a.URL()+"/" || w.NewToken == "" || !w.GraphiQL || w.TokenConfigured || w.Database != config.DatabaseName() {
		t.Errorf("Welcome = %+v, want the address, the database and the new token", w)
	}
	response, err := post(t, a.URL(), "{ __typename }")
	if err != nil {
		t.Fatal(err)
	}
	if _ = response.Body.Close(); response.StatusCode != http.StatusOK {
		t.Errorf("POST = %d, want 200", response.StatusCode)
	}
	if err := stop(); err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if _, err := post(t, a.URL(), "{ __typename }"); err == nil {
		t.Error("POST after the stop succeeds")
	}
	if !strings.Contains(log.String(), "msg=stopped") || strings.Contains(log.String(), "cut off") {
		t.Errorf("log = %s, want an orderly stop", log)
	}
}

// holding makes requests for topics wait for the database until release is called;
// waiting receives one value for each.
func holding(config *Config) (waiting chan struct{}, release func()) {
	waiting, held := make(chan struct{}, 8), make(chan struct{})
	config.OnRoundTrip = func(_ context.Context, trip model.RoundTrip) {
		if sent := trip.Statements[0].SQL; strings.HasPrefix(sent, "SELECT") && strings.Contains(sent, "FROM topics") {
			waiting <- struct{}{}
			<-held
		}
	}
	return waiting, func() { close(held) }
}

func TestOpenRequestsAreFinished(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		drain    time.Duration
		finished bool
	}{"in time": {time.Minute, true}, "unless they take too long": {time.Millisecond, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, log := fresh(t), &journal{}
			config.Log, config.Drain = log.log(), c.drain
			waiting, release := holding(&config)
			a, stop := running(t, config)
			status := make(chan int, 1)
			go func() {
				response, err := post(t, a.URL(), "{ topics { nodes { slug } } }")
				if err != nil {
					status <- 0
					return
				}
				_ = response.Body.Close()
				status <- response.StatusCode
			}()
			<-waiting
			stopped := make(chan error, 1)
			go func() { stopped <- stop() }()
			got := 0
			if c.finished {
				release()
				got = <-status
			} else {
				got = <-status // the connection is cut
				release()
			}
			if err := <-stopped; err != nil {
				t.Errorf("Run = %v, want nil", err)
			}
			if want := map[bool]int{true: 200, false: 0}[c.finished]; got != want || strings.Contains(log.String(), "cut off") == c.finished {
				t.Errorf("status = %d, log %s, want %d", got, log, want)
			}
		})
	}
}

func TestAServerThatStartsSaysSo(t *testing.T) {
	t.Parallel()
	s, err := listenAndServe(t.Context(), "127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	response, err := post(t, s.url(), "{ __typename }")
	if err != nil {
		t.Fatal(err)
	}
	if _ = response.Body.Close(); response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") != "1" {
		t.Errorf("POST before there is a handler = %d %v, want 503 with Retry-After", response.StatusCode, response.Header)
	}
	for range 2 {
		if err := s.close(); err != nil {
			t.Errorf("close = %v, want nil", err)
		}
	}
}

func TestShortAdminTokensAreWarnedOf(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]bool{"": false, "fifteen-letters": true, "sixteen-letters!": false} {
		var log journal
		warnOfShortToken(Config{AdminToken: token, Log: log.log()})
		if got := strings.Contains(log.String(), "short enough to be guessed"); got != want {
			t.Errorf("a warning of %q: %t, want %t", token, got, want)
		}
	}
}

func TestOlderChangesAreDropped(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	config, log, noon := fresh(t), &journal{}, time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	config.Log, config.Now, config.AdminToken = log.log(), func() time.Time { return noon }, "admin-of-the-test"
	a := mustNew(t, config)
	for _, mutation := range []string{
		`mutation { createTopic(input: {slug: "politics", names: [{language: "en", value: "Politics"}]}) { errors { message } } }`,
		`mutation { updateTopic(id: "` + model.ID{Type: model.NodeTopic, Key: 1}.String() + `", input: {names: [{language: "en", value: "Government"}]}) { errors { message } } }`,
	} {
		if got := ask(t, a, mutation, config.AdminToken).Body.String(); !strings.Contains(got, `"errors":[]`) {
			t.Fatalf("%s = %s, want no errors", mutation, got)
		}
	}
	config.Now = func() time.Time { return noon.Add(48 * time.Hour) }
	config.KeepChanges, config.CompactEvery = 24*time.Hour, time.Hour
	c := compaction{a.newsroom.store, config}
	c.compact(t.Context())
	if !strings.Contains(log.String(), "dropped=1 olderThan=24h0m0s") {
		t.Errorf("log = %s, want one change dropped", log)
	}
	c.compact(t.Context())
	if got := strings.Count(log.String(), "the change log is compacted"); got != 1 {
		t.Errorf("the log says %d times that changes were dropped, want once", got)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	c.run(gone)
	if strings.Contains(log.String(), "level=WARN") {
		t.Errorf("log = %s, want no warning of a stop", log)
	}
	c.compact(t.Context())
	if !strings.Contains(log.String(), "the change log was not compacted; it is tried again") {
		t.Errorf("log = %s, want a warning", log)
	}
}
