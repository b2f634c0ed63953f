package content

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/model"
)

// A listener for whom changes are dropped before it takes them gets an error, and not a
// gap.
func TestFollowersWhoFallBehindAreTold(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic := n.topic("Topic", nil)
	page := must(n.Changes(n.ctx, model.ChangeQuery{}, nil))(t)
	feed := must(n.Follow(n.ctx, page.PageInfo.EndCursor, nil))(t)
	for i := range 2*changesAtOnce + 1 {
		must(n.UpdateTopic(n.ctx, topic.ID(), model.UpdateTopicInput{ExternalID: om(ptr(fmt.Sprint("t-", i)))}, nil))(t)
		if i == changesAtOnce { // from now on it reads as many at a time
			if first := <-feed.C; first.Version != 2 {
				t.Fatalf("the first change makes version %d, want 2", first.Version)
			}
		}
	}
	if _, err := n.store.Compact(n.ctx, model.At(n.now())+1); err != nil {
		t.Fatal(err)
	}
	last := 2
	for change := range feed.C {
		if change.Version != last+1 {
			t.Errorf("after version %d comes %d", last, change.Version)
		}
		last = change.Version
	}
	if code := model.CodeOf(feed.Err()); code != model.CodeCursorExpired || last > 1+2*changesAtOnce {
		t.Errorf("after version %d the feed ended with %v, want CURSOR_EXPIRED", last, feed.Err())
	}
}

// A feed delivers what the request may see, of the types that it asks for, after its
// cursor.
func TestFollow(t *testing.T) {
	t.Parallel()
	n := open(t)
	oil := n.topic("Oil", nil)
	page := must(n.Changes(n.reader(), model.ChangeQuery{}, nil))(t)
	gas := n.topic("Gas", nil)
	behind := must(n.Follow(n.reader(), page.PageInfo.EndCursor, nil))(t)
	readers := must(n.Follow(n.reader(), nil, nil))(t)
	officials := must(n.Follow(n.reader(), nil, []model.NodeType{model.NodeOfficial}))(t)
	editors := must(n.Follow(n.editor(), nil, nil))(t)
	draft := n.article("en", "Draft")
	coal, official := n.topic("Coal", nil), n.official("Barham Salih")
	for _, c := range []struct {
		name string
		feed *Feed[model.Change]
		want []model.ID
	}{
		{"from a cursor on", behind, []model.ID{gas.ID(), coal.ID(), official.ID()}},
		{"for readers", readers, []model.ID{coal.ID(), official.ID()}},
		{"about officials", officials, []model.ID{official.ID()}},
		{"for editors", editors, []model.ID{draft.ID(), coal.ID(), official.ID()}},
	} {
		for _, want := range c.want {
			if change := <-c.feed.C; change.NodeID() != want || change.Kind != model.ChangeCreated {
				t.Errorf("the feed %s tells of %s %v, want %v created", c.name, change.Kind, change.NodeID(), want)
			}
		}
	}
	if got := page.Nodes[0].NodeID(); len(page.Nodes) != 1 || got != oil.ID() {
		t.Errorf("changes = %v, want the first topic", page.Nodes)
	}
	if _, err := n.Follow(n.reader(), ptr("no cursor"), nil); model.CodeOf(err) != model.CodeInvalidCursor {
		t.Errorf("a feed from what is no cursor = %v, want INVALID_CURSOR", err)
	}
}

func TestFeedEndsWithItsListener(t *testing.T) {
	t.Parallel()
	n := open(t)
	ctx, leave := context.WithCancel(n.ctx)
	idle, busy := must(n.Follow(ctx, nil, nil))(t), must(n.Follow(ctx, nil, nil))(t)
	n.topic("Oil", nil)
	<-busy.C
	n.topic("Gas", nil) // which nobody takes
	leave()
	for range idle.C {
	}
	for range busy.C {
	}
	if idle.Err() != nil || busy.Err() != nil {
		t.Errorf("feeds without a listener ended with %v and %v, want nil", idle.Err(), busy.Err())
	}
}

// A feed tells where to go on, as soon as it begins and whenever something has arrived or
// was none of its business.
func TestFeedTellsWhereToGoOn(t *testing.T) {
	t.Parallel()
	n := open(t)
	feed := must(n.Follow(n.ctx, nil, []model.NodeType{model.NodeTopic}))(t)
	from := func(place string) model.ID {
		t.Helper()
		ctx, leave := context.WithCancel(n.ctx)
		defer leave()
		return (<-must(n.Follow(ctx, &place, nil))(t).C).NodeID()
	}
	start := feed.Position()
	oil := n.topic("Oil", nil)
	taken := *<-feed.C
	if onItsWay := feed.Position(); onItsWay != start || from(start) != oil.ID() || feed.Cursor() != taken.Cursor {
		t.Errorf("the feed begins at %q, and while a change is on its way is at %q with the cursor %q, want the start and %q", start, onItsWay, feed.Cursor(), taken.Cursor)
	}
	if feed.Done(); feed.Position() == start {
		t.Error("the feed still is at its start when the change has arrived")
	}
	gas := n.topic("Gas", nil)
	<-feed.C
	if got := from(feed.Position()); got != gas.ID() {
		t.Errorf("from where the feed is while the second topic is on its way, %v comes first, want %v", got, gas.ID())
	}
}

