package cli

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// lineHandler writes the same lines as slog's JSON handler, and those of operations, of which
// a busy server writes thousands a second, in a third of the time: without reflection. It
// leaves every other line to slog.
type lineHandler struct {
	slog.Handler
	out io.Writer
}

func newLineHandler(out io.Writer, options *slog.HandlerOptions) lineHandler {
	shared := &sharedWriter{out: out}
	return lineHandler{slog.NewJSONHandler(shared, options), shared}
}

// sharedWriter takes a line at a time.
type sharedWriter struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *sharedWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(line)
}

// lineBuffers holds buffers to be reused.
var lineBuffers = sync.Pool{New: func() any { return new([]byte) }}

// Handle writes a line.
func (h lineHandler) Handle(ctx context.Context, r slog.Record) error {
	if year := r.Time.Year(); !isPlain(r.Message) || r.Time.IsZero() || year < 0 || year > 9999 || r.PC != 0 {
		return h.Handler.Handle(ctx, r)
	}
	buffer := lineBuffers.Get().(*[]byte)
	defer lineBuffers.Put(buffer)
	line, plain := appendLine((*buffer)[:0], r)
	*buffer = line
	if !plain {
		return h.Handler.Handle(ctx, r)
	}
	_, err := h.out.Write(line)
	return err
}

// appendLine returns false if something in the line needs more than it knows.
func appendLine(line []byte, r slog.Record) (_ []byte, plain bool) {
	line = r.Time.Round(0).AppendFormat(append(line, `{"time":"`...), time.RFC3339Nano)
	line = append(append(line, `","level":"`...), r.Level.String()...)
	line = append(append(append(line, `","msg":"`...), r.Message...), '"')
	plain = true
	r.Attrs(func(a slog.Attr) bool {
		if plain = a.Key != "" && isPlain(a.Key); plain {
			line = append(append(append(line, ',', '"'), a.Key...), '"', ':')
			line, plain = appendValue(line, a.Value)
		}
		return plain
	})
	return append(line, '}', '\n'), plain
}

func appendValue(line []byte, v slog.Value) (_ []byte, plain bool) {
	switch v.Kind() {
	case slog.KindString:
		return append(append(append(line, '"'), v.String()...), '"'), isPlain(v.String())
	case slog.KindInt64:
		return strconv.AppendInt(line, v.Int64(), 10), true
	case slog.KindBool:
		return strconv.AppendBool(line, v.Bool()), true
	case slog.KindFloat64:
		f := v.Float64()
		return strconv.AppendFloat(line, f, 'f', -1, 64), f == 0 || f >= 1e-6 && f < 1e21 // others have exponents
	}
	return line, false
}

// isPlain reports whether nothing in a text has to be escaped in JSON.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
