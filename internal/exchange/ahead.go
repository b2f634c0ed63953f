package exchange

import (
	"runtime"
	"sync/atomic"

	"github.com/diwan-cms/diwan/internal/content"
)

// preparing is one preparation in progress: of a batch of lines, or of why there is none.
type preparing struct {
	read
	ready chan struct{}
}

// ahead reads and prepares batches while others are written, in their order.
type ahead struct {
	rules content.Rules
	// worthwhile says whether texts are analysed before it is known that they are written:
	// an import of what is there already needs no analysis.
	worthwhile atomic.Bool
}

// start prepares what next returns until the first error, on all processors, as many
// batches ahead of the receiver as there are processors. Calling stop abandons a read that
// blocks, such as that of a terminal.
func (a *ahead) start(next func() ([]*line, error)) (batches <-chan *preparing, stop func()) {
	workers := runtime.GOMAXPROCS(0)
	out, work, stopped := make(chan *preparing, workers-1), make(chan *preparing), make(chan struct{})
	for range workers {
		go func() {
			for p := range work {
				a.prepare(p.batch)
				close(p.ready)
			}
		}()
	}
	go func() {
		defer close(work)
		for {
			batch, err := next()
			p := &preparing{read{batch, err}, make(chan struct{})}
			select {
			case out <- p:
			case <-stopped:
				return
			}
			if err != nil {
				close(p.ready)
				return
			}
			select {
			case work <- p:
			case <-stopped:
				return
			}
		}
	}()
	return out, func() { close(stopped) }
}

// prepare parses lines, and analyses the texts of articles.
func (a *ahead) prepare(batch []*line) {
	for _, l := range batch {
		if len(l.wrong) > 0 { // it is too long
			continue
		}
		parseLine(l)
		if article, ok := l.statement.(*articleLine); ok && a.worthwhile.Load() {
			article.analysed = a.rules.Analysed(article.fields)
		}
	}
}
