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

// Program returns a command that runs diwan with these arguments. It runs the test binary,
// which [Main] turns into the program, so that nothing need be built.
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
	// Token is the admin token that the process printed; empty if it made none.
	Token string
	// Output is the standard error so far, complete once Ended is closed.
	Output bytes.Buffer
	// Ended is closed when the process has ended.
	Ended chan struct{}
}

// Launch starts diwan serve on a database, without the demo newsroom, and returns once the
// process serves. The words of before precede the command, such as "env" and variables.
// The process is killed at the end of the test.
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
			break // not a line of the log: the reason why it does not start
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
		_ = p.Command.Process.Kill() // the process may have ended before
		<-p.Ended
	})
	if p.URL == "" {
		<-p.Ended
		t.Fatalf("diwan serve ended without serving: %s", &p.Output)
	}
	return p
}

// Address returns the host and the port where the process serves.
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

// WantRefusal fails the test unless the command ends with status 1 and one line of output
// that contains the sentence.
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

// runAsProgram is the environment variable that makes a test binary run as diwan instead
// of running tests.
const runAsProgram = "DIWAN_TEST_RUN_PROGRAM"
