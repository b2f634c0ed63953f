package databases

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// within fails the test if something took longer than others may be held up.
func within(t testing.TB, what string, began time.Time) {
	t.Helper()
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("%s took %s, want at most 8 s", what, took)
	}
}

// A server that is frozen inside of a write loses its turn, and the other servers go on. When
// it is thawed, its client is told that nothing was written.
func TestAFrozenServerHoldsUpNobodyForLong(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	n := newWire(t)
	healthy, _ := startOn(t, n.dsn)
	frozen := testserver.Launch(t, n.url())
	as := header{"Authorization", "Bearer " + frozen.Token}
	if frozen.Token == "" {
		as = testserver.AsAdmin
	}
	thaw := sync.OnceFunc(func() { frozen.Signal(t, syscall.SIGCONT) })
	defer thaw()
	inside := make(chan bool)
	var once sync.Once
	n.watch(func(_ *pair, b []byte) []byte {
		if bytes.Contains(b, []byte("INSERT INTO")) && bytes.Contains(b, []byte("topics")) {
			once.Do(func() {
				frozen.Signal(t, syscall.SIGSTOP)
				close(inside)
			})
		}
		return b
	}, nil)
	answer := make(chan testserver.Answer, 1)
	go func() { answer <- frozen.Post(t, testserver.WriteTopic, variables{"slug": "frozen"}, as) }()
	<-inside
	began := time.Now()
	testserver.Ask[any](t, healthy, testserver.WriteTopic, variables{"slug": "healthy"}, testserver.AsAdmin)
	within(t, "the write of another server", began)
	thaw()
	if message := unavailable(t, <-answer); !strings.Contains(message, "nothing was written") {
		t.Errorf("message = %q, want that nothing was written", message)
	}
	if got := admin[string](t, n.dsn, "SELECT string_agg(slug, ' ') FROM topics"); got != "healthy" {
		t.Errorf("topics = %s, want that of the other server", got)
	}
	testserver.Ask[any](t, &frozen.Server, testserver.WriteTopic, variables{"slug": "thawed"}, as)
}

// Connections that the network holds up, or has forgotten, do not hold up clients: with the
// options of the URL left alone, all are answered within 8 seconds.
func TestHalfOpenConnectionsAreNoticed(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	for name, onlyOpen := range map[string]bool{"all connections": false, "those that are open": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newWire(t)
			s, _ := startOn(t, n.url())
			testserver.Ask[any](t, s, readCountry, nil)
			testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "before"}, testserver.AsAdmin)
			if onlyOpen {
				n.forget()
			} else {
				n.stall()
				t.Cleanup(n.resume)
			}
			var all sync.WaitGroup
			for i := range 4 {
				all.Go(func() {
					began := time.Now()
					if i%2 == 0 {
						s.Post(t, readCountry, nil)
						within(t, "a read", began)
						return
					}
					s.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprint("during-", i)}, testserver.AsAdmin)
					within(t, "a write", began)
				})
			}
			all.Wait()
			n.resume()
			testserver.Until(t, "/readyz 200", func() bool { return s.Status(t, "/readyz?for=write") == http.StatusOK })
			testserver.Until(t, "a read", func() bool { return len(s.Post(t, readCountry, nil).Errors) == 0 })
		})
	}
}

// A statement that takes long is no silence: the server is at work.
func TestSlowStatementsAreNoSilence(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	n := newWire(t)
	s, _ := startOn(t, n.url("lock_timeout=0"))
	release := hold(t, n.dsn, "LOCK TABLE topics")
	answer := make(chan testserver.Answer, 1)
	go func() { answer <- s.Post(t, `{ topics { nodes { slug } } }`, nil) }()
	select {
	case a := <-answer:
		t.Errorf("answer = %s, before the statement ended", a.Raw)
	case <-time.After(5 * time.Second): // after the connection was looked after
		release()
		if a := <-answer; len(a.Errors) > 0 {
			t.Errorf("answer = %s, want topics", a.Raw)
		}
	}
}

// All values of libpq's target_session_attrs: of a server that writes, those that it has connect.
func TestTargetSessionAttrs(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	for value, fits := range map[string]bool{"any": true, "read-write": true, "primary": true, "prefer-standby": true, "read-only": false, "standby": false} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			url := n.url("target_session_attrs=" + value)
			if !fits {
				testserver.WantRefusal(t, testserver.Program(t, "serve", "--listen=127.0.0.1:0", "--demo=false", "--database-wait=0s", "--database", url), "target_session_attrs="+value)
				return
			}
			s, _ := startOn(t, url)
			testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": value}, testserver.AsAdmin)
			testserver.Ask[any](t, s, readCountry, nil)
		})
	}
}
