package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// Limits of an import. Memory holds four batches of whole lines: one being written, and
// others being prepared and being read. What is prepared of them takes some ten times as
// much memory as the lines.
const (
	maxLine    = 16 << 20
	batchLines = 500
	batchBytes = 1 << 19
)

// lineReader reads the lines of sources, one source after the other.
type lineReader struct {
	sources []Source
	source  string
	number  int
	in      *bufio.Reader
	close   func() error
	err     error
}

// next returns the next lines, and io.EOF after the last. Lines that were read before an
// error are returned before the error.
func (r *lineReader) next() ([]*line, error) {
	var batch []*line
	for size := 0; r.err == nil && len(batch) < batchLines && size < batchBytes; {
		l, err := r.line()
		if err != nil {
			r.err = errors.Join(err, r.closeSource())
			break
		}
		if l != nil {
			size += len(l.raw)
			batch = append(batch, l)
		}
	}
	if len(batch) > 0 {
		return batch, nil
	}
	return nil, r.err
}

// line returns the next line. It returns nil for a blank line, and at the start and the
// end of a source.
func (r *lineReader) line() (*line, error) {
	if r.in == nil {
		return nil, r.open()
	}
	r.number++
	raw, err := readLine(r.in)
	if errors.Is(err, io.EOF) {
		return nil, r.closeSource()
	}
	if errors.Is(err, errTooLong) {
		return &line{source: r.source, number: r.number, wrong: model.Errors{tooLong()}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.source, err)
	}
	if r.number == 1 {
		raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	return &line{source: r.source, number: r.number, raw: raw}, nil
}

// open opens the next source. It returns io.EOF after the last.
func (r *lineReader) open() error {
	if len(r.sources) == 0 {
		return io.EOF
	}
	source := r.sources[0]
	file, err := source.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", source.Name, err)
	}
	r.sources = r.sources[1:]
	r.source, r.number, r.in, r.close = source.Name, 0, bufio.NewReaderSize(file, 1<<16), file.Close
	return nil
}

func (r *lineReader) closeSource() error {
	if r.in == nil {
		return nil
	}
	r.in = nil
	return r.close()
}

var errTooLong = errors.New("the line is too long")

func tooLong() *model.Error {
	return model.Invalid("the line is longer than %d MiB; write less on it: a body has at most %d characters", maxLine>>20, content.MaxBody)
}

// readLine returns a line without its line break. A line that is too long is read to
// its end and dropped.
func readLine(in *bufio.Reader) ([]byte, error) {
	var raw []byte
	tooLong := false
	for {
		piece, err := in.ReadSlice('\n')
		tooLong = tooLong || len(raw)+len(piece) > maxLine+len("\r\n")
		if tooLong {
			raw = nil
		} else {
			raw = append(raw, piece...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(raw) == 0 && !tooLong) {
			return nil, err
		}
		raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
		if tooLong || len(raw) > maxLine {
			return nil, errTooLong
		}
		return raw, nil
	}
}
