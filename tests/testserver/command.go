package testserver

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/internal/cli"
)

// Result is the exit status of a diwan command, and its output.
type Result struct {
	Status         int
	Stdout, Stderr string
}

// Run runs a diwan command on the database, in this process.
func (d Database) Run(ctx context.Context, stdin io.Reader, args ...string) Result {
	var stdout, stderr bytes.Buffer
	status := cli.Main(ctx, cli.Process{
		Args: args, Stdin: stdin, Stdout: &stdout, Stderr: &stderr,
		Getenv: func(name string) string { return map[string]string{"DIWAN_DATABASE": string(d)}[name] },
	})
	return Result{status, stdout.String(), stderr.String()}
}

// Import imports lines through the standard input.
func (d Database) Import(lines ...string) Result {
	return d.Run(context.Background(), strings.NewReader(strings.Join(lines, "\n")), "import", "-")
}

// MustImport imports lines, and fails the test unless that succeeds.
func (d Database) MustImport(t Tester, lines ...string) Result {
	t.Helper()
	r := d.Import(lines...)
	if r.Status != 0 {
		t.Fatalf("import = %d, %s%s, want 0", r.Status, r.Stdout, r.Stderr)
	}
	return r
}

// Export returns the output of an export, and fails the test unless that succeeds.
func (d Database) Export(t Tester, args ...string) string {
	t.Helper()
	r := d.Run(context.Background(), strings.NewReader(""), append([]string{"export"}, args...)...)
	if r.Status != 0 || r.Stderr != "" {
		t.Fatalf("export = %d, %s", r.Status, r.Stderr)
	}
	return r.Stdout
}

// Content returns the export without the lines of countries, and without times of writing.
func (d Database) Content(t Tester, args ...string) string {
	t.Helper()
	lines := slices.Collect(strings.Lines(Timeless(d.Export(t, args...))))
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, `{"type":"country"`) }), "")
}

// Timeless returns an export without the times at which its nodes were created and changed.
func Timeless(export string) string {
	return regexp.MustCompile(`,"(created|updated)At":"[^"]*"`).ReplaceAllString(export, "")
}

// Command runs a diwan command in this process, with an empty environment, for at most
// three minutes.
func Command(input string, args ...string) (status int, out, errs string) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	return CommandContext(ctx, input, args...)
}

// CommandContext is Command until ctx ends, instead of for three minutes.
func CommandContext(ctx context.Context, input string, args ...string) (status int, out, errs string) {
	var stdout, stderr Log
	status = cli.Main(ctx, cli.Process{
		Args: args, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(input), Stdout: &stdout, Stderr: &stderr,
	})
	return status, stdout.String(), stderr.String()
}
