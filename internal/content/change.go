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
	// changesAtOnce is how many changes are read at a time, which is how many a slow
	// client keeps in memory.
	changesAtOnce = 100
	// lookEvery is how often the log is checked for what other programs wrote, and how
	// long a follower waits after it could not be read.
	lookEvery = time.Second
	// lookWithin is how long such a check may take.
	lookWithin = 5 * time.Second
)

// Changes returns a page of the change log as the request may see it.
func (s *Service) Changes(ctx context.Context, q model.ChangeQuery, plan *model.Plan) (*model.ChangeConnection, error) {
	return inView(ctx, s, s.store.ChangePage, q, plan)
}

// Feed delivers things to one listener, one at a time.
type Feed[T any] struct {
	// C delivers them. It is closed when the feed ends.
	C     <-chan *T
	err   error
	trail *trail
}

// Cursor returns the place in the change log of the oldest thing that was taken from C and
// is not Done with.
func (f *Feed[T]) Cursor() string { return f.trail.next() }

// Done says that the oldest thing has arrived where it was to go. It is called once for
// each.
func (f *Feed[T]) Done() { f.trail.drop() }

// Position returns the place in the change log from which to go on: everything before it
// has arrived, and nothing behind it.
func (f *Feed[T]) Position() string { return f.trail.position() }

// trail knows how far a feed has come.
type trail struct {
	mu sync.Mutex
	// place is where everything has arrived that was read before.
	place string
	// ahead are the places behind it: first that of a thing which has not arrived.
	ahead []milestone
}

// milestone is a place that a feed has passed.
type milestone struct {
	cursor string
	// empty says that nothing is to arrive there.
	empty bool
}

func trailFrom(place store.Place) *trail { return &trail{place: place.Cursor()} }

// add notes that a thing was read.
func (t *trail) add(cursor string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ahead = append(t.ahead, milestone{cursor, false})
}

// pass notes that everything was read before a place.
func (t *trail) pass(place store.Place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ahead = append(t.ahead, milestone{place.Cursor(), true})
	t.skip()
}

// skip goes on to the next thing.
func (t *trail) skip() {
	for len(t.ahead) > 0 && t.ahead[0].empty {
		t.place, t.ahead = t.ahead[0].cursor, t.ahead[1:]
	}
}

func (t *trail) next() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ahead[0].cursor
}

func (t *trail) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.place, t.ahead = t.ahead[0].cursor, t.ahead[1:]
	t.skip()
}

func (t *trail) position() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.place
}

// Err returns why the feed ended, once C is closed. It is nil if the listener left.
func (f *Feed[T]) Err() error { return f.err }

// Follow delivers the changes after a cursor that the request may see, and then
// every new one, until ctx ends. Without a cursor it begins with the next change.
// While the database cannot be reached, the feed waits and loses nothing. It ends
// with CURSOR_EXPIRED when the log was compacted beyond what the listener has taken.
func (s *Service) Follow(ctx context.Context, after *string, types []model.NodeType) (*Feed[model.Change], error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	from, err := s.startOf(ctx, after)
	if err != nil {
		return nil, err
	}
	way := trailFrom(from)
	return follow(ctx, s, from, way, func(ctx context.Context, from store.Place) (changes []*model.Change, next store.Place, more bool, err error) {
		changes, next, err = s.store.Changes(ctx, view, from, types, changesAtOnce)
		for _, change := range changes {
			way.add(change.Cursor)
		}
		return changes, next, len(changes) == changesAtOnce, err
	}), nil
}

// Published delivers each article that becomes visible to readers from now on and
// that the filter matches, as the request may see it. An article that is hidden
// again before it could be delivered is left out.
func (s *Service) Published(ctx context.Context, filter *model.ArticleFilter, plan *model.Plan) (*Feed[model.Article], error) {
	return s.PublishedAfter(ctx, nil, filter, plan)
}

// PublishedAfter is Published from a cursor of the change log on.
func (s *Service) PublishedAfter(ctx context.Context, after *string, filter *model.ArticleFilter, plan *model.Plan) (*Feed[model.Article], error) {
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
	from, err := s.startOf(ctx, after)
	if err != nil {
		return nil, err
	}
	way := trailFrom(from)
	return follow(ctx, s, from, way, func(ctx context.Context, from store.Place) (articles []*model.Article, next store.Place, more bool, err error) {
		view, err := s.view(ctx) // a new one each time: it holds the date
		if err != nil {
			return nil, from, false, err
		}
		published, err := s.store.Published(ctx, view, store.PublishedQuery{After: from, Filter: wanted, Most: changesAtOnce}, plan)
		for _, cursor := range published.Cursors {
			way.add(cursor)
		}
		return published.Articles, published.Next, published.More, err
	}), nil
}

// startOf returns where a feed starts: after the cursor, else at the end of the log.
func (s *Service) startOf(ctx context.Context, after *string) (store.Place, error) {
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
	from store.Place // after what was delivered
	read reader[T]
}

// reader returns what the changes after a place mean to a feed, the place from which
// to go on, and whether there is more to read at once.
type reader[T any] func(ctx context.Context, from store.Place) (things []*T, next store.Place, more bool, err error)

func follow[T any](ctx context.Context, s *Service, from store.Place, way *trail, read reader[T]) *Feed[T] {
	out := make(chan *T)
	f := &follower[T]{s, &Feed[T]{C: out, trail: way}, out, from, read}
	go f.run(ctx)
	return f.feed
}

func (f *follower[T]) run(ctx context.Context) {
	defer close(f.out)
	defer f.watch.join(f.Service)()
	failing := false
	for ctx.Err() == nil {
		changed := f.store.Changed() // before reading, so that no change is missed
		things, next, more, err := f.read(ctx, f.from)
		if code := model.CodeOf(err); code != "" && code != model.CodeUnavailable {
			f.feed.err = err // trying again would not help
			return
		}
		if err != nil {
			if !failing {
				f.logFailure(ctx, err)
			}
			failing = true
			pause(ctx, nil, lookEvery)
			continue
		}
		failing = false
		for _, thing := range things {
			select {
			case f.out <- thing:
			case <-ctx.Done():
				return
			}
		}
		f.from = next
		f.feed.trail.pass(next)
		if !more {
			pause(ctx, changed, 0)
		}
	}
}

// logFailure logs why the change log could not be read, unless the database is away:
// the watch logs that once for all followers.
func (f *follower[T]) logFailure(ctx context.Context, err error) {
	if ctx.Err() == nil && model.CodeOf(err) == "" {
		f.log.ErrorContext(ctx, "the change log cannot be read for a follower; trying again", "error", err, "requestId", model.RequestIDOf(ctx))
	}
}

// pause waits until changed is closed, ctx ends, or the time is over. A time of zero
// never is.
func pause(ctx context.Context, changed <-chan struct{}, most time.Duration) {
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

// watch checks the log for what other programs wrote: once for all followers, and
// only while there are any.
type watch struct {
	mu        sync.Mutex
	followers int
	stop      context.CancelFunc
}

// join adds a follower. Calling leave removes it.
func (w *watch) join(s *Service) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.followers++; w.followers == 1 {
		ctx, stop := context.WithCancel(context.Background())
		w.stop = stop
		go s.watchLog(ctx)
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

// watchLog wakes the followers when the log has grown, and when the database is
// reachable again.
func (s *Service) watchLog(ctx context.Context) {
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
		pause(ctx, nil, lookEvery)
	}
}
