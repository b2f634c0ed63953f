package content

import (
	"context"
	"time"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

const (
	// changesAtOnce are read at a time. A client that takes them slowly holds no
	// more than these.
	changesAtOnce = 100
	// lookEvery is how often the log is looked at for what other programs wrote.
	lookEvery = time.Second
)

// Follow answers the changes behind a cursor that the request may see, and then
// each that is made, until ctx ends. Without a cursor it begins with the next.
// While the database cannot be reached nothing comes, and nothing is lost.
func (s *Service) Follow(ctx context.Context, after *string, types []model.NodeType) (<-chan *model.Change, error) {
	view, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	from, err := s.position(ctx, after)
	if err != nil {
		return nil, err
	}
	changes := make(chan *model.Change)
	go func() {
		defer close(changes)
		for ctx.Err() == nil {
			changed := s.store.Changed() // before reading, so that nothing falls between
			found, next, err := s.store.Changes(ctx, view, from, types, changesAtOnce)
			if err != nil {
				found, next = nil, from
			}
			for _, change := range found {
				select {
				case changes <- change:
				case <-ctx.Done():
					return
				}
			}
			from = next
			if len(found) == changesAtOnce {
				continue
			}
			select {
			case <-changed:
			case <-time.After(lookEvery):
			case <-ctx.Done():
			}
		}
	}()
	return changes, nil
}

// position is where a follower begins.
func (s *Service) position(ctx context.Context, after *string) (int64, error) {
	if after == nil {
		return s.store.LastChange(ctx)
	}
	return store.Position("after", *after)
}
