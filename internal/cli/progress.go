package cli

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress returns a bar on a terminal, a spinner if the size is not known (-1), and
// nothing visible elsewhere.
func (out *console) progress(doing string, size int64, more ...progressbar.Option) *progressbar.ProgressBar {
	return progressbar.NewOptions64(size, append(more,
		progressbar.OptionSetWriter(out.Stderr),
		progressbar.OptionSetVisibility(isTerminal(out.Stderr)),
		progressbar.OptionSetDescription(doing),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)...)
}

// watchedFile moves a bar as it is read.
type watchedFile struct {
	io.ReadCloser
	bar *progressbar.ProgressBar
}

func (f watchedFile) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	_ = f.bar.Add(n) // fails if the file has grown meanwhile, which is fine
	return n, err
}

// watched opens a file whose reading moves the bar.
func watched(open func() (io.ReadCloser, error), bar *progressbar.ProgressBar) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		file, err := open()
		return watchedFile{file, bar}, err
	}
}
