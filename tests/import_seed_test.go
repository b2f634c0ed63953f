package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/cli"
)

// newDatabase makes an empty database.
func newDatabase(t testing.TB) database {
	t.Helper()
	return database(emptyDatabase.Copy(t))
}

// ran is what came of a command.
type ran struct {
	status         int
	stdout, stderr string
}

// run runs a command of diwan on the database.
func (d database) run(ctx context.Context, stdin io.Reader, args ...string) ran {
	var stdout, stderr bytes.Buffer
	status := cli.Main(ctx, cli.Process{
		Args: args, Stdin: stdin, Stdout: &stdout, Stderr: &stderr,
		Getenv: func(name string) string { return map[string]string{"DIWAN_DATABASE": string(d)}[name] },
	})
	return ran{status, stdout.String(), stderr.String()}
}

// imports imports lines from the standard input, whatever comes of them.
func (d database) imports(lines ...string) ran {
	return d.run(context.Background(), strings.NewReader(strings.Join(lines, "\n")), "import", "-")
}

// takes imports lines that must be in order.
func (d database) takes(t tester, lines ...string) ran {
	t.Helper()
	r := d.imports(lines...)
	if r.status != 0 {
		t.Fatalf("import = %d, %s%s, want 0", r.status, r.stdout, r.stderr)
	}
	return r
}

// export answers the lines of an export.
func (d database) export(t tester, args ...string) string {
	t.Helper()
	r := d.run(context.Background(), strings.NewReader(""), append([]string{"export"}, args...)...)
	if r.status != 0 || r.stderr != "" {
		t.Fatalf("export = %d, %s", r.status, r.stderr)
	}
	return r.stdout
}

// content is the export without the countries.
func (d database) content(t tester, args ...string) string {
	t.Helper()
	lines := slices.Collect(strings.Lines(d.export(t, args...)))
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, `{"type":"country"`) }), "")
}

// counted is the row of the table for a noun: created, updated, unchanged,
// failed. Zeroes where there is none.
func (r ran) counted(noun string) (counts [4]int) {
	for line := range strings.Lines(r.stdout) {
		if fields := strings.Fields(line); len(fields) == 5 && fields[0] == noun {
			for i, field := range fields[1:] {
				_, _ = fmt.Sscan(field, &counts[i]) // the fields of the table are numbers
			}
		}
	}
	return counts
}

// wantCounts checks the row of the table for a noun.
func (r ran) wantCounts(t testing.TB, noun string, want ...int) {
	t.Helper()
	if got := r.counted(noun); !slices.Equal(got[:], want) {
		t.Errorf("created, updated, unchanged, failed of %s = %v, want %v\n%s%s", noun, got, want, r.stdout, r.stderr)
	}
}

// wantExport checks all content but the countries.
func (d database) wantExport(t testing.TB, lines ...string) {
	t.Helper()
	want := strings.Join(lines, "\n") + "\n"
	if got := d.content(t); got != want {
		t.Errorf("export =\n%swant\n%s", got, want)
	}
}

// jsonLine is the JSON of a value on one line, without HTML's escapes.
func jsonLine(value any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		panic(err) // the values of tests are plain
	}
	return strings.TrimSuffix(b.String(), "\n")
}
