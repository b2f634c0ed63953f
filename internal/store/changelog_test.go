package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

func changesOf[T interface{ NodeID() model.ID }](list []T, kind func(T) model.ChangeKind) []string {
	var got []string
	for _, change := range list {
		got = append(got, fmt.Sprint(kind(change), " ", change.NodeID().Type, " ", change.NodeID().Key))
	}
	return got
}

func kindOfChange(c *model.Change) model.ChangeKind { return c.Kind }

// Of an article, readers see the changes from its publication to the one that ends it.
func TestChangesThatViewsSee(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	start, err := s.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	publish := func(a *store.TaggedArticle) {
		a.Status, a.Public, a.PublishedAt = model.ArticleStatusPublished, true, of(on(4, 1))
	}
	edit(t, s, begin+1, draft, func(a *store.TaggedArticle) { a.Title = "Another" })
	edit(t, s, begin+2, draft, publish)
	edit(t, s, begin+3, draft, func(a *store.TaggedArticle) { a.Title = "One more" })
	edit(t, s, begin+4, draft, func(a *store.TaggedArticle) { a.Status, a.Public = model.ArticleStatusDraft, false })
	mustWrite(t, s, func(tx *store.Tx) error {
		topic, err := tx.Topic(sport)
		if err != nil {
			return err
		}
		next := *topic
		next.ParentKey = of[int64](politics)
		a, err := tx.Article(draft)
		if err != nil {
			return err
		}
		if err := tx.UpdateTopic(topic, &next); err != nil {
			return err
		}
		return tx.DeleteArticle(a)
	})
	for _, c := range []struct {
		rule  string
		view  store.View
		types []model.NodeType
		most  int
		want  string
	}{
		{"editors see all", editors(), nil, 10, "UPDATED Article 7, PUBLISHED Article 7, UPDATED Article 7, UNPUBLISHED Article 7, UPDATED Topic 4, DELETED Article 7"},
		{"readers see what they could see", readers(), nil, 10, "PUBLISHED Article 7, UPDATED Article 7, UNPUBLISHED Article 7, UPDATED Topic 4"},
		{"of some types", readers(), []model.NodeType{model.NodeTopic}, 10, "UPDATED Topic 4"},
		{"of none", editors(), []model.NodeType{}, 10, ""},
		{"the first", editors(), nil, 2, "UPDATED Article 7, PUBLISHED Article 7"},
	} {
		changes, next, err := s.Changes(t.Context(), c.view, start, c.types, c.most)
		if got := strings.Join(changesOf(changes, kindOfChange), ", "); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.rule, got, err, c.want)
		}
		if want := start.Position + 6; c.most == 10 && next.Position != want || c.most == 2 && next.Position != start.Position+2 {
			t.Errorf("%s: next is %+v, want the end of the log, %d, or the last change", c.rule, next, want)
		}
	}
}

