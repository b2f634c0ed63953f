package tests

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// TestProcess runs the program as people do: built, started, signalled, killed.
func TestProcess(t *testing.T) {
	t.Parallel()
	diwan := program(t)

	t.Run("a second start keeps everything and shows no token", func(t *testing.T) {
		t.Parallel()
		database := filepath.Join(t.TempDir(), "diwan.db")
		first := launch(t, diwan, database)
		if !strings.HasPrefix(first.token, "diwan_") {
			t.Fatalf("token of the first start = %q, want one", first.token)
		}
		createTopic(t, first, "سياسة")
		first.signal(t, syscall.SIGTERM)
		if status := first.wait(t); status != 0 {
			t.Errorf("exit status after SIGTERM = %d, want 0: %s", status, &first.log)
		}
		for _, left := range []string{"-wal", "-shm"} {
			if _, err := os.Stat(database + left); err == nil {
				t.Errorf("%s%s is left, want the database closed cleanly", database, left)
			}
		}

		second := launch(t, diwan, database)
		if second.token != "" {
			t.Errorf("token of the second start = %q, want none", second.token)
		}
		wantTopic(t, second, "سياسة")
		second.token = first.token
		createTopic(t, second, "اقتصاد")
		second.signal(t, os.Interrupt)
		if status := second.wait(t); status != 0 {
			t.Errorf("exit status after an interrupt = %d, want 0: %s", status, &second.log)
		}
	})

	t.Run("SIGTERM lets an open request finish", func(t *testing.T) {
		t.Parallel()
		p := launch(t, diwan, filepath.Join(t.TempDir(), "diwan.db"))
		slow := openSlowly(t, p.address())
		p.signal(t, syscall.SIGTERM)
		untilClosed(t, p.address())
		if got := slow.finish(t); !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.Contains(got, `{"data":{"__typename":"Query"}`) {
			t.Errorf("answer = %s, want 200 and data", got)
		}
		if status := p.wait(t); status != 0 {
			t.Errorf("exit status = %d, want 0: %s", status, &p.log)
		}
	})

	t.Run("a second signal stops at once", func(t *testing.T) {
		t.Parallel()
		p := launch(t, diwan, filepath.Join(t.TempDir(), "diwan.db"))
		openSlowly(t, p.address())
		p.signal(t, syscall.SIGTERM)
		begun := time.Now()
		again := time.NewTicker(50 * time.Millisecond)
		defer again.Stop()
		for ended := false; !ended; {
			select {
			case <-p.ended:
				ended = true
			case <-again.C:
				_ = p.command.Process.Signal(syscall.SIGTERM) // fails when it has ended meanwhile
			}
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("it stopped after %s, want at once", took)
		}
		if got := p.command.ProcessState.Sys().(syscall.WaitStatus).Signal(); got != syscall.SIGTERM {
			t.Errorf("it was ended by %v, want SIGTERM", got)
		}
	})

	t.Run("what was acknowledged survives kill -9", func(t *testing.T) {
		t.Parallel()
		database := filepath.Join(t.TempDir(), "diwan.db")
		p := launch(t, diwan, database)
		createTopic(t, p, "بيئة")
		p.signal(t, os.Kill)
		p.wait(t)
		wantTopic(t, launch(t, diwan, database), "بيئة")
	})

	t.Run("a taken port is told in one line", func(t *testing.T) {
		t.Parallel()
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		wantRefusal(t, exec.CommandContext(t.Context(), diwan, "--listen", taken.Addr().String(), "--database", filepath.Join(t.TempDir(), "diwan.db")),
			"something else listens on "+taken.Addr().String())
	})
}

func TestBinaryWithoutFullTextSearchSaysSo(t *testing.T) {
	t.Parallel()
	diwan := filepath.Join(t.TempDir(), "diwan")
	if err := build("", diwan); err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(t.TempDir(), "diwan.db")
	for _, args := range [][]string{{"serve", "--listen=127.0.0.1:0"}, {"migrate"}} {
		wantRefusal(t, exec.CommandContext(t.Context(), diwan, append(args, "--database", database)...), "build it with `go build -tags sqlite_fts5`, or with `make build`")
	}
	if _, err := os.Stat(database); err == nil {
		t.Error("the refused start made a database")
	}
}

