package content

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

const (
	// changesAtOnce are read at a time. A client that takes them slowly holds no
	// more than these.
	changesAtOnce = 100
	// lookEvery is how often the log is looked at for what other programs wrote, and
	// how long a follower waits whose reading failed.
	lookEvery = time.Second
	// lookWithin is how long a look may take.
	lookWithin = 5 * time.Second
)

// Changes answers a page of the change log as the request may see it.
func (s *Service) Changes(ctx context.Context, q model.ChangeQuery, plan *model.Plan) (*model.ChangeConnection, error) {
	return one(ctx, s, s.store.ChangePage, q, plan)
}

// Feed hands things on to one who listens, one after the other.
type Feed[T any] struct {
	// C has them. It is closed at the end.
	C   <-chan *T
	err error
}

// Err says why it ended, once C is closed: nil where the listener has left.
func (f *Feed[T]) Err() error { return f.err }

// Follow answers the changes behind a cursor that the request may see, and then
// each that is made, until ctx ends. Without a cursor it begins with the next.
// While the database cannot be reached nothing comes, and nothing is lost. The
// feed ends with CURSOR_EXPIRED where the log was compacted beyond what the
// listener has taken.
func (s *Service) Follow(ctx context.Context, after *string, types []model.NodeType) (*Feed[model.Change], error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	from, err := s.place(ctx, after)
	if err != nil {
		return nil, err
	}
	return follow(ctx, s, from, func(ctx context.Context, from store.Place) (found []*model.Change, next store.Place, more bool, err error) {
		found, next, err = s.store.Changes(ctx, view, from, types, changesAtOnce)
		return found, next, len(found) == changesAtOnce, err
	}), nil
}

// Published answers each article that becomes visible to readers from now on and for
// which the filter holds, as the request may see it: nothing of one that is hidden
// again before it could be told.
func (s *Service) Published(ctx context.Context, filter *model.ArticleFilter, plan *model.Plan) (*Feed[model.Article], error) {
	var wanted model.Filter
	if filter != nil { // a nil pointer in an interface is not nil
		wanted = filter
	}
	if err := s.store.CheckFilter(wanted); err != nil {
		return nil, err
	}
	if _, err := s.view(ctx); err != nil {
		return nil, err
	}
	from, err := s.store.End(ctx)
	if err != nil {
		return nil, err
	}
	return follow(ctx, s, from, func(ctx context.Context, from store.Place) (found []*model.Article, next store.Place, more bool, err error) {
		view, err := s.view(ctx) // whose day is today
		if err != nil {
			return nil, from, false, err
		}
		published, err := s.store.Published(ctx, view, store.PublishedQuery{After: from, Filter: wanted, Most: changesAtOnce}, plan)
		return published.Articles, published.Next, published.More, err
	}), nil
}

// place is where a follower begins.
func (s *Service) place(ctx context.Context, after *string) (store.Place, error) {
	if after == nil {
		return s.store.End(ctx)
	}
	return store.ReadPlace("after", *after)
}

// follower reads the log for a feed.
type follower[T any] struct {
	*Service
	feed *Feed[T]
	out  chan<- *T
	from store.Place // behind what was handed on
	read reader[T]
}

// reader answers what the changes behind a place come to, the place to go on from,
// and whether there are more at once.
type reader[T any] func(ctx context.Context, from store.Place) (found []*T, next store.Place, more bool, err error)

func follow[T any](ctx context.Context, s *Service, from store.Place, read reader[T]) *Feed[T] {
	out := make(chan *T)
	f := &follower[T]{s, &Feed[T]{C: out}, out, from, read}
	go f.run(ctx)
	return f.feed
}

func (f *follower[T]) run(ctx context.Context) {
	defer close(f.out)
	defer f.watch.join(f.Service)()
	failing := false
	for ctx.Err() == nil {
		changed := f.store.Changed() // before reading, so that nothing falls between
		found, next, more, err := f.read(ctx, f.from)
		if code := model.CodeOf(err); code != "" && code != model.CodeUnavailable {
			f.feed.err = err // trying again would not help
			return
		}
		if err != nil {
			if !failing {
				f.tell(ctx, err)
			}
			failing = true
			rest(ctx, nil, lookEvery)
			continue
		}
		failing = false
		for _, one := range found {
			select {
			case f.out <- one:
			case <-ctx.Done():
				return
			}
		}
		f.from = next
		if !more {
			rest(ctx, changed, 0)
		}
	}
}

// tell logs why the log could not be read, unless it is that the database is
// away: the watch tells that for all followers together.
func (f *follower[T]) tell(ctx context.Context, err error) {
	if ctx.Err() == nil && model.CodeOf(err) == "" {
		f.log.ErrorContext(ctx, "the change log cannot be read for a follower; trying again", "error", err, "requestId", model.RequestIDOf(ctx))
	}
}

// rest waits until changed is closed, so long, or until ctx ends. A time of zero
// is for ever.
func rest(ctx context.Context, changed <-chan struct{}, most time.Duration) {
	var over <-chan time.Time
	if most > 0 {
		timer := time.NewTimer(most)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-changed:
	case <-over:
	case <-ctx.Done():
	}
}

// watch looks at the log for what other programs wrote, once for all followers
// together, and only while there are some.
type watch struct {
	mu        sync.Mutex
	followers int
	stop      context.CancelFunc
}

// join counts a follower in, until leave.
func (w *watch) join(s *Service) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.followers++; w.followers == 1 {
		ctx, stop := context.WithCancel(context.Background())
		w.stop = stop
		go s.look(ctx)
	}
	return w.leave
}

func (w *watch) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.followers--; w.followers == 0 {
		w.stop()
	}
}

// look wakes the followers when the log has grown, and after the database was
// away.
func (s *Service) look(ctx context.Context) {
	last, away := store.Place{Position: -1}, false
	for ctx.Err() == nil {
		within, cancel := context.WithTimeout(ctx, lookWithin)
		end, err := s.store.End(within)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !away:
			s.log.LogAttrs(ctx, slog.LevelWarn, "the change log cannot be read; whoever follows it waits", slog.Any("error", err))
		case err == nil && (away || end != last):
			s.store.Announce()
		}
		if away = err != nil; !away {
			last = end
		}
		rest(ctx, nil, lookEvery)
	}
}