func TestPagesOfChanges(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	plan := &model.Plan{}
	node := plan.Want("pageInfo").Relate("nodes", "nodes", model.Args{}).Plan.Relate("node", "node", model.Args{}).Plan
	node.ByType = map[model.NodeType]*model.Plan{model.NodeTopic: (&model.Plan{}).Want("slug")}
	read := func(view store.View, q model.ChangeQuery) *model.ChangeConnection {
		t.Helper()
		page, err := s.ChangePage(t.Context(), view, q, plan)
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	topics := []model.NodeType{model.NodeTopic}
	page := read(readers(), model.ChangeQuery{First: of(3), Types: topics})
	wantList(t, "first page", changesOf(page.Nodes, kindOfChange), "CREATED Topic 1", "CREATED Topic 2", "CREATED Topic 3")
	if !page.PageInfo.HasNextPage || page.PageInfo.HasPreviousPage || *page.PageInfo.EndCursor != page.Nodes[2].Cursor {
		t.Errorf("pageInfo = %+v, want more after it, and its end the last cursor", page.PageInfo)
	}
	if topic := slot[model.Node](t, page.Nodes[1], "node").(*model.Topic); topic.Slug != "elections" {
		t.Errorf("node of the second = %+v, want elections", topic)
	}
	page = read(readers(), model.ChangeQuery{First: of(3), After: page.PageInfo.EndCursor, Types: topics})
	wantList(t, "second page", changesOf(page.Nodes, kindOfChange), "CREATED Topic 4")
	end := page.PageInfo.EndCursor
	if page.PageInfo.HasNextPage || !page.PageInfo.HasPreviousPage {
		t.Errorf("pageInfo of the last = %+v", page.PageInfo)
	}
	page = read(readers(), model.ChangeQuery{After: end, Types: topics})
	if page.PageInfo.EndCursor == nil {
		t.Fatal("a page behind the last has no end")
	}
	if place, err := store.ReadPlace("after", *page.PageInfo.EndCursor); err != nil || len(page.Nodes) != 0 || place.Position != 28 {
		t.Errorf("a page behind the last = %d changes up to %+v, %v, want none, up to the end of the log", len(page.Nodes), place, err)
	}
	all := read(editors(), model.ChangeQuery{First: of(100)})
	gone := all.Nodes[len(all.Nodes)-1]
	if gone.NodeKey != reworked || slot[model.Node](t, gone, "node") == nil {
		t.Errorf("the last change = %+v, want the update of a working copy, with its article", gone)
	}
	if empty, err := s.ChangePage(t.Context(), readers(), model.ChangeQuery{}, &model.Plan{}); err != nil || len(empty.Nodes) != 0 {
		t.Errorf("a page of which nothing is wanted = %+v, %v", empty, err)
	}
	for what, q := range map[string]model.ChangeQuery{"a page too large": {First: of(101)}, "no cursor": {After: of("x")}} {
		_, err := s.ChangePage(t.Context(), readers(), q, nil)
		want := model.ErrorCodeInvalid
		if q.After != nil {
			want = model.CodeInvalidCursor
		}
		wantCode(t, what, err, want)
	}
}

// Published returns the articles that readers began to see after a place, and still see.
func TestPublished(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	start, err := s.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hide := func(a *store.TaggedArticle) { a.Status, a.Public = model.ArticleStatusDraft, false }
	publish := func(a *store.TaggedArticle) {
		a.Status, a.Public, a.PublishedAt, a.ScheduledFor = model.ArticleStatusPublished, true, of(on(4, 1)), nil
	}
	for i, step := range []struct {
		key int64
		f   func(*store.TaggedArticle)
	}{{draft, publish}, {draft, hide}, {match, hide}, {match, publish}, {scheduled, publish}, {match, func(a *store.TaggedArticle) { a.Title = "Again" }}} {
		edit(t, s, begin+model.DateTime(i), step.key, step.f)
	}
	read := func(q store.PublishedQuery) ([]string, store.Publications) {
		t.Helper()
		found, err := s.Published(t.Context(), readers(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		return slugsOf(found.Articles), found
	}
	got, found := read(store.PublishedQuery{After: start, Most: 10})
	wantList(t, "published and still there, in the order of publication", got, "en:match", "ar:scheduled")
	if found.More || found.Next.Position != start.Position+6 {
		t.Errorf("the place to go on from = %+v, want the end of the log and no more", found)
	}
	got, _ = read(store.PublishedQuery{After: start, Most: 10, Filter: &model.ArticleFilter{Language: &model.StringFilter{Eq: of("ar")}}})
	wantList(t, "that match a filter", got, "ar:scheduled")
	got, found = read(store.PublishedQuery{After: start, Most: 1})
	wantList(t, "the first", got, "en:match")
	if !found.More {
		t.Error("as many changes were looked at as was allowed, and More says no")
	}
	_, err = s.Published(t.Context(), readers(), store.PublishedQuery{After: start, Most: 1, Filter: &model.ArticleFilter{ID: &model.IDFilter{Eq: of(id(model.NodeTopic, 1))}}}, nil)
	wantCode(t, "a filter by the id of a topic", err, model.ErrorCodeInvalid)
}

func TestAuditLog(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	err := s.Write(t.Context(), store.Actor{Name: "Sami", Key: "token:2", TokenID: 2}, begin+1000, func(tx *store.Tx) error {
		return tx.InsertTopic(&model.Topic{Slug: "sami", Named: names("en:Sami")})
	})
	if err != nil {
		t.Fatal(err)
	}
	read := func(q model.AuditQuery) []string {
		t.Helper()
		page, err := s.AuditPage(t.Context(), editors(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		return changesOf(page.Nodes, func(e *model.AuditEntry) model.ChangeKind { return e.Kind })
	}
	wantList(t, "of an actor", read(model.AuditQuery{Actor: of("Sami")}), "CREATED Topic 5")
	wantList(t, "since a moment, which belongs to it", read(model.AuditQuery{Since: of(begin + 1000)}), "CREATED Topic 5")
	wantList(t, "until a moment, which does not, the newest first", read(model.AuditQuery{Until: of(begin + 1000), First: of(2)}), "UPDATED Article 6", "CREATED Article 8")
	wantList(t, "of a type", read(model.AuditQuery{Types: []model.NodeType{model.NodeCountry}}), "CREATED Country 2", "CREATED Country 1")
	plan := &model.Plan{}
	plan.Want("pageInfo").Relate("nodes", "nodes", model.Args{}).Plan.Relate("node", "node", model.Args{})
	page, err := s.AuditPage(t.Context(), editors(), model.AuditQuery{First: of(1)}, plan)
	if err != nil || !page.PageInfo.HasNextPage || page.Nodes[0].TokenID().Key != 2 || slot[model.Node](t, page.Nodes[0], "node") == nil {
		t.Fatalf("the newest = %+v, %v, want Sami's token and the topic", page.Nodes[0], err)
	}
	wantList(t, "and the next", read(model.AuditQuery{First: of(1), After: page.PageInfo.EndCursor}), "UPDATED Article 6")
	if empty, err := s.AuditPage(t.Context(), editors(), model.AuditQuery{}, &model.Plan{}); err != nil || len(empty.Nodes) != 0 {
		t.Errorf("a page of which nothing is wanted = %+v, %v", empty, err)
	}
	_, err = s.AuditPage(t.Context(), editors(), model.AuditQuery{First: of(-1)}, nil)
	wantCode(t, "a page of less than none", err, model.ErrorCodeInvalid)
	_, err = s.AuditPage(t.Context(), editors(), model.AuditQuery{After: of("x")}, nil)
	wantCode(t, "no cursor", err, model.CodeInvalidCursor)
}

// Whoever waits for a change is woken by each write, and by Announce.
func TestChangedIsClosedByAWrite(t *testing.T) {
	t.Parallel()
	s := open(t)
	for what, f := range map[string]func(){
		"a write":  func() { mustWrite(t, s, func(*store.Tx) error { return nil }) },
		"Announce": s.Announce,
	} {
		changed := s.Changed()
		select {
		case <-changed:
			t.Fatalf("the channel is closed before %s", what)
		default:
		}
		f()
		select {
		case <-changed:
		default:
			t.Errorf("the channel is not closed after %s", what)
		}
	}
}