func TestRequestsThatTakeTooLongAreCutOff(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), app.Config{
		Listen: "127.0.0.1:0", Database: filepath.Join(t.TempDir(), "diwan.db"), AdminToken: adminToken, Drain: 10 * time.Millisecond,
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

// programFolder is for what all tests share; TestMain makes and removes it.
var programFolder string

// built builds the program once for all tests.
var built = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(programFolder, "diwan")
	return path, build("sqlite_fts5", path)
})

// program is the path of the program.
func program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// build builds the program with these build tags, whatever GOFLAGS says.
func build(tags, path string) error {
	command := exec.Command("go", "build", "-buildvcs=false", "-tags="+tags, "-o", path, "..")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", command, err, output)
	}
	return nil
}

// process is a running program.
type process struct {
	server
	command *exec.Cmd
	// token is what it showed before it served.
	token string
	log   bytes.Buffer
	ended chan struct{}
}

// launch starts the program on a database without the demo, and waits until it
// serves. What is given beside is put before the command.
func launch(t *testing.T, diwan, database string, before ...string) *process {
	t.Helper()
	p := &process{ended: make(chan struct{})}
	arguments := append(before, diwan, "serve", "--listen=127.0.0.1:0", "--demo=false", "--database", database)
	p.command = exec.Command(arguments[0], arguments[1:]...)
	p.command.Env = append(os.Environ(), "DIWAN_ADMIN_TOKEN=")
	stderr, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(io.TeeReader(stderr, &p.log))
	for p.URL == "" && lines.Scan() {
		var line struct{ GraphiQL, Token string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			break // no log yet: it says why it does not start
		}
		p.token += line.Token
		p.URL = strings.TrimSuffix(line.GraphiQL, "/")
	}
	go func() {
		defer close(p.ended)
		for lines.Scan() {
		}
		_ = p.command.Wait() // its status is in ProcessState
	}()
	t.Cleanup(func() {
		_ = p.command.Process.Kill() // it may have ended long ago
		<-p.ended
	})
	if p.URL == "" {
		<-p.ended
		t.Fatalf("it did not serve: %s", &p.log)
	}
	return p
}

func (p *process) address() string { return strings.TrimPrefix(p.URL, "http://") }

func (p *process) signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// wait waits for the end and answers the exit status, -1 when a signal ended it.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	<-p.ended
	return p.command.ProcessState.ExitCode()
}

// createTopic writes a topic, and returns once that was acknowledged.
func createTopic(t *testing.T, p *process, slug string) {
	t.Helper()
	type payload struct {
		CreateTopic struct{ Topic struct{ Slug string } }
	}
	const mutation = `mutation($slug: String!) {
		createTopic(input: {slug: $slug, names: [{value: $slug, language: "ar"}]}) { topic { slug } errors { message } }
	}`
	got := ask[payload](t, &p.server, mutation, variables{"slug": slug}, header{"Authorization", "Bearer " + p.token})
	if got.CreateTopic.Topic.Slug != slug {
		t.Fatalf("createTopic(%s) = %+v", slug, got)
	}
}

func wantTopic(t *testing.T, p *process, slug string) {
	t.Helper()
	type found struct{ Topic *struct{ Slug string } }
	got := ask[found](t, &p.server, `query($slug: String!) { topic(by: {slug: $slug}) { slug } }`, variables{"slug": slug})
	if got.Topic == nil || got.Topic.Slug != slug {
		t.Errorf("topic %s after the restart = %+v, want it", slug, got.Topic)
	}
}

// wantRefusal runs a command that must end with status 1 and one line.
func wantRefusal(t *testing.T, command *exec.Cmd, sentence string) {
	t.Helper()
	output, err := command.CombinedOutput()
	if command.ProcessState == nil || command.ProcessState.ExitCode() != 1 {
		t.Errorf("%s: %v, want exit status 1", command, err)
	}
	if !strings.HasPrefix(string(output), "diwan: ") || !strings.Contains(string(output), sentence) || strings.Count(string(output), "\n") != 1 {
		t.Errorf("%s printed %q, want one line with %q", command, output, sentence)
	}
}

// slowRequest is a request whose body has arrived in part.
type slowRequest struct {
	connection net.Conn
	answer     *bufio.Reader
	rest       string
}

// openSlowly sends the first half of a request, and returns once the server is
// reading its body: that is when it says 100 Continue.
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

// finish sends the second half and answers all that comes back.
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

// untilClosed waits until nobody listens on the address any more.
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
