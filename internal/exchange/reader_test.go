package exchange

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLinesAreReadOneByOne(t *testing.T) {
	t.Parallel()
	const start, end, whole = `{"type":"topic","slug":"x","names":{"en":"X"}`, `}`, `{"type":"topic","slug":"x","names":{"en":"X"}}`
	long := func(bytes int) string { return start + strings.Repeat(" ", bytes-len(start)-len(end)) + end }
	for _, c := range []struct {
		name, input, counts string
		failure             string // its beginning
	}{
		{"no line at all", "", "created 0 updated 0 unchanged 0 failed 0", ""},
		{"a last line without an end", whole, "created 1 updated 0 unchanged 0 failed 0", ""},
		{"lines of Windows", whole + "\r\n" + whole + "\r\n", "created 1 updated 0 unchanged 1 failed 0", ""},
		{"a byte order mark", "\uFEFF" + whole + "\n", "created 1 updated 0 unchanged 0 failed 0", ""},
		{"a byte order mark elsewhere", whole + "\n\uFEFF" + whole, "created 1 updated 0 unchanged 0 failed 1", "file:2: no JSON at byte 1"},
		{"blank lines", "\n \t\r\n" + whole + "\n\n!\n", "created 1 updated 0 unchanged 0 failed 1", "file:5: no JSON"},
		{"a line of 16 MiB", long(16<<20) + "\r\n" + whole, "created 1 updated 0 unchanged 1 failed 0", ""},
		{"a longer line", long(16<<20+1) + "\n" + whole, "created 1 updated 0 unchanged 0 failed 1", "file:1: the line is longer than 16 MiB; write less on it: a body has at most 200000 characters"},
		{"a longer line at the end", whole + "\n" + long(16<<20+1), "created 1 updated 0 unchanged 0 failed 1", "file:2: the line is longer than 16 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			counts, failures := open(t).imported(Options{}, c.input)
			if counts != c.counts {
				t.Errorf("the import = %s, want %s", counts, c.counts)
			}
			if got := strings.Join(failures, "\n"); !strings.HasPrefix(got, c.failure) || c.failure == "" && got != "" {
				t.Errorf("failures = %q, want %q", got, c.failure)
			}
		})
	}
}

// Lines that were read before a source breaks are kept.
func TestSourcesThatBreak(t *testing.T) {
	t.Parallel()
	gone := errors.New("the disk is gone")
	for _, c := range []struct {
		name, want string
		open       func() (io.ReadCloser, error)
	}{
		{"when they are opened", "open broken: the disk is gone", func() (io.ReadCloser, error) { return nil, gone }},
		{"when they are read", "read broken: the disk is gone", func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.ErrReader(gone)), nil
		}},
		{"when they are closed", "the disk is gone", func() (io.ReadCloser, error) { return closing{strings.NewReader(""), gone}, nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			report, err := n.Import(n.ctx, []Source{source(worldLine), {Name: "broken", Open: c.open}, source(seatLine)}, Options{})
			if err == nil || err.Error() != c.want || report.Total().Created != 1 {
				t.Errorf("import = %+v, %v, want one created and %s", report.Total(), err, c.want)
			}
			n.holds(worldLine)
		})
	}
}

// closing fails to close.
type closing struct {
	io.Reader
	err error
}

func (c closing) Close() error { return c.err }
