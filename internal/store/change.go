package store

import (
	"context"
	"math"
	"slices"

	"github.com/diwan-cms/diwan/internal/database"
	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// Place is a place in the change log, to go on from.
type Place struct {
	// Position is that of the last change before the place; 0 at the beginning.
	Position int64
	// Horizon is how far the log was compacted when the place was handed out. A place
	// with an earlier horizon than the log's may be lost: changes after it may be gone.
	Horizon int64
}

// Beginning is the place for clients that have nothing yet; it is never lost.
func Beginning() Place { return Place{Horizon: math.MaxInt64} }

const changeOrder = "changes"

// ReadPlace returns the place that a cursor stands for. Cursors from before the first
// compaction carry no horizon.
func ReadPlace(argument, text string) (Place, error) {
	o := order{name: changeOrder}
	if _, values := parseCursor(text); len(values) > 0 {
		o.terms = []term{{values: numbers}}
	}
	c, err := readCursor(argument, text, o)
	if err != nil || len(c.values) == 0 {
		return Place{Position: c.key}, err
	}
	horizon, _ := c.values[0].(int64)
	return Place{c.key, horizon}, nil
}

// Cursor returns the cursor that stands for the place.
func (p Place) Cursor() string {
	c := cursor{order: changeOrder, key: p.Position}
	if p.Horizon > 0 {
		c.values = []any{p.Horizon}
	}
	return c.String()
}

// lost returns CURSOR_EXPIRED if the log was compacted beyond the place.
func (p Place) lost(horizon int64) error {
	if p.Horizon >= horizon || p.Position >= horizon {
		return nil
	}
	return &model.Error{
		Code: model.CodeCursorExpired, Path: []string{"after"},
		Message: "`after` is older than the changes that are kept: some after it are gone. Start again with an empty copy: ask for `changes` without `after`, and page on to the end",
	}
}

// Changes returns up to most changes after a place that the view shows, oldest first,
// for nodes of the given types, or of all types if nil. next is the place to continue
// from: after the last of them, or the end of the log. CURSOR_EXPIRED if the place is
// lost.
//
// Of an article, readers see the changes from its publication to the change that ends
// it.
func (s *Store) Changes(ctx context.Context, view View, after Place, types []model.NodeType, most int) (changes []*model.Change, next Place, err error) {
	err = s.read(ctx, view, func(r *reading) (err error) {
		changes, next, err = r.changes(after, r.seenChanges(types), most)
		return err
	})
	return changes, next, err
}

// Publications are articles that became visible to readers.
type Publications struct {
	Articles []*model.Article
	// Cursors are the places of their publications in the log.
	Cursors []string
	// Next is the place to continue from.
	Next Place
	// More means that the limit on changes was reached.
	More bool
}

// Published returns the articles that became visible to readers after a place and still
// are, in the order of publication, if they match the filter. A nil filter matches all.
// It looks at no more than q.Most changes.
func (s *Store) Published(ctx context.Context, view View, q PublishedQuery, plan *model.Plan) (Publications, error) {
	wanted, err := matches(s.engine, s.nouns, q.Filter)
	if err != nil {
		return Publications{Next: q.After}, inArgument("filter", err)
	}
	published := Publications{Next: q.After}
	err = s.read(ctx, view, func(r *reading) error {
		changes, next, err := r.changes(q.After, sql.Text("change.node_type = ? AND change.kind = ? AND "+standing, model.NodeArticle, model.ChangePublished), q.Most)
		published.Next = next
		if err != nil {
			return err
		}
		published.More = len(changes) == q.Most
		keys := make([]int64, len(changes))
		for i, change := range changes {
			keys[i] = change.NodeKey
		}
		found, err := byKeys[model.Article](r, selection{keys: distinct(slices.Clone(keys)), where: wanted}, plan)
		for i, key := range keys {
			if article := found[key]; article != nil {
				published.Articles = append(published.Articles, article)
				published.Cursors = append(published.Cursors, changes[i].Cursor)
			}
		}
		return err
	})
	return published, err
}

// PublishedQuery selects publications.
type PublishedQuery struct {
	After  Place
	Filter model.Filter
	// Most is how many changes to look at.
	Most int
}

// standing holds for a publication that is the article's last, and that no change has
// ended.
const standing = `NOT EXISTS (SELECT 1 FROM changes later WHERE later.node_type = change.node_type AND later.node_id = change.node_id AND later.id > change.id AND later.kind <> 'UPDATED')`

// ChangePage returns a page of the change log as the view shows it, oldest first. The
// end of the last page is the end of the log, even if the view does not show the last
// changes.
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
		cursors := make([]string, len(page.Nodes))
		for i, change := range page.Nodes {
			cursors[i] = change.Cursor
		}
		page.CursorOf = func(i int) string { return cursors[i] }
		page.PageInfo = request{Page: model.Page{After: q.After}}.pageInfo(cursors, more)
		if len(changes) == 0 {
			end := next.Cursor()
			page.PageInfo.EndCursor = &end
		}
		return r.nodesOf(page.Nodes, wanted.node)
	})
	return page, err
}

