package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Source is a file, or something else with lines to import.
type Source struct {
	// Name is how failures name the source.
	Name string
	Open func() (io.ReadCloser, error)
}

// Options are the options of an import.
type Options struct {
	// DryRun checks and counts, and writes nothing. It is one transaction, for which all
	// other writers wait.
	DryRun bool
	// Failed, if set, is called with each line that fails.
	Failed func(Failure)
	// Warned, if set, is called with each line that is imported, but of which readers will
	// not see all.
	Warned func(Warning)
	// Permitted, if set, is asked before each transaction whether whoever imports still may. If
	// it returns a *model.Error, the import ends with its code.
	Permitted func(context.Context) error
	// Wrote, if set, is called after each transaction with the total of the lines so far.
	Wrote func(Counts)
}

// errRollback rolls a transaction back although nothing failed.
var errRollback = errors.New("nothing is to be kept")

// Import writes what the lines of the sources say. A line about an existing node changes
// only the fields that it gives, so that the same import a second time changes nothing.
// A line that fails is reported and counted, and does not stop the others.
//
// Lines are written in transactions of about a tenth of a second, between which others may
// write. When ctx ends, the current transaction is completed. The error then says what is
// kept, and the report counts it.
func (x *Exchange) Import(ctx context.Context, sources []Source, options Options) (*Report, error) {
	if err := auth.May(ctx, auth.Import); err != nil {
		return nil, err
	}
	m := &importer{rules: x.rules, options: options, report: newReport(), turn: x.turn, ahead: ahead{rules: x.rules}}
	m.ahead.worthwhile.Store(true)
	if !options.DryRun {
		m.transaction = func(ctx context.Context, f func(*store.Tx) error) error {
			return x.store.WriteNow(ctx, content.ActorOf(ctx), x.moment, f)
		}
		return m.report, m.run(ctx, sources)
	}
	err := x.store.WriteNow(context.WithoutCancel(ctx), content.ActorOf(ctx), x.moment, func(tx *store.Tx) error {
		m.transaction = func(_ context.Context, f func(*store.Tx) error) error { return tx.Try(f) }
		if err := m.run(ctx, sources); err != nil {
			return err
		}
		return errRollback
	})
	if errors.Is(err, errRollback) {
		err = nil
	}
	return m.report, err
}

// importer is one import in progress.
type importer struct {
	rules   content.Rules
	options Options
	report  *Report
	turn    time.Duration
	lines   int // that the next turn writes at most
	ahead   ahead
	wrote   bool // in a transaction, after which others may want to
	// transaction runs a function in a transaction.
	transaction func(context.Context, func(*store.Tx) error) error
	// waiting are the lines that wait for others.
	waiting *spool
	// foundByName are the nodes of lines that had nothing but a name to identify them.
	foundByName map[store.NaturalKey]bool
	// keys are the nodes of references that were looked up, as of a clock of the names.
	keys  map[referenced]int64
	clock int64
}

func (m *importer) run(ctx context.Context, sources []Source) error {
	err := m.writeSources(ctx, sources)
	if errors.Is(err, errNotKept) {
		return m.stoppedBy(&model.Error{Code: model.CodeUnavailable, Message: "there is no room for the lines that wait for others"}, err)
	}
	return err
}

func (m *importer) writeSources(ctx context.Context, sources []Source) error {
	m.waiting, m.foundByName, m.keys, m.lines = &spool{}, map[store.NaturalKey]bool{}, map[referenced]int64{}, linesIn(m.turn)
	defer func() { m.waiting.close() }()
	if err := m.writeAll(ctx, (&lineReader{sources: sources}).next); err != nil {
		return err
	}
	for m.waiting.size > 0 {
		progress, err := m.retry(ctx, nil)
		if err != nil {
			return err
		}
		if !progress {
			progress, err = m.breakCircles(ctx)
		}
		if err != nil {
			return err
		}
		if !progress {
			return m.failWaiting()
		}
	}
	return nil
}

// retry tries the waiting lines once more, and reports whether fewer are left. Lines at
// the places in detach are written without their translationOf.
func (m *importer) retry(ctx context.Context, detach map[int]bool) (progress bool, err error) {
	before := m.waiting
	defer before.close()
	m.waiting = &spool{}
	if err := before.rewind(detach); err != nil {
		return false, err
	}
	if err := m.writeAll(ctx, before.next); err != nil {
		return false, err
	}
	return m.waiting.size < before.size, nil
}

// failWaiting fails the lines that still wait.
func (m *importer) failWaiting() error {
	if err := m.waiting.rewind(nil); err != nil {
		return err
	}
	for {
		batch, err := m.waiting.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, l := range batch {
			if l.waits.Detachment == detached {
				l.waits.Reasons[len(l.waits.Reasons)-1].Message += "; the article is written, but stands alone"
			}
			m.fail(parseLine(l), l.waits.Reasons)
		}
	}
}

func (m *importer) fail(l *line, reasons []Reason) {
	m.report.of(l.noun).Failed++
	if m.options.Failed != nil {
		m.options.Failed(Failure{Source: l.source, Line: l.number, Reasons: reasons})
	}
}

// warn tells what readers will not see of a line that is imported.
func (m *importer) warn(l *line, warnings []*model.Warning) {
	if len(warnings) == 0 {
		return
	}
	m.report.Warned++
	if m.options.Warned != nil {
		m.options.Warned(Warning{Source: l.source, Line: l.number, What: unseen(warnings)})
	}
}

// interrupted returns the error of an import that was stopped.
func (m *importer) interrupted() error {
	if m.options.DryRun {
		return errors.New("interrupted before everything was checked; nothing was written")
	}
	return errors.New("interrupted: " + m.kept())
}

// stoppedBy returns the error of an import that lost the database, or that its importer may
// no longer do.
func (m *importer) stoppedBy(why *model.Error, err error) error {
	cause, _, _ := strings.Cut(why.Message, ";") // the rest is for clients of the API
	left := m.kept()
	if m.options.DryRun {
		left = "not everything was checked; nothing was written"
	}
	return fmt.Errorf("%w: %w", &model.Error{Code: why.Code, Message: cause + ": " + left}, err)
}

// permitted returns why the import must end before the next transaction.
func (m *importer) permitted(ctx context.Context) error {
	if m.options.Permitted == nil {
		return nil
	}
	err := m.options.Permitted(ctx)
	if why, ok := errors.AsType[*model.Error](err); ok {
		return m.stoppedBy(why, err)
	}
	return err
}

func (m *importer) kept() string {
	total := m.report.Total()
	kept := fmt.Sprintf("%d lines are written and stay (%d created, %d updated, %d unchanged)",
		total.Created+total.Updated+total.Unchanged, total.Created, total.Updated, total.Unchanged)
	if m.waiting.size > 0 {
		kept += fmt.Sprintf(", %d that wait for others are not", m.waiting.size)
	}
	return kept + "; import the same again to complete it"
}
