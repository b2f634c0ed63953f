package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// ImportSource is something with lines to import, such as a file.
type ImportSource struct {
	// Name stands in failures, before the number of the line.
	Name string
	Open func() (io.ReadCloser, error)
}

// ImportOptions say how to import.
type ImportOptions struct {
	// DryRun checks and counts only. It is one transaction, which others that
	// want to write have to wait for.
	DryRun bool
	// Failed, when set, is told each line that fails.
	Failed func(ImportFailure)
}

// ImportFailure is a line that could not be imported.
type ImportFailure struct {
	Source string
	Line   int
	// Reason is for who wrote the line.
	Reason string
}

// String is the failure as compilers write theirs, so that editors find the line.
func (f ImportFailure) String() string { return fmt.Sprintf("%s:%d: %s", f.Source, f.Line, f.Reason) }

// ImportReport is what came of an import.
type ImportReport struct {
	// Nouns are the counts of each noun, in a fixed order. Last are the lines of
	// which the noun is unknown, with an empty name.
	Nouns []ImportCounts
}

// ImportCounts is how many lines of a noun came to what.
type ImportCounts struct {
	Noun                                string
	Created, Updated, Unchanged, Failed int
}

// Total is the counts of all nouns together.
func (r *ImportReport) Total() ImportCounts {
	var total ImportCounts
	for _, n := range r.Nouns {
		total.Created += n.Created
		total.Updated += n.Updated
		total.Unchanged += n.Unchanged
		total.Failed += n.Failed
	}
	return total
}

func newImportReport() *ImportReport {
	r := &ImportReport{}
	for _, noun := range importedNouns() {
		r.Nouns = append(r.Nouns, ImportCounts{Noun: noun.name})
	}
	r.Nouns = append(r.Nouns, ImportCounts{})
	return r
}

// of answers the counts of a noun, those of the unknown for "".
func (r *ImportReport) of(noun string) *ImportCounts {
	for i := range r.Nouns {
		if r.Nouns[i].Noun == noun {
			return &r.Nouns[i]
		}
	}
	return &r.Nouns[len(r.Nouns)-1]
}

// Import writes what the lines of sources say: NDJSON, an object a line. A line
// about a node that is there already changes what it names of it, if anything,
// so that the same import again changes nothing. A line that fails is told and
// counted, and never stops the others.
//
// Lines are written in transactions of some hundred. When ctx ends, the one
// under way is finished; the error says what is kept, and the report counts it.
func (s *Service) Import(ctx context.Context, sources []ImportSource, options ImportOptions) (*ImportReport, error) {
	if err := auth.May(ctx, auth.Import); err != nil {
		return nil, err
	}
	m := &importer{service: s, options: options, report: newImportReport()}
	if !options.DryRun {
		m.begin = func(ctx context.Context, f func(*store.Tx) error) error {
			return s.store.WriteNow(ctx, actorOf(ctx), s.moment, f)
		}
		return m.report, m.run(ctx, sources)
	}
	err := s.store.WriteNow(context.WithoutCancel(ctx), actorOf(ctx), s.moment, func(tx *store.Tx) error {
		m.begin = func(_ context.Context, f func(*store.Tx) error) error { return tx.Try(f) }
		if err := m.run(ctx, sources); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return m.report, err
}

// importer is one import on its way.
type importer struct {
	service *Service
	options ImportOptions
	report  *ImportReport
	// begin runs a function in a transaction.
	begin func(context.Context, func(*store.Tx) error) error
	// later are the lines that wait for others.
	later *spool
	// named are the nodes that a line was about that has only a name to find it by.
	named map[store.NaturalKey]bool
}

func (m *importer) run(ctx context.Context, sources []ImportSource) error {
	m.later, m.named = &spool{}, map[store.NaturalKey]bool{}
	defer func() { m.later.close() }()
	if err := m.writeAll(ctx, (&lineReader{sources: sources}).next); err != nil {
		return err
	}
	for m.later.size > 0 {
		progress, err := m.again(ctx, nil)
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
			return m.giveUp()
		}
	}
	return nil
}

// again tries the lines that wait once more, and tells whether there are fewer
// now. Lines at the places in alone are written without their translationOf.
func (m *importer) again(ctx context.Context, alone map[int]bool) (progress bool, err error) {
	before := m.later
	defer before.close()
	m.later = &spool{}
	if err := before.rewind(alone); err != nil {
		return false, err
	}
	if err := m.writeAll(ctx, before.next); err != nil {
		return false, err
	}
	return m.later.size < before.size, nil
}

// giveUp tells that the lines that still wait have failed.
func (m *importer) giveUp() error {
	if err := m.later.rewind(nil); err != nil {
		return err
	}
	for {
		batch, err := m.later.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, l := range batch {
			if l.waits.Alone == aloneWritten {
				l.waits.Reason += "; the article is written, but stands alone"
			}
			m.fail(l, l.waits.Reason)
		}
	}
}

func (m *importer) fail(l *line, reason string) {
	m.report.of(l.noun).Failed++
	if m.options.Failed != nil {
		m.options.Failed(ImportFailure{Source: l.source, Line: l.number, Reason: reason})
	}
}

// interrupted says what is kept of an import that was stopped.
func (m *importer) interrupted() error {
	if m.options.DryRun {
		return errors.New("interrupted before everything was checked; nothing was written")
	}
	return errors.New("interrupted: " + m.kept())
}

// unavailable says what is kept of an import that lost the database.
func (m *importer) unavailable(why *model.Error, err error) error {
	cause, _, _ := strings.Cut(why.Message, ";") // what follows is for who sends requests
	return fmt.Errorf("%w: %w", &model.Error{Code: why.Code, Message: cause + ": " + m.kept()}, err)
}

func (m *importer) kept() string {
	total := m.report.Total()
	kept := fmt.Sprintf("%d lines are written and stay (%d created, %d updated, %d unchanged)",
		total.Created+total.Updated+total.Unchanged, total.Created, total.Updated, total.Unchanged)
	if m.later.size > 0 {
		kept += fmt.Sprintf(", %d that wait for others are not", m.later.size)
	}
	return kept + "; import the same again to complete it"
}
