package httpd

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/diwan-cms/diwan/internal/exchange"
	"github.com/diwan-cms/diwan/model"
)

// told writes the answer to an import, a JSON object per line.
type told struct{ out io.Writer }

type (
	toldReason struct {
		Code    model.ErrorCode `json:"code"`
		Path    string          `json:"path,omitempty"`
		Message string          `json:"message"`
	}
	toldFailure struct {
		Type   string       `json:"type"`
		Line   int          `json:"line"`
		Errors []toldReason `json:"errors"`
	}
	toldWarning struct {
		Type    string `json:"type"`
		Line    int    `json:"line"`
		Message string `json:"message"`
	}
	toldCounts struct {
		Created   int `json:"created"`
		Updated   int `json:"updated"`
		Unchanged int `json:"unchanged"`
		Failed    int `json:"failed"`
	}
	toldProgress struct {
		Type string `json:"type"`
		toldCounts
	}
	toldResult struct {
		Type   string `json:"type"`
		DryRun bool   `json:"dryRun"`
		toldCounts
		Warned int                   `json:"warned"`
		Types  map[string]toldCounts `json:"types"`
		Error  *toldReason           `json:"error,omitempty"`
	}
)

func countsOf(c exchange.Counts) toldCounts {
	return toldCounts{c.Created, c.Updated, c.Unchanged, c.Failed}
}

func (t *told) failed(f exchange.Failure) {
	line := toldFailure{Type: "failure", Line: f.Line}
	for _, r := range f.Reasons {
		line.Errors = append(line.Errors, toldReason{r.Code, r.Place, r.Message})
	}
	t.tell(line)
}

func (t *told) warned(w exchange.Warning) { t.tell(toldWarning{"warning", w.Line, w.What}) }

func (t *told) wrote(total exchange.Counts) { t.tell(toldProgress{"progress", countsOf(total)}) }

func (t *told) result(dryRun bool, report *exchange.Report, why *model.Error) {
	result := toldResult{Type: "result", DryRun: dryRun, toldCounts: countsOf(report.Total()), Warned: report.Warned, Types: map[string]toldCounts{}}
	for _, n := range report.Nouns {
		counts := countsOf(n)
		if n.Noun == "" {
			n.Noun = "unknown"
		}
		if counts != (toldCounts{}) {
			result.Types[n.Noun] = counts
		}
	}
	if why != nil {
		result.Error = &toldReason{Code: why.Code, Message: why.Message}
	}
	t.tell(result)
}

func (t *told) tell(line any) {
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(line) // where the client does not take it, the context of its request ends, and so does the import
}

// patient sends each write at once. A client has as long to take it as a body may take to
// arrive.
type patient struct{ w http.ResponseWriter }

// Write sends part of the answer.
func (p patient) Write(b []byte) (int, error) {
	setWriteDeadline(p.w)
	n, err := p.w.Write(b)
	if err == nil {
		err = flush(p.w)
	}
	return n, err
}

func flush(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() }

// setWriteDeadline fails only where there is no connection, as in tests.
func setWriteDeadline(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(bodyTime))
}

// temporary is a temporary file. Systems that can remove it at once do, so that nothing
// of it is left even if the server is killed.
type temporary struct {
	*os.File
	removed bool
}

func newTemporary() (*temporary, error) {
	file, err := os.CreateTemp("", "diwan-import-")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotKept, err)
	}
	return &temporary{file, os.Remove(file.Name()) == nil}, nil
}

// open reads the file from its start.
func (f *temporary) open() (io.ReadCloser, error) {
	_, err := f.Seek(0, io.SeekStart)
	return io.NopCloser(f.File), err
}

// sendTo copies the file.
func (f *temporary) sendTo(to io.Writer) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(to, struct{ io.Reader }{f.File}) // in pieces, not by the kernel: each has its deadline
	return err
}

// remove removes the file.
func (f *temporary) remove() {
	_ = f.Close() // it is no longer needed
	if !f.removed {
		_ = os.Remove(f.Name())
	}
}