// A place behind which nothing was of interest counts once everything before it has
// arrived.
func TestTrailPassesWhatIsOfNoInterest(t *testing.T) {
	t.Parallel()
	at := func(position int64) string { return store.Place{Position: position}.Cursor() }
	way := trailFrom(store.Place{Position: 1})
	for _, c := range []struct {
		name string
		step func()
		want int64
	}{
		{"at the start", func() {}, 1},
		{"nothing of interest", func() { way.pass(store.Place{Position: 3}) }, 3},
		{"a thing was read", func() { way.add(at(4)) }, 3},
		{"and another, and more of no interest", func() { way.add(at(6)); way.pass(store.Place{Position: 9}) }, 3},
		{"the first arrived", way.drop, 4},
		{"the second arrived", way.drop, 9},
	} {
		if c.step(); way.position() != at(c.want) {
			t.Errorf("%s: the feed is at %q, want %d", c.name, way.position(), c.want)
		}
	}
}

// A feed goes on after the log could not be read, and logs that once.
func TestFeedTriesAgain(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	log := make(lines, 10)
	n := open(t, log.take)
	failures := 2
	ctx, leave := context.WithCancel(n.ctx)
	feed := follow(ctx, n.Service, store.Place{}, &trail{}, func(context.Context, store.Place) ([]*model.Change, store.Place, bool, error) {
		if failures--; failures >= 0 {
			return nil, store.Place{}, false, errors.New("out of order")
		}
		return []*model.Change{{Version: 7}}, store.Place{}, false, nil
	})
	if change := <-feed.C; change.Version != 7 {
		t.Errorf("after the failures comes %+v, want the change", change)
	}
	leave()
	for range feed.C {
	}
	if got := <-log; !strings.Contains(got, "the change log cannot be read for a follower; trying again") || len(log) != 0 {
		t.Errorf("log = %s and %d lines more, want the failure once", got, len(log))
	}
}

// The watch wakes followers when another program has written, and logs once that the
// database is away.
func TestWatchSeesOtherPrograms(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	log := make(lines, 10)
	n := open(t, log.take)
	feed := must(n.Follow(n.ctx, nil, nil))(t)
	n.exec("INSERT INTO changes (kind, node_type, node_id, version, at, actor, readers) VALUES ('CREATED', 'Topic', 7, 1, 0, 'another', 1)")
	if change := <-feed.C; change.NodeKey != 7 {
		t.Errorf("the feed tells of %+v, want what another program wrote", change)
	}
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-log; !strings.Contains(got, "the change log cannot be read") {
		t.Errorf("log = %s, want that the log cannot be read", got)
	}
}

// A feed delivers the articles that its filter matches, when readers begin to see them,
// and not again when they are corrected.
func TestPublished(t *testing.T) {
	t.Parallel()
	n := open(t)
	oil := n.topic("Oil", nil)
	filter := &model.ArticleFilter{Topics: &model.TopicListFilter{Some: &model.TopicFilter{Slug: &model.StringFilter{Eq: &oil.Slug}}}}
	plan := (&model.Plan{}).Want("title")
	everything, filtered := must(n.Published(n.reader(), nil, plan))(t), must(n.Published(n.reader(), filter, plan))(t)
	publish := func(title string, topics ...model.ID) model.ID {
		return must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: title, Topics: idsOf(topics...), Publish: om(ptr(true))}))(t).ID()
	}
	n.article("en", "Draft")
	first := publish("First", oil.ID())
	if got := (<-everything.C).Title + " " + (<-filtered.C).Title; got != "First First" {
		t.Errorf("the feeds tell of %s, want First in both", got)
	}
	must(n.UpdateArticle(n.ctx, first, model.UpdateArticleInput{Title: om(ptr("Corrected")), Publish: om(ptr(true))}, nil))(t)
	publish("Of nothing")
	publish("Second", oil.ID())
	if got := (<-everything.C).Title + ", " + (<-everything.C).Title; got != "Of nothing, Second" {
		t.Errorf("the feed of everything tells of %s, want Of nothing, Second", got)
	}
	if got := (<-filtered.C).Title; got != "Second" {
		t.Errorf("the filtered feed tells of %s, want Second", got)
	}
	many := &model.ArticleFilter{Slug: &model.StringFilter{In: make([]string, 1001)}}
	if _, err := n.Published(n.reader(), many, plan); model.CodeOf(err) != model.ErrorCodeLimitExceeded {
		t.Errorf("a feed by a list of 1001 values = %v, want LIMIT_EXCEEDED", err)
	}
}
