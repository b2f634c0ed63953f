package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/model"
)

// waiters starts writers while another one holds the turn, so that they share a
// transaction, and returns their errors and that of the other one. A panic is the error
// errPanic.
func waiters(t *testing.T, s *store.Store, writers ...func(ctx context.Context, leave func()) func(*store.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(writers)+1)
	var group sync.WaitGroup
	errs[len(writers)] = s.Write(t.Context(), store.Actor{}, 0, func(*store.Tx) error {
		for i, writer := range writers {
			ctx, leave := context.WithCancel(t.Context())
			f := writer(ctx, leave)
			joined := s.Waiting()
			group.Go(func() {
				defer leave()
				defer func() {
					if p := recover(); p != nil {
						errs[i] = fmt.Errorf("%w: %v", errPanic, p)
					}
				}()
				errs[i] = s.Write(ctx, store.Actor{Name: fmt.Sprint("writer ", i)}, 0, f)
			})
			for s.Waiting() == joined { // until it waits
				runtime.Gosched()
			}
		}
		return nil
	})
	group.Wait()
	return errs
}

var (
	errPanic  = errors.New("it panicked")
	errRefuse = errors.New("refused")
)

func shares(t *testing.T) *store.Store {
	t.Helper()
	if storetest.OnPostgres() {
		t.Skip("on PostgreSQL, each writer has a transaction of its own")
	}
	s, err := store.Open(t.Context(), database.Config{DSN: filepath.Join(t.TempDir(), "diwan.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func topicOf(slug string) *model.Topic {
	return &model.Topic{Slug: slug, Named: names("en:" + slug)}
}

// Each of the writers that share a transaction has its own end, and the log has those that
// succeeded, without gaps.
func TestWritersShareATransaction(t *testing.T) {
	t.Parallel()
	s := shares(t)
	inserting := func(slug string, end func(leave func()) error) func(context.Context, func()) func(*store.Tx) error {
		return func(_ context.Context, leave func()) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				if err := tx.InsertTopic(topicOf(slug)); err != nil {
					return err
				}
				return end(leave)
			}
		}
	}
	fine := func(func()) error { return nil }
	errs := waiters(t, s,
		inserting("one", fine),
		inserting("refused", func(func()) error { return errRefuse }),
		inserting("two", fine),
		inserting("panicked", func(func()) error { panic("now") }),
		inserting("one", fine), // sees the first
		func(_ context.Context, leave func()) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				leave()
				return tx.InsertTopic(topicOf("left"))
			}
		},
		inserting("three", func(leave func()) error { leave(); return nil }), // too late
	)
	for i, want := range []error{nil, errRefuse, nil, errPanic, nil, context.Canceled, nil, nil} {
		if i == 4 {
			if code := model.CodeOf(errs[i]); code != model.ErrorCodeDuplicate {
				t.Errorf("writer %d: %v, want a duplicate", i, errs[i])
			}
			continue
		}
		if !errors.Is(errs[i], want) {
			t.Errorf("writer %d: %v, want %v", i, errs[i], want)
		}
	}
	changes, _, err := s.Changes(t.Context(), readers(), store.Beginning(), nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	var log []string
	for _, c := range changes {
		log = append(log, fmt.Sprint(c.Position, " ", c.Actor))
	}
	if got, want := fmt.Sprint(log), "[1 writer 0 2 writer 2 3 writer 6]"; got != want {
		t.Errorf("the log = %s, want %s", got, want)
	}
}

// A writer that leaves before its turn has written nothing, and others do not wait for it.
func TestAWriterLeavesBeforeItsTurn(t *testing.T) {
	t.Parallel()
	s := shares(t)
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	err := s.Write(t.Context(), store.Actor{}, 0, func(tx *store.Tx) error {
		go func() {
			left <- s.Write(ctx, store.Actor{}, 0, func(*store.Tx) error { return errors.New("it wrote") })
		}()
		for s.Waiting() == 0 {
			runtime.Gosched()
		}
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v, want %v", err, context.Canceled)
		}
		return tx.InsertTopic(topicOf("one"))
	})
	if err != nil {
		t.Error(err)
	}
}

// While writers share a transaction, nobody reads what the first of them wrote; if it
// cannot be committed, none of them has written.
func TestWhatIsSharedIsCommittedTogether(t *testing.T) {
	t.Parallel()
	s := shares(t)
	s.ShareFor(time.Hour)
	seen := func() int {
		changes, _, err := s.Changes(t.Context(), readers(), store.Beginning(), nil, 100)
		if err != nil {
			t.Error(err)
		}
		return len(changes)
	}
	counting := func(slug string, before *int) func(context.Context, func()) func(*store.Tx) error {
		return func(context.Context, func()) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				*before = seen()
				return tx.InsertTopic(topicOf(slug))
			}
		}
	}
	var one, two int
	errs := waiters(t, s, counting("one", &one), counting("two", &two))
	if errors.Join(errs...) != nil || one != 0 || two != 0 || seen() != 2 {
		t.Errorf("the writers = %v; %d, %d and in the end %d changes are seen, want 0, 0 and 2", errs, one, two, seen())
	}
	store.FailFinishing(s)
	errs = waiters(t, s, counting("three", &one), counting("four", &two))
	if errs[0] == nil || errs[1] == nil || errs[2] == nil || seen() != 2 {
		t.Errorf("the writers = %v, and %d changes are seen, want errors and still 2", errs, seen())
	}
}

// Where the disk is full, SQLite undoes the whole transaction: all that wrote in it are told
// so, and those that write later are not hindered.
func TestWritersWithoutRoom(t *testing.T) {
	t.Parallel()
	s := shares(t)
	first := func(context.Context, func()) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.InsertTopic(topicOf("first")) }
	}
	second := func(context.Context, func()) func(*store.Tx) error { return store.Undo }
	for i, err := range waiters(t, s, first, second) {
		if model.CodeOf(err) != model.CodeUnavailable {
			t.Errorf("writer %d of a transaction that was undone = %v, want UNAVAILABLE", i, err)
		}
	}
	tries := func(tx *store.Tx) error { return tx.Try(store.Undo) }
	if err := s.Write(t.Context(), store.Actor{}, 0, tries); model.CodeOf(err) != model.CodeUnavailable || !strings.Contains(err.Error(), "out of room") {
		t.Errorf("to try to fill the disk = %v, want UNAVAILABLE, as there is no room", err)
	}
	if err := s.Write(t.Context(), store.Actor{}, 0, func(tx *store.Tx) error { return tx.InsertTopic(topicOf("first")) }); err != nil {
		t.Errorf("a write afterwards = %v, want nil", err)
	}
}
