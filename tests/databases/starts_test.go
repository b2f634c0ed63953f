package databases

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestStartWaitsForTheServer(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	n.refuse()
	log := &testserver.Log{}
	started := make(chan error, 1)
	address := freeAddress(t)
	go func() {
		a, err := app.New(t.Context(), app.Config{Listen: address, Database: n.url(), DatabaseWait: time.Minute, Log: log.Logger()})
		if err == nil {
			err = a.Close()
		}
		started <- err
	}()
	testserver.Until(t, "the second try", func() bool { return len(log.Lines("level=WARN")) == 2 })
	waiting := &testserver.Server{URL: "http://" + address}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable} {
		if got := waiting.Status(t, path); got != want {
			t.Errorf("%s while waiting = %d, want %d", path, got, want)
		}
	}
	if a := waiting.Post(t, `{ __typename }`, nil); a.Status != http.StatusServiceUnavailable || a.Errors[0].Extensions["code"] != "UNAVAILABLE" {
		t.Errorf("/graphql while waiting = %d %s, want 503 UNAVAILABLE", a.Status, a.Raw)
	}
	n.listen()
	if err := <-started; err != nil {
		t.Fatalf("New after the server came up = %v", err)
	}
	if warnings := log.Lines("level=WARN"); len(warnings) > 3 || len(log.Lines("level=WARN", "trying again", "database=postgres://"+n.address, "in=1s", "refused")) != len(warnings) {
		t.Errorf("log = %s, want one line for each try, with the reason", log)
	}
}

// freeAddress returns an address on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestStartGivesUpInTime(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	n.refuse()
	log := &testserver.Log{}
	begun := time.Now()
	_, err := app.New(t.Context(), app.Config{Listen: "127.0.0.1:0", Database: n.url(), DatabaseWait: 1500 * time.Millisecond, Log: log.Logger()})
	if err == nil || strings.ContainsAny(err.Error(), "\n\t") || !strings.Contains(err.Error(), "cannot be reached") || !strings.Contains(err.Error(), "tried for 1.5s") {
		t.Errorf("New = %v, want one line that says how long New tried", err)
	}
	if took := time.Since(begun); took > 3*time.Second || len(log.Lines("level=WARN")) != 1 {
		t.Errorf("New took %s and logged %s, want two tries", took, log)
	}
}

// Ctrl-C ends the wait at once, between tries and during one.
func TestStartCanBeInterrupted(t *testing.T) {
	t.Parallel()
	for name, breakDown := range map[string]func(*wire){"between tries": (*wire).refuse, "while connecting": (*wire).stall} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newWire(t)
			breakDown(n)
			log := &testserver.Log{}
			ctx, interrupt := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				_, err := app.New(ctx, app.Config{Listen: "127.0.0.1:0", Database: n.url("connect_timeout=1"), DatabaseWait: time.Minute, Log: log.Logger()})
				ended <- err
			}()
			testserver.Until(t, "a try", func() bool { return len(log.Lines("level=WARN")) == 1 })
			if name == "while connecting" { // the next try is under way
				time.Sleep(1100 * time.Millisecond)
			}
			begun := time.Now()
			interrupt()
			err := <-ended
			if took := time.Since(begun); took > 300*time.Millisecond || !errors.Is(err, context.Canceled) {
				t.Errorf("New ended after %s with %v, want at once, canceled", took, err)
			}
		})
	}
}

// Errors that waiting does not mend are reported at once, in one line with advice.
func TestStartRetriesOnlyWhatWaitingMends(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	version := admin[int](t, n.dsn, "SELECT current_setting('server_version_num')::int")
	older := func(_ *pair, b []byte) []byte {
		big := func(v int) []byte { return []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)} }
		return bytes.ReplaceAll(b, big(version), big(140012))
	}
	user := n.role("right")
	cases := []struct {
		name, dsn, want string
		answered        func(*pair, []byte) []byte
	}{
		{"an unknown database", strings.Replace(n.url(), "/diwan_test_", "/diwan_none_", 1), "make it with CREATE DATABASE", nil},
		{"an unknown sslmode", strings.Replace(n.url(), "sslmode=disable", "sslmode=on", 1), "sslmode", nil},
		{"TLS where there is none", strings.Replace(n.url(), "sslmode=disable", "sslmode=require", 1), "sslmode", nil},
		{"an option that is none", n.url("statement_timeuot=5s"), "statement_timeuot", nil},
		{"a time that is none", n.url("statement_timeout=soon"), "statement_timeout", nil},
		{"a pool of none", n.url("pool_max_conns=0"), "pool_max_conns", nil},
		{"a server that is too old", n.url(), "Diwan needs 15 or newer", older},
		{"a user who may not make tables", withUser(t, n.url(), user, "right"), "GRANT CREATE ON SCHEMA public", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n.watch(nil, c.answered)
			defer n.watch(nil, nil)
			log := &testserver.Log{}
			begun := time.Now()
			_, err := app.New(t.Context(), app.Config{Listen: "127.0.0.1:0", Database: c.dsn, DatabaseWait: time.Minute, Log: log.Logger()})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\t") {
				t.Errorf("New = %v, want one line with %q", err, c.want)
			}
			if took := time.Since(begun); took > 5*time.Second || log.String() != "" { // goose tries for 3 s to create its first table
				t.Errorf("New took %s and logged %s, want no second try", took, log)
			}
		})
	}
}

func TestServersMayStartAtOnce(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	errs := make([]error, 4)
	var tokens sync.Map
	var together sync.WaitGroup
	for i := range errs {
		together.Go(func() {
			a, err := app.New(t.Context(), app.Config{
				// On a busy machine, the turn to write may come late.
				Listen: "127.0.0.1:0", Database: n.url("statement_timeout=2min", "lock_timeout=2min"), Demo: true, Now: func() time.Time { return testserver.Moment },
				Welcome: func(w app.Welcome) { tokens.Store(i, w.NewToken) },
			})
			if err == nil {
				ctx, stop := context.WithCancel(t.Context())
				stop()
				err = a.Run(ctx)
			}
			errs[i] = err
		})
	}
	together.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	made := 0
	tokens.Range(func(_, token any) bool {
		if token != "" {
			made++
		}
		return true
	})
	if made != 1 {
		t.Errorf("%d servers made admin tokens, want 1", made)
	}
	alone := newWire(t)
	if err := testserver.FillDatabase(alone.dsn, true); err != nil {
		t.Fatal(err)
	}
	const written = "SELECT format('%s changes, %s twice, %s countries, %s migrations', count(*), count(*) - count(DISTINCT (node_type, node_id)), (SELECT count(*) FROM countries), (SELECT count(*) FROM goose_db_version)) FROM changes"
	if got, want := admin[string](t, n.dsn, written), admin[string](t, alone.dsn, written); got != want {
		t.Errorf("four servers wrote %s, want %s as from one", got, want)
	}
}
