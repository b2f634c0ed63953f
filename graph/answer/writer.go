package answer

import (
	"context"
	"encoding"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// Writer writes one object that a root field returns.
type Writer struct {
	// Ctx is the context of the root field.
	Ctx context.Context
	// Exec is gqlgen's execution of the operation.
	Exec any

	op        *graphql.OperationContext
	operation *operation
	ended     <-chan struct{} // closed when the operation has ended
	buffer    []byte
	counted   int    // bytes that were reported with Grow
	stopped   bool   // nothing more is written
	path      []step // from the root field to what is being written
}

// step is a part of a path: a field, or an item of a list.
type step struct {
	field  *Selected // nil for an item
	object *Object   // that has the field
	index  int
}

const (
	// countEvery is the number of bytes after which Grow is called again.
	countEvery = 4 << 10
	// keptBuffer is the size of the largest buffer that is kept for the next answer.
	keptBuffer = 256 << 10
)

// writers holds writers to be reused, with their buffers.
var writers = sync.Pool{New: func() any { return &Writer{buffer: make([]byte, 0, 4<<10)} }}

func newWriter(ctx context.Context, exec any) *Writer {
	w := writers.Get().(*Writer)
	w.Ctx, w.Exec, w.ended = ctx, exec, ctx.Done()
	w.op = graphql.GetOperationContext(ctx)
	w.operation = ctx.Value(operationKey{}).(*operation)
	if w.operation.Near != nil {
		w.Ctx = w.operation.Near(ctx)
	}
	return w
}

func (w *Writer) release() {
	if cap(w.buffer) > keptBuffer {
		return
	}
	*w = Writer{buffer: w.buffer[:0], path: w.path[:0]}
	writers.Put(w)
}

// MarshalGQL sends what was written, once.
func (w *Writer) MarshalGQL(to io.Writer) {
	_, _ = to.Write(w.buffer)
	w.release()
}

// Bytes returns what was written so far.
func (w *Writer) Bytes() []byte { return w.buffer }

// goesOn reports whether to go on writing. If the operation has ended, it reports the error.
func (w *Writer) goesOn() bool {
	if w.stopped {
		return false
	}
	select {
	case <-w.ended:
		w.stop(context.Cause(w.Ctx))
	default:
	}
	return !w.stopped
}

// fits reports whether more may be written after a field or an item: the answer may have
// become too long, or the operation may have ended.
func (w *Writer) fits() bool {
	if len(w.buffer)-w.counted < countEvery {
		return !w.stopped
	}
	return w.count() && w.goesOn()
}

// count reports how long the answer has become, which may be too long.
func (w *Writer) count() bool {
	grown := len(w.buffer) - w.counted
	w.counted = len(w.buffer)
	if grown <= 0 || w.stopped {
		return !w.stopped
	}
	if err := w.operation.Grow(w.Ctx, grown); err != nil {
		w.stop(err)
	}
	return !w.stopped
}

// stop ends writing, and reports why.
func (w *Writer) stop(err error) {
	w.stopped = true
	w.Fail(err)
}

// Fail reports an error of the field that is being written, and returns false.
func (w *Writer) Fail(err error) bool {
	ctx := w.at()
	if len(w.path) > 0 && w.path[len(w.path)-1].field != nil {
		err = graphql.AddFieldLocationToError(ctx, err)
	}
	w.op.Error(ctx, err)
	return false
}

// at returns the context of the field that is being written.
func (w *Writer) at() context.Context {
	ctx := w.Ctx
	for i := range w.path {
		s := &w.path[i]
		if s.field == nil {
			index := s.index
			ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &index})
			continue
		}
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: s.object.Name, Field: s.field.CollectedField, Args: s.field.args})
	}
	return ctx
}

// Null writes null where the schema allows it.
func (w *Writer) Null() bool {
	w.buffer = append(w.buffer, "null"...)
	return true
}

// Missing reports that there is nothing where the schema allows no null.
func (w *Writer) Missing() bool {
	graphql.AddInvalidNullError(w.at(), "")
	return false
}

// escapes has, for each byte, 0 where it stands for itself in a text.
var escapes = func() (table [256]byte) {
	for c := range byte(' ') {
		table[c] = 'u'
	}
	for c, escape := range map[byte]byte{'\t': 't', '\r': 'r', '\n': 'n', '\\': '\\', '"': '"', '<': 'u', '>': 'u', '&': 'u', separator: separator} {
		table[c] = escape
	}
	return table
}()

// separator is the first byte of U+2028 and U+2029 in UTF-8, which end lines in old
// JavaScript, and of other characters.
const separator = 0xe2

// String writes a text, as gqlgen does, with the escapes that encoding/json makes for HTML
// and old JavaScript.
func (w *Writer) String(s string) bool {
	b := append(w.buffer, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if escapes[c] == 0 {
			continue
		}
		if c == separator {
			if strings.HasPrefix(s[i:], "\u2028") || strings.HasPrefix(s[i:], "\u2029") {
				b = append(append(b, s[start:i]...), `\u202`...)
				b = append(b, '8'+s[i+2]&1)
				i += 2
				start = i + 1
			}
			continue
		}
		b = appendEscape(append(b, s[start:i]...), c)
		start = i + 1
	}
	b = append(b, s[start:]...)
	w.buffer = append(b, '"')
	return true
}

func appendEscape(b []byte, c byte) []byte {
	if escapes[c] != 'u' {
		return append(b, '\\', escapes[c])
	}
	hex := "0123456789ABCDEF"
	if c > ' ' { // what encoding/json escapes
		hex = "0123456789abcdef"
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
}

// Quoted writes a text in which there is nothing to escape.
func (w *Writer) Quoted(s string) bool {
	w.buffer = append(append(append(w.buffer, '"'), s...), '"')
	return true
}

// Text writes the text of a value, in which there is nothing to escape.
func Text[T encoding.TextAppender](w *Writer, value T) bool {
	b, err := value.AppendText(append(w.buffer, '"'))
	if err != nil {
		return w.Fail(err)
	}
	w.buffer = append(b, '"')
	return true
}

// Int writes a number.
func (w *Writer) Int(n int) bool {
	w.buffer = strconv.AppendInt(w.buffer, int64(n), 10)
	return true
}

// Bool writes true or false.
func (w *Writer) Bool(b bool) bool {
	w.buffer = strconv.AppendBool(w.buffer, b)
	return true
}

// Write appends bytes of a value that writes itself.
func (w *Writer) Write(b []byte) (int, error) {
	w.buffer = append(w.buffer, b...)
	return len(b), nil
}

// WriteString is Write for a text.
func (w *Writer) WriteString(s string) (int, error) {
	w.buffer = append(w.buffer, s...)
	return len(s), nil
}

// Scalar writes a value that writes itself.
func (w *Writer) Scalar(value interface{ MarshalGQL(io.Writer) }) bool {
	value.MarshalGQL(w)
	return true
}

// ScalarOrFail writes a value that writes itself, or fails.
func (w *Writer) ScalarOrFail(value graphql.ContextMarshaler) bool {
	if err := value.MarshalGQLContext(w.Ctx, w); err != nil {
		return w.Fail(err)
	}
	return true
}
