package transfer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// counted returns the row of a noun in the result's table: created, updated, unchanged and
// failed; zeroes if there is none.
func counted(r testserver.Result, noun string) (counts [4]int) {
	for line := range strings.Lines(r.Stdout) {
		if fields := strings.Fields(line); len(fields) == 5 && fields[0] == noun {
			for i, field := range fields[1:] {
				_, _ = fmt.Sscan(field, &counts[i]) // the fields of the table are numbers
			}
		}
	}
	return counts
}

// wantCounts fails the test unless the noun's row in the table has these numbers.
func wantCounts(t testing.TB, r testserver.Result, noun string, want ...int) {
	t.Helper()
	if got := counted(r, noun); !slices.Equal(got[:], want) {
		t.Errorf("created, updated, unchanged, failed of %s = %v, want %v\n%s%s", noun, got, want, r.Stdout, r.Stderr)
	}
}

// wantExport fails the test unless the export, without countries, has exactly these lines.
func wantExport(t testing.TB, d testserver.Database, lines ...string) {
	t.Helper()
	want := strings.Join(lines, "\n") + "\n"
	if got := d.Content(t); got != want {
		t.Errorf("export =\n%swant\n%s", got, want)
	}
}

// jsonLine returns a value as JSON on one line, without HTML escapes.
func jsonLine(value any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		panic(err) // values of tests always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}
