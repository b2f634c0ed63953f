package testserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Program is a command that runs diwan with these arguments. It runs the binary of
// the test, which [Main] turns into that program, so that nothing need be built.
func Program(t testing.TB, arguments ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), path, arguments...)
	command.Env = append(os.Environ(), runAsProgram+"=1", "DIWAN_ADMIN_TOKEN=")
	return command
}

// Process is a diwan serve that runs as a process of its own.
type Process struct {
	Server
	Command *exec.Cmd
	// Token is the admin token that it printed, empty where it made none.
	Token string
	// Output is what it has written to the standard error, complete once it has ended.
	Output bytes.Buffer
	// Ended is closed when it has ended.
	Ended chan struct{}
}

// Launch starts diwan serve on a database, without the demo newsroom, and returns
// once it serves. The words of before are put in front of the command, such as "env"
// and variables. It is killed with the test.
func Launch(t *testing.T, database string, before ...string) *Process {
	t.Helper()
	serve := Program(t, "serve", "--listen=127.0.0.1:0", "--demo=false", "--database", database)
	arguments := append(before, serve.Args...)
	p := &Process{Command: exec.Command(arguments[0], arguments[1:]...), Ended: make(chan struct{})}
	p.Command.Env = serve.Env
	stderr, err := p.Command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(io.TeeReader(stderr, &p.Output))
	for p.URL == "" && lines.Scan() {
		var line struct{ GraphiQL, Token string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			break // no log yet: it says why it does not start
		}
		p.Token += line.Token
		p.URL = strings.TrimSuffix(line.GraphiQL, "/")
	}
	go func() {
		defer close(p.Ended)
		for lines.Scan() {
		}
		_ = p.Command.Wait() // its status is in ProcessState
	}()
	t.Cleanup(func() {
		_ = p.Command.Process.Kill() // it may have ended long ago
		<-p.Ended
	})
	if p.URL == "" {
		<-p.Ended
		t.Fatalf("it did not serve: %s", &p.Output)
	}
	return p
}

// Address is the host and the port where it serves.
func (p *Process) Address() string { return strings.TrimPrefix(p.URL, "http://") }

// Signal sends a signal to the process.
func (p *Process) Signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.Command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// Wait waits until the process has ended and returns its exit status, -1 if a signal
// ended it.
func (p *Process) Wait(t *testing.T) int {
	t.Helper()
	<-p.Ended
	return p.Command.ProcessState.ExitCode()
}

// WantRefusal runs a command, which must end with status 1 and one line that contains
// the sentence.
func WantRefusal(t *testing.T, command *exec.Cmd, sentence string) {
	t.Helper()
	output, err := command.CombinedOutput()
	if command.ProcessState == nil || command.ProcessState.ExitCode() != 1 {
		t.Errorf("%s: %v, want exit status 1", command, err)
	}
	if !strings.HasPrefix(string(output), "diwan: ") || !strings.Contains(string(output), sentence) || strings.Count(string(output), "\n") != 1 {
		t.Errorf("%s printed %q, want one line with %q", command, output, sentence)
	}
}

// runAsProgram is the environment variable with which a test binary is the program
// diwan instead of running tests.
const runAsProgram = "DIWAN_TEST_RUN_PROGRAM"