// seenChanges holds for the changes of these types that the view shows.
func (r *reading) seenChanges(types []model.NodeType) sql.Clause {
	seen := sql.Always()
	if !r.view.Drafts {
		seen = sql.Text("change.readers")
	}
	if types != nil {
		seen = sql.All(database.Among(r.engine, "change.node_type", types), seen)
	}
	return seen
}

// changes reads the changes after a place that satisfy the condition.
func (r *reading) changes(after Place, where sql.Clause, most int) (changes []*model.Change, next Place, err error) {
	var log []struct{ Last, Horizon int64 }
	err = r.Together(
		func() error {
			return r.Scan(&log, sql.Text("SELECT COALESCE((SELECT MAX(id) FROM changes), 0) AS last, "+HorizonNow+" AS horizon"))
		},
		func() error {
			return r.Scan(&changes, sql.Join(" ", sql.Text("SELECT change.* FROM changes change"), sql.Where(sql.All(sql.Text("change.id > ?", after.Position), where)), sql.Limit(most).Wrap("ORDER BY change.id ", "")))
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
		change.Cursor = Place{change.Position, next.Horizon}.Cursor()
	}
	return changes, next, nil
}

// HorizonNow is an SQL expression for how far the change log is compacted.
const HorizonNow = "COALESCE((SELECT position FROM change_horizon), 0)"

// nodesOf loads the current nodes of changes, if the plan wants them, and hangs them on
// the changes: nil if a node is gone or not visible.
func (r *reading) nodesOf(changes []*model.Change, plan *model.Plan) error {
	relation := plan.Relation("node")
	if relation == nil {
		return nil
	}
	ids := make([]model.ID, len(changes))
	for i, change := range changes {
		ids[i] = change.NodeID()
	}
	found, err := r.nodes(ids, false, relation.Plan.Of)
	for _, change := range changes {
		change.Hang(relation.Key, found[change.NodeID()])
	}
	return err
}

// End returns the end of the change log.
func (s *Store) End(ctx context.Context) (Place, error) {
	var end Place
	err := s.engine.Reader().WithContext(ctx).Raw("SELECT COALESCE(MAX(id), 0) AS position, " + HorizonNow + " AS horizon FROM changes").Scan(&end).Error
	return end, database.Troubled(ctx, s.engine, err)
}

// ReadersPosition returns a number that grows with every change that readers see, and with
// each step of a rebuild of the index: while it stays the same, so does what they get.
func (s *Store) ReadersPosition(ctx context.Context) (int64, error) {
	position, err := s.engine.Number(ctx, sql.Text("SELECT COALESCE(MAX(id), 0) + COALESCE((SELECT value FROM search_state WHERE name = ?), 0) FROM changes WHERE readers", reindexClock))
	return position, database.Troubled(ctx, s.engine, err)
}
