package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestTheProgramStartsAndStops starts the program, and stops it with signals.
func TestTheProgramStartsAndStops(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	t.Run("a second start keeps everything and shows no token", func(t *testing.T) {
		t.Parallel()
		database := filepath.Join(t.TempDir(), "diwan.db")
		first := testserver.Launch(t, database)
		if !strings.HasPrefix(first.Token, "diwan_") {
			t.Fatalf("token of the first start = %q, want a token", first.Token)
		}
		createTopic(t, first, "سياسة")
		first.Signal(t, syscall.SIGTERM)
		if status := first.Wait(t); status != 0 {
			t.Errorf("exit status after SIGTERM = %d, want 0: %s", status, &first.Output)
		}
		for _, left := range []string{"-wal", "-shm"} {
			if _, err := os.Stat(database + left); err == nil {
				t.Errorf("%s%s exists after SIGTERM, want the database closed cleanly", database, left)
			}
		}

		second := testserver.Launch(t, database)
		if second.Token != "" {
			t.Errorf("token of the second start = %q, want none", second.Token)
		}
		wantTopic(t, second, "سياسة")
		second.Token = first.Token
		createTopic(t, second, "اقتصاد")
		second.Signal(t, os.Interrupt)
		if status := second.Wait(t); status != 0 {
			t.Errorf("exit status after an interrupt = %d, want 0: %s", status, &second.Output)
		}
	})

	t.Run("SIGTERM lets an open request finish", func(t *testing.T) {
		t.Parallel()
		p := testserver.Launch(t, filepath.Join(t.TempDir(), "diwan.db"))
		slow := openSlowly(t, p.Address())
		p.Signal(t, syscall.SIGTERM)
		untilClosed(t, p.Address())
		if got := slow.finish(t); !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.Contains(got, `{"data":{"__typename":"Query"}`) {
			t.Errorf("answer = %s, want 200 and data", got)
		}
		if status := p.Wait(t); status != 0 {
			t.Errorf("exit status = %d, want 0: %s", status, &p.Output)
		}
	})

	t.Run("a second signal stops at once", func(t *testing.T) {
		t.Parallel()
		p := testserver.Launch(t, filepath.Join(t.TempDir(), "diwan.db"))
		openSlowly(t, p.Address())
		p.Signal(t, syscall.SIGTERM)
		begun := time.Now()
		again := time.NewTicker(50 * time.Millisecond)
		defer again.Stop()
		for ended := false; !ended; {
			select {
			case <-p.Ended:
				ended = true
			case <-again.C:
				_ = p.Command.Process.Signal(syscall.SIGTERM) // fails once the process has ended
			}
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("the process stopped after %s, want at most 5s", took)
		}
		if got := p.Command.ProcessState.Sys().(syscall.WaitStatus).Signal(); got != syscall.SIGTERM {
			t.Errorf("the process was ended by %v, want SIGTERM", got)
		}
	})

	t.Run("an acknowledged write survives kill -9", func(t *testing.T) {
		t.Parallel()
		database := filepath.Join(t.TempDir(), "diwan.db")
		p := testserver.Launch(t, database)
		createTopic(t, p, "بيئة")
		p.Signal(t, os.Kill)
		p.Wait(t)
		wantTopic(t, testserver.Launch(t, database), "بيئة")
	})

	t.Run("a port in use is reported in one line", func(t *testing.T) {
		t.Parallel()
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		testserver.WantRefusal(t, testserver.Program(t, "--listen", taken.Addr().String(), "--database", filepath.Join(t.TempDir(), "diwan.db")),
			"something else listens on "+taken.Addr().String())
	})
}

func TestStoppingCutsOffSlowRequests(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), app.Config{
		Listen: "127.0.0.1:0", Database: filepath.Join(t.TempDir(), "diwan.db"), AdminToken: testserver.AdminToken, Drain: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	slow := openSlowly(t, strings.TrimPrefix(a.URL(), "http://"))
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if rest, _ := io.ReadAll(slow.answer); len(rest) > 0 {
		t.Errorf("answer = %q, want none", rest)
	}
}

// createTopic creates a topic, and returns once the server has acknowledged it.
func createTopic(t *testing.T, p *testserver.Process, slug string) {
	t.Helper()
	type payload struct {
		CreateTopic struct{ Topic struct{ Slug string } }
	}
	const mutation = `mutation($slug: String!) {
		createTopic(input: {slug: $slug, names: [{value: $slug, language: "ar"}]}) { topic { slug } errors { message } }
	}`
	got := testserver.Ask[payload](t, &p.Server, mutation, variables{"slug": slug}, header{"Authorization", "Bearer " + p.Token})
	if got.CreateTopic.Topic.Slug != slug {
		t.Fatalf("createTopic(%s) = %+v", slug, got)
	}
}

func wantTopic(t *testing.T, p *testserver.Process, slug string) {
	t.Helper()
	type found struct{ Topic *struct{ Slug string } }
	got := testserver.Ask[found](t, &p.Server, `query($slug: String!) { topic(by: {slug: $slug}) { slug } }`, variables{"slug": slug})
	if got.Topic == nil || got.Topic.Slug != slug {
		t.Errorf("topic %s = %+v, want it in the database", slug, got.Topic)
	}
}

// slowRequest is a request that has sent half of its body.
type slowRequest struct {
	connection net.Conn
	answer     *bufio.Reader
	rest       string
}

// openSlowly sends the first half of a request, and returns once the server reads the body,
// which it announces by 100 Continue.
func openSlowly(t *testing.T, address string) *slowRequest {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	body := `{"query": "{ __typename }"}`
	half := len(body) / 2
	_, err = fmt.Fprintf(connection, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n%s", address, len(body), body[:half])
	if err != nil {
		t.Fatal(err)
	}
	slow := &slowRequest{connection, bufio.NewReader(connection), body[half:]}
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		if got, err := slow.answer.ReadString('\n'); err != nil || got != want {
			t.Fatalf("line = %q, %v, want %q", got, err, want)
		}
	}
	return slow
}

// finish sends the second half and returns the whole response.
func (s *slowRequest) finish(t *testing.T) string {
	t.Helper()
	if _, err := io.WriteString(s.connection, s.rest); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(s.answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// untilClosed waits until nobody listens on the address.
func untilClosed(t *testing.T, address string) {
	t.Helper()
	for {
		connection, err := net.Dial("tcp", address)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Fatal(err)
		}
		if err == nil {
			_ = connection.Close()
		}
	}
}
