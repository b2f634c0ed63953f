package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// waiting is why a line could not be written when it was tried.
type waiting struct {
	Reason string
	// Joins says that an article lacks nothing but what its translationOf names.
	Joins bool
	Alone aloneness
	// Was is what writing it alone came to.
	Was outcome
}

// aloneness is how far an article is with being written without its
// translationOf, so that those which name each other can come into being.
type aloneness int

const (
	together aloneness = iota
	aloneNext
	aloneTried
	aloneWritten
)

// read is a batch of lines, or why there is none.
type read struct {
	batch []*line
	err   error
}

// ahead reads in the background, at most one batch ahead of who receives. After
// an error there is nothing more. A read that blocks, of a terminal, say, is
// left alone when stop is called.
func ahead(next func() ([]*line, error)) (reads <-chan read, stop func()) {
	answers, stopped := make(chan read, 1), make(chan struct{})
	go func() {
		for {
			batch, err := next()
			select {
			case answers <- read{batch, err}:
			case <-stopped:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return answers, func() { close(stopped) }
}

// writeAll writes the lines that next answers until it answers io.EOF.
func (m *importer) writeAll(ctx context.Context, next func() ([]*line, error)) error {
	reads, stop := ahead(next)
	defer stop()
	for {
		var r read
		select {
		case <-ctx.Done():
		case r = <-reads:
		}
		switch {
		case ctx.Err() != nil:
			return m.interrupted()
		case errors.Is(r.err, io.EOF):
			return nil
		case r.err != nil:
			return r.err
		}
		if err := m.writeBatch(ctx, r.batch); err != nil {
			return err
		}
	}
}

// result is what trying a line came to.
type result struct {
	what  outcome
	wrong model.Errors
}

// writeBatch writes lines in one transaction, and then counts what it came to.
func (m *importer) writeBatch(ctx context.Context, batch []*line) error {
	results := make([]result, len(batch))
	err := m.begin(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		keys := map[wanted]int64{}
		for i, l := range batch {
			if results[i], err = m.try(tx, keys, l); err != nil {
				return fmt.Errorf("%s:%d: %w", l.source, l.number, err)
			}
		}
		return nil
	})
	if why, ok := errors.AsType[*model.Error](err); ok && why.Code == model.CodeUnavailable {
		return m.unavailable(why, err)
	}
	for i := 0; i < len(batch) && err == nil; i++ {
		err = m.settle(batch[i], results[i])
	}
	return err
}

// try writes a line, whole or not at all.
func (m *importer) try(tx *store.Tx, keys map[wanted]int64, l *line) (result, error) {
	if l.said == nil {
		return result{wrong: l.wrong}, nil
	}
	var r result
	w := &lineWriter{service: m.service, keys: keys, alone: l.waits.Alone == aloneNext}
	if l.waits.Alone != aloneWritten { // else the line itself is among them
		w.named = m.named
	}
	err := tx.Try(func(tx *store.Tx) (err error) {
		w.tx = tx
		r.what, err = l.said.write(w)
		return err
	})
	if err == nil && w.by.Value != "" {
		m.named[w.by] = true
	}
	if wrong, caller := under(err).(model.Errors); caller {
		return result{wrong: wrong}, nil
	}
	if r.what != unchanged && l.noun != "article" { // it may now be called what another was called
		clear(keys)
	}
	return r, err
}

// settle counts a line, or keeps it for later.
func (m *importer) settle(l *line, r result) error {
	if len(r.wrong) > 0 {
		return m.refused(l, r.wrong)
	}
	if l.waits.Alone == aloneNext {
		l.waits.Alone, l.waits.Was = aloneWritten, r.what
		return m.later.add(l)
	}
	counts := m.report.of(l.noun)
	switch {
	case r.what == created || l.waits.Was == created:
		counts.Created++
	case r.what == updated || l.waits.Was == updated:
		counts.Updated++
	default:
		counts.Unchanged++
	}
	return nil
}

// refused keeps a line for later that other lines may still make right, and
// fails any other.
func (m *importer) refused(l *line, wrong model.Errors) error {
	joins := true
	for _, e := range wrong {
		if !mayPass(e) {
			m.fail(l, reasonOf(l, wrong))
			return nil
		}
		joins = joins && e.Code == model.ErrorCodeNotFound && e.Path[0] == "translationOf"
	}
	l.waits.Reason, l.waits.Joins = reasonOf(l, wrong), joins
	if l.waits.Alone == aloneNext {
		l.waits.Alone = aloneTried
	}
	return m.later.add(l)
}

// mayPass says whether other lines can take away what is wrong: what is named
// may come, who holds the key, the office or the place in the tree may leave it.
func mayPass(e *model.Error) bool {
	switch e.Code {
	case model.ErrorCodeNotFound, model.ErrorCodeDuplicate, model.ErrorCodeTenureOverlap:
		return len(e.Path) > 0
	}
	return len(e.Path) > 0 && e.Path[0] == "parent"
}

// reasonOf is what is wrong with a line, each with its place as people write it:
// aliases[2].text, and names.ar for a text in a language.
func reasonOf(l *line, wrong model.Errors) string {
	reasons := make([]string, len(wrong))
	for i, e := range wrong {
		reasons[i] = e.Message
		if place := l.placeOf(e.Path); place != "" {
			reasons[i] = place + ": " + e.Message
		}
	}
	return strings.Join(reasons, "; ")
}

func (l *line) placeOf(path []string) string {
	var place strings.Builder
	for i, step := range path {
		index, err := strconv.Atoi(step)
		switch texts := l.texts[path[0]]; {
		case i == 0:
			place.WriteString(step)
		case i == 1 && err == nil && index < len(texts):
			return place.String() + "." + string(texts[index].Language)
		case err == nil:
			place.WriteString("[" + step + "]")
		default:
			place.WriteString("." + step)
		}
	}
	return place.String()
}
