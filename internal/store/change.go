package store

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

// Changes answers the changes behind a position of the change log that the view
// may see, oldest first, at most so many, of the types or of all. next is the
// position to go on from: behind the last of them, or the end of the log.
//
// Readers see the changes of an article from its publication to the change that
// ends it.
func (s *Store) Changes(ctx context.Context, view View, after int64, types []model.NodeType, most int) (changes []*model.Change, next int64, err error) {
	seen := always()
	if !view.Drafts {
		seen = sql("c.readers")
	}
	if types != nil {
		seen = both(among(s.dialect, "c.node_type", types), seen)
	}
	err = s.read(ctx, view, func(r *reading) error {
		var end []struct{ ID int64 }
		err := r.together(
			func() error { return r.scan(&end, sql("SELECT MAX(id) AS id FROM changes HAVING MAX(id) IS NOT NULL")) },
			func() error {
				return r.scan(&changes, join(" ", sql("SELECT c.* FROM changes c WHERE c.id > ? AND", after), seen, sql("ORDER BY c.id LIMIT ?", most)))
			},
		)
		next = after
		switch {
		case len(changes) == most:
			next = changes[most-1].Position
		case len(end) > 0:
			next = max(after, end[0].ID)
		}
		return err
	})
	for _, change := range changes {
		change.Cursor = cursor{order: changeOrder, key: change.Position}.String()
	}
	return changes, next, err
}

const changeOrder = "changes"

// Position answers the place in the change log that a cursor names.
func Position(argument, text string) (int64, error) {
	c, err := readCursor(argument, text, order{name: changeOrder})
	return c.key, err
}

// LastChange answers the position of the last change, 0 when there was none.
func (s *Store) LastChange(ctx context.Context) (position int64, err error) {
	err = s.dialect.reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM changes").Scan(&position).Error
	return position, s.troubled(ctx, err)
}

// Changed answers a channel that is closed when this store has written next.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Announce wakes all who wait for a change: after each write of this store, and
// when somebody saw one of another program.
func (s *Store) Announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}
