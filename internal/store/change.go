package store

import (
	"context"
	"math"
	"slices"

	"github.com/diwan-cms/diwan/model"
)

// Place is a place in the change log, to go on from.
type Place struct {
	// Position is that of the change before, 0 at the beginning.
	Position int64
	// Horizon is how far the log was compacted when the place was told. One that lies
	// before what was compacted since is lost: changes behind it may be gone.
	Horizon int64
}

// Beginning is the place of who has nothing yet: it is never lost.
func Beginning() Place { return Place{Horizon: math.MaxInt64} }

const changeOrder = "changes"

// ReadPlace answers the place that a cursor names. Cursors of before the first
// compaction do not say how far that was.
func ReadPlace(argument, text string) (Place, error) {
	o := order{name: changeOrder}
	if _, values := parseCursor(text); len(values) > 0 {
		o.terms = []term{{kind: numbers}}
	}
	c, err := readCursor(argument, text, o)
	if err != nil || len(c.values) == 0 {
		return Place{Position: c.key}, err
	}
	horizon, _ := c.values[0].(int64)
	return Place{c.key, horizon}, nil
}

func (p Place) cursor() string {
	c := cursor{order: changeOrder, key: p.Position}
	if p.Horizon > 0 {
		c.values = []any{p.Horizon}
	}
	return c.String()
}

// lost answers CURSOR_EXPIRED where the log was compacted beyond the place.
func (p Place) lost(horizon int64) error {
	if p.Horizon >= horizon || p.Position >= horizon {
		return nil
	}
	return &model.Error{
		Code: model.CodeCursorExpired, Path: []string{"after"},
		Message: "`after` is older than the changes that are kept: some behind it are gone. Start again with an empty copy: ask for `changes` without `after`, and page on to the end",
	}
}

// Changes answers the changes behind a place that the view may see, oldest first,
// at most so many, of the types or of all. next is the place to go on from: behind
// the last of them, or the end of the log. CURSOR_EXPIRED where the place is lost.
//
// Readers see the changes of an article from its publication to the change that
// ends it.
func (s *Store) Changes(ctx context.Context, view View, after Place, types []model.NodeType, most int) (changes []*model.Change, next Place, err error) {
	err = s.read(ctx, view, func(r *reading) (err error) {
		changes, next, err = r.changes(after, r.seenChanges(types), most)
		return err
	})
	return changes, next, err
}

// Published answers the articles that became visible to readers behind a place and
// still are, in the order of that, those for which the filter holds: nil holds for
// all. It looks at so many changes at most; more tells whether there were as many.
func (s *Store) Published(ctx context.Context, view View, after Place, filter model.Filter, plan *model.Plan, most int) (published []*model.Article, next Place, more bool, err error) {
	wanted, err := matches(s.dialect, filter)
	if err != nil {
		return nil, after, false, at("filter", err)
	}
	err = s.read(ctx, view, func(r *reading) error {
		var changes []*model.Change
		changes, next, err = r.changes(after, sql("c.node_type = ? AND c.kind = ? AND "+standing, model.NodeArticle, model.ChangePublished), most)
		if err != nil {
			return err
		}
		more = len(changes) == most
		keys := make([]int64, len(changes))
		for i, change := range changes {
			keys[i] = change.NodeKey
		}
		found, err := someByKeys(r, articles(), distinct(slices.Clone(keys)), wanted, plan)
		for _, key := range keys {
			if article := found[key]; article != nil {
				published = append(published, article)
			}
		}
		return err
	})
	return published, next, more, err
}

// standing holds for a publication c that nothing has ended, and that was not told
// of anew.
const standing = `NOT EXISTS (SELECT 1 FROM changes l WHERE l.node_type = c.node_type AND l.node_id = c.node_id AND l.id > c.id AND l.kind <> 'UPDATED')`

// ChangePage answers a page of the change log as the view may see it, oldest first.
// Where there are no more, its end is the end of the log, whatever the view may see
// of that.
func (s *Store) ChangePage(ctx context.Context, view View, q model.ChangeQuery, plan *model.Plan) (*model.ChangeConnection, error) {
	size, err := model.Count("first", q.First, model.DefaultPage, model.MaxPage)
	if err != nil {
		return nil, err
	}
	after := Beginning()
	if q.After != nil {
		if after, err = ReadPlace("after", *q.After); err != nil {
			return nil, err
		}
	}
	wanted := planOf(plan)
	page := &model.ChangeConnection{}
	if !wanted.rows {
		return page, nil
	}
	err = s.read(ctx, view, func(r *reading) error {
		changes, next, err := r.changes(after, r.seenChanges(q.Types), size+1)
		if err != nil {
			return err
		}
		more := len(changes) > size
		page.Nodes = changes[:min(size, len(changes))]
		for _, change := range page.Nodes {
			page.Cursors = append(page.Cursors, change.Cursor)
		}
		page.PageInfo = edgesOf(page.Cursors, more, false, model.Page{After: q.After})
		if len(changes) == 0 {
			end := next.cursor()
			page.PageInfo.EndCursor = &end
		}
		return r.nodesOf(page.Nodes, wanted.node)
	})
	return page, err
}

// seenChanges holds for the changes c of these types that the view may see.
func (r *reading) seenChanges(types []model.NodeType) clause {
	seen := always()
	if !r.view.Drafts {
		seen = sql("c.readers")
	}
	if types != nil {
		seen = both(among(r.dialect, "c.node_type", types), seen)
	}
	return seen
}

// changes reads the changes c behind a place for which the condition holds.
func (r *reading) changes(after Place, where clause, most int) (changes []*model.Change, next Place, err error) {
	var log []struct{ Last, Horizon int64 }
	err = r.together(
		func() error {
			return r.scan(&log, sql("SELECT COALESCE((SELECT MAX(id) FROM changes), 0) AS last, "+horizonNow+" AS horizon"))
		},
		func() error {
			return r.scan(&changes, join(" ", sql("SELECT c.* FROM changes c WHERE c.id > ? AND", after.Position), where, sql("ORDER BY c.id LIMIT ?", most)))
		},
	)
	if err == nil {
		err = after.lost(log[0].Horizon)
	}
	if err != nil {
		return nil, after, err
	}
	next = Place{max(after.Position, log[0].Last), log[0].Horizon}
	if len(changes) == most {
		next.Position = changes[most-1].Position
	}
	for _, change := range changes {
		change.Cursor = Place{change.Position, next.Horizon}.cursor()
	}
	return changes, next, nil
}

// horizonNow is how far the log is compacted, as SQL.
const horizonNow = "COALESCE((SELECT position FROM change_horizon), 0)"

// nodesOf loads the nodes of changes as they are now, where the plan of the changes
// asks for them, and hangs them there: nil where one is gone, or not to be seen.
func (r *reading) nodesOf(changes []*model.Change, plan *model.Plan) error {
	relation := plan.Relation("node")
	if relation == nil {
		return nil
	}
	keys := map[model.NodeType][]int64{}
	for _, change := range changes {
		keys[change.NodeType] = append(keys[change.NodeType], change.NodeKey)
	}
	found := make(map[model.ID]model.Node, len(changes))
	err := r.collectAll(keys, relation.Plan.Of, found)
	for _, change := range changes {
		change.Hang(relation.Key, found[change.NodeID()])
	}
	return err
}

// End answers the end of the change log.
func (s *Store) End(ctx context.Context) (Place, error) {
	var end Place
	err := s.dialect.reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(id), 0) AS position, " + horizonNow + " AS horizon FROM changes").Scan(&end).Error
	return end, s.troubled(ctx, err)
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
