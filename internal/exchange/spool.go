package exchange

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
)

// spool keeps lines in a temporary file, in order. After all are added, they can be read
// any number of times: rewind starts over.
type spool struct {
	size int

	file *os.File
	// removed says that the file has no name any more, as it should: nothing of it is left
	// even if the program is killed.
	removed bool
	out     *bufio.Writer
	enc     *gob.Encoder
	dec     *gob.Decoder
	place   int
	// detach are the places of lines to write without their translationOf.
	detach map[int]bool
}

// spooledLine is how a line is stored in the file.
type spooledLine struct {
	Source string
	Number int
	Raw    []byte
	Waits  waiting
}

// errNotKept means that lines that wait for others cannot be written to the file.
var errNotKept = errors.New("keep lines that wait for others")

func (s *spool) add(l *line) error {
	if s.file == nil {
		file, err := os.CreateTemp("", "diwan-import-")
		if err != nil {
			return fmt.Errorf("%w: %w", errNotKept, err)
		}
		s.removed = os.Remove(file.Name()) == nil
		s.file, s.out = file, bufio.NewWriterSize(file, 1<<16)
		s.enc = gob.NewEncoder(s.out)
	}
	if err := s.enc.Encode(spooledLine{l.source, l.number, l.raw, l.waits}); err != nil {
		return fmt.Errorf("%w: %w", errNotKept, err)
	}
	s.size++
	return nil
}

// rewind starts reading from the first line. Lines at the places in detach are marked
// to be written without their translationOf.
func (s *spool) rewind(detach map[int]bool) error {
	if s.file == nil {
		return nil
	}
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("%w: %w", errNotKept, err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read lines that waited for others: %w", err)
	}
	s.dec, s.place, s.detach = gob.NewDecoder(bufio.NewReaderSize(s.file, 1<<16)), 0, detach
	return nil
}

// next returns the next lines, and io.EOF after the last.
func (s *spool) next() ([]*line, error) {
	var batch []*line
	for size := 0; s.place < s.size && len(batch) < batchLines && size < batchBytes; s.place++ {
		var kept spooledLine
		if err := s.dec.Decode(&kept); err != nil {
			return nil, fmt.Errorf("read lines that waited for others: %w", err)
		}
		if s.detach[s.place] {
			kept.Waits.Detachment = toDetach
		}
		size += len(kept.Raw)
		batch = append(batch, &line{source: kept.Source, number: kept.Number, raw: kept.Raw, waits: kept.Waits})
	}
	if len(batch) == 0 {
		return nil, io.EOF
	}
	return batch, nil
}

// close removes the file.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close() // lines that could not be written are no longer needed
		if !s.removed {
			_ = os.Remove(s.file.Name())
		}
		s.file = nil
	}
}
