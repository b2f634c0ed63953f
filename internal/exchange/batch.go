package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// read is a batch of lines, or why there is none.
type read struct {
	batch []*line
	err   error
}

// writeAll writes the lines that next returns, until it returns io.EOF.
func (m *importer) writeAll(ctx context.Context, next func() ([]*line, error)) error {
	batches, stop := m.ahead.start(next)
	defer stop()
	for {
		var r read
		select {
		case <-ctx.Done():
		case p := <-batches:
			<-p.ready
			r = p.read
		}
		switch {
		case ctx.Err() != nil:
			return m.interrupted()
		case errors.Is(r.err, io.EOF):
			return nil
		case r.err != nil:
			return r.err
		}
		for written := 0; written < len(r.batch); {
			if written > 0 && ctx.Err() != nil {
				return m.interrupted()
			}
			m.rest()
			if err := m.permitted(ctx); err != nil {
				return err
			}
			n, err := m.writeBatch(ctx, r.batch[written:])
			if err != nil {
				return err
			}
			written += n
		}
	}
}

const (
	// turn is how long an import writes, commit included, and pause how long it then leaves
	// the database to others.
	turn  = 120 * time.Millisecond
	pause = 4 * time.Millisecond
	// slowly is how long a line takes at most, usually, on a slow machine.
	slowly = 4 * time.Millisecond
)

// linesIn is how many lines the first turn of an import writes.
func linesIn(turn time.Duration) int { return max(1, int(turn/slowly)) }

// pace decides how many lines the next turn has time for, after one that took some time
// for some lines.
func (m *importer) pace(lines int, took time.Duration) {
	fit := int(float64(lines) * float64(m.turn) / float64(took+1))
	m.lines = max(1, min(fit, 2*m.lines))
}

// rest lets others write after a transaction. A dry run is a single one.
func (m *importer) rest() {
	if m.wrote && !m.options.DryRun {
		time.Sleep(pause)
	}
	m.wrote = true
}

// result is what came of trying to write a line.
type result struct {
	outcome  content.Outcome
	wrong    model.Errors
	warnings []*model.Warning
}

// writeBatch writes the first of the lines, as many as a turn has time for, in one
// transaction. It then counts the results, and returns how many lines it wrote.
func (m *importer) writeBatch(ctx context.Context, batch []*line) (int, error) {
	var results []result
	var began time.Time
	if turns := (len(batch) + m.lines - 1) / m.lines; !m.options.DryRun { // of about the same length
		batch = batch[:(len(batch)+turns-1)/turns]
	}
	err := m.transaction(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		began = time.Now()
		end := began.Add(m.turn)
		results = nil
		if err := cmp.Or(m.forget(tx), tx.LookAhead(keysOf(batch))); err != nil {
			return err
		}
		for _, l := range batch {
			r, err := m.try(tx, l)
			if err != nil {
				return fmt.Errorf("%s:%d: %w", l.source, l.number, err)
			}
			if results = append(results, r); time.Now().After(end) && !m.options.DryRun {
				return nil
			}
		}
		return nil
	})
	if why, ok := errors.AsType[*model.Error](err); ok && why.Code == model.CodeUnavailable {
		return 0, m.stoppedBy(why, err)
	}
	if err != nil {
		return 0, err
	}
	m.pace(len(results), time.Since(began))
	written := false
	for i, r := range results { // all: they are written
		written = written || len(r.wrong) == 0 && r.outcome != content.Unchanged
		if failed := m.record(batch[i], r); err == nil {
			err = failed
		}
	}
	m.ahead.worthwhile.Store(written)
	if m.options.Wrote != nil && err == nil {
		m.options.Wrote(m.report.Total())
	}
	return len(results), err
}

// keysOf returns the keys by which new articles among the lines are looked for.
func keysOf(batch []*line) (keys []store.NaturalKey) {
	for _, l := range batch {
		if article, ok := l.statement.(*articleLine); ok {
			keys = append(keys, article.keys()...)
		}
	}
	return keys
}

// maxKeys is how many references are remembered at most, some 10 MB.
const maxKeys = 100_000

// forget forgets the nodes of references if others may have others by now.
func (m *importer) forget(tx *store.Tx) error {
	clock, err := tx.NamesClock()
	if clock != m.clock || len(m.keys) > maxKeys {
		clear(m.keys)
	}
	m.clock = clock
	return err
}

// try writes a line in full or not at all.
func (m *importer) try(tx *store.Tx, l *line) (result, error) {
	if l.statement == nil {
		return result{wrong: l.wrong}, nil
	}
	var r result
	w := &lineWriter{rules: m.rules, keys: m.keys, detach: l.waits.Detachment == toDetach}
	if l.waits.Detachment != detached { // otherwise its own node is among them
		w.foundByName = m.foundByName
	}
	err := tx.Try(func(tx *store.Tx) (err error) {
		w.tx = tx
		r.outcome, err = l.statement.write(w)
		r.warnings = w.warnings
		return err
	})
	if err == nil && w.byName.Value != "" {
		m.foundByName[w.byName] = true
	}
	if wrong, aboutInput := content.InputErrors(err); aboutInput {
		return result{wrong: wrong}, nil
	}
	if r.outcome != content.Unchanged && l.noun.node != model.NodeArticle { // a key may now be another node's
		clear(m.keys)
	}
	return r, err
}

// record counts a line, or keeps it for another try.
func (m *importer) record(l *line, r result) error {
	if len(r.wrong) > 0 {
		return m.postponeOrFail(l, r.wrong)
	}
	if l.waits.Detachment == toDetach {
		l.waits.Detachment, l.waits.Outcome = detached, r.outcome
		return m.waiting.add(l)
	}
	m.warn(l, r.warnings)
	counts := m.report.of(l.noun)
	switch {
	case r.outcome == content.Created || l.waits.Outcome == content.Created:
		counts.Created++
	case r.outcome == content.Updated || l.waits.Outcome == content.Updated:
		counts.Updated++
	default:
		counts.Unchanged++
	}
	return nil
}

// postponeOrFail keeps a line for another try if other lines can still resolve all its
// errors. Otherwise the line fails.
func (m *importer) postponeOrFail(l *line, wrong model.Errors) error {
	forTranslation := true
	for _, e := range wrong {
		if !mayPass(e) {
			m.fail(l, reasonsOf(l, wrong))
			return nil
		}
		forTranslation = forTranslation && e.Code == model.ErrorCodeNotFound && e.Path[0] == "translationOf"
	}
	l.waits.Reasons, l.waits.ForTranslation = reasonsOf(l, wrong), forTranslation
	if l.waits.Detachment == toDetach {
		l.waits.Detachment = detachRefused
	}
	return m.waiting.add(l)
}

// mayPass reports whether other lines can resolve an error: by creating the node that
// the line names, or by moving the one that holds the key, the office or the place in
// the tree.
func mayPass(e *model.Error) bool {
	switch e.Code {
	case model.ErrorCodeNotFound, model.ErrorCodeDuplicate, model.ErrorCodeTenureOverlap:
		return len(e.Path) > 0
	}
	return len(e.Path) > 0 && e.Path[0] == "parent"
}
