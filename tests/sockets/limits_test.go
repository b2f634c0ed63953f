package sockets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestOperationsPerSocketAreLimited(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Streams.PerSocket = 3 })
	k := s.Connect(t, "")
	for i := range 3 {
		k.Subscribe(fmt.Sprint(i), listen, nil)
	}
	k.Subscribe("more", listen, nil)
	if f := k.Want("error", "more"); !strings.Contains(string(f.Payload), "LIMIT_EXCEEDED") || !strings.Contains(string(f.Payload), "3 operations") {
		t.Errorf("the fourth operation = %s, want LIMIT_EXCEEDED", f)
	}
	k.Send(`{"type":"complete","id":"0"}`)
	k.Subscribe("more", "{__typename}", nil)
	k.Want("next", "more")
}

func TestSocketsPerAddressAreLimited(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Streams.PerAddress = 2 })
	first := s.Connect(t, "")
	stream := s.Events(t, listen, nil)
	_, response, err := s.TryDial(t, "graphql-transport-ws")
	if err == nil || response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Fatalf("the third connection = %v, %v, want 429", response, err)
	}
	if a := s.AskEvents(t, http.MethodPost, listen, nil); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a third stream = %d, want 429", a.StatusCode)
	}
	_ = first.Conn.Close(websocket.StatusNormalClosure, "")
	stream.Leave()
	for range 2 {
		testserver.Until(t, "a free place", func() bool {
			_, _, err := s.TryDial(t, "graphql-transport-ws")
			return err == nil
		})
	}
}

func TestForeignOriginsAreRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.Origins = []string{"https://news.example"} })
	own := strings.Replace(s.URL, "http://", "https://", 1) // as behind a proxy that terminates TLS
	for origin, allowed := range map[string]bool{
		"": true, s.URL: true, own: true, "https://news.example": true,
		"https://evil.example": false, "https://news.example.evil.example": false, "null": false, "http://news.example": false, "https://news.example:81": false,
	} {
		var headers []header
		if origin != "" {
			headers = []header{{"Origin", origin}}
		}
		_, response, err := s.TryDial(t, "graphql-transport-ws", headers...)
		if (err == nil) != allowed || !allowed && response.StatusCode != http.StatusForbidden {
			t.Errorf("a socket from origin %q = %v, want allowed: %t", origin, response, allowed)
		}
		want := http.StatusForbidden
		if allowed {
			want = http.StatusOK
		}
		if a := s.AskEvents(t, http.MethodGet, "{__typename}", nil, headers...); a.StatusCode != want {
			t.Errorf("events from origin %q = %d, want %d", origin, a.StatusCode, want)
		}
	}
}

func TestSocketsThatDoNotAnswerPingsAreClosed(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := testserver.Start(t, func(c *app.Config) { c.Streams.PingEvery, c.Streams.PerAddress = 800*time.Millisecond, 1 })
	lively := s.Connect(t, "")
	if f, err := lively.TryRead(3 * time.Second); !errors.Is(err, context.DeadlineExceeded) { // TryRead answers pings
		t.Errorf("a socket that answers pings got %s, %v, want it to stay open", f, err)
	}
	_ = lively.Conn.Close(websocket.StatusNormalClosure, "")
	testserver.Until(t, "a free place", func() bool {
		k, _, err := s.TryDial(t, "graphql-transport-ws")
		if err != nil {
			return false
		}
		k.Send(`{"type":"connection_init"}`)
		return true
	})
	testserver.Until(t, "the close of a socket that answers no pings", func() bool {
		_, _, err := s.TryDial(t, "graphql-transport-ws")
		return err == nil
	})
}

// A client that reads nothing is cut off.
func TestSlowSocketsAreCutOff(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := testserver.Start(t, func(c *app.Config) { c.Streams.WriteWithin, c.Streams.PerAddress = 500*time.Millisecond, 1 })
	long := s.Article(t, "Long", variables{"body": strings.Repeat("long ", 40_000)})
	k := s.Connect(t, "")
	for i := range 100 {
		k.Subscribe(fmt.Sprint(i), `query($id: ID!) { node(id: $id) { ... on Article { body } } }`, variables{"id": long.ID})
	}
	testserver.Until(t, "the slow socket is cut off", func() bool {
		_, _, err := s.TryDial(t, "graphql-transport-ws")
		return err == nil
	})
}

// All goroutines of sockets and event streams end with them, however they are closed.
func TestSocketsLeaveNothingBehind(t *testing.T) {
	s := testserver.Start(t, func(c *app.Config) { c.Streams.PerAddress = -1 })
	open := func(count int) {
		var all sync.WaitGroup
		for i := range count {
			all.Go(func() {
				k := s.Connect(t, "")
				for id := range 5 {
					k.Subscribe(fmt.Sprint(id), listen, nil)
				}
				stream := s.Events(t, listen, nil)
				switch i % 3 {
				case 0:
					_ = k.Conn.Close(websocket.StatusNormalClosure, "")
				case 1:
					_ = k.Conn.CloseNow()
				default:
					k.Send("nonsense")
					k.Closed()
				}
				stream.Leave()
			})
		}
		all.Wait()
	}
	open(3)
	time.Sleep(200 * time.Millisecond)
	before := runtime.NumGoroutine()
	open(60)
	testserver.Until(t, "the end of their goroutines", func() bool {
		http.DefaultClient.CloseIdleConnections()
		return runtime.NumGoroutine() <= before+10
	})
}

func TestStoppingClosesSockets(t *testing.T) {
	t.Parallel()
	dsn := string(testserver.NewDatabase(t))
	a, err := app.New(t.Context(), app.Config{Listen: "127.0.0.1:0", Database: dsn, AdminToken: testserver.AdminToken})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	s := &testserver.Server{URL: a.URL()}
	k := s.Connect(t, "")
	k.Subscribe("1", listen, nil)
	s.Connect(t, "") // a client that does not answer the close frame
	stream := s.Events(t, listen, nil)
	begun := time.Now()
	stop()
	if how := k.Closed(); how.Code != websocket.StatusGoingAway {
		t.Errorf("the socket was closed with %v, want 1001", how)
	}
	for line := range stream.Lines {
		if strings.Contains(line, "complete") {
			t.Error("the stream sent complete, after which clients do not reconnect")
		}
	}
	if err := <-stopped; err != nil || time.Since(begun) > 3*time.Second {
		t.Errorf("Run ended after %s with %v, want nil within 3s", time.Since(begun), err)
	}
}
