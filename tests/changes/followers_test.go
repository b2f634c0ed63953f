package changes

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// Readers see the changes of an article from its publication to its
// withdrawal or deletion. Subscribers who see drafts see every change.
func TestDraftsAreNotFollowed(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	draft := n.Server.Article(t, "Draft", variables{"publish": false}).ID
	n.Do(t, "updateArticle", draft, variables{"title": "Still a draft"})
	n.Do(t, "deleteArticle", draft, nil)

	story := n.Server.Article(t, "Story", variables{"publish": false}).ID
	n.Do(t, "updateArticle", story, variables{"title": "Better"})
	n.Do(t, "publishArticle", story, nil)
	n.Do(t, "updateArticle", story, variables{"title": "Best", "publish": true})
	n.Do(t, "updateArticle", story, variables{"title": "Not published"})
	n.Do(t, "unpublishArticle", story, nil)
	n.Do(t, "updateArticle", story, variables{"title": "Not for readers"})
	n.Do(t, "deleteArticle", story, nil)

	taken := n.Server.Article(t, "Taken back", nil).ID
	n.Do(t, "deleteArticle", taken, nil)
	open := n.Server.Article(t, "Open", nil).ID
	n.Do(t, "unpublishArticle", open, nil)
	n.Do(t, "updateArticle", open, variables{"title": "Reworked"})
	n.Do(t, "publishArticle", open, nil)

	readers := []string{
		"PUBLISHED " + story + " 3 gone", "UPDATED " + story + " 4 gone", "UNPUBLISHED " + story + " 6 gone",
		"PUBLISHED " + taken + " 1 gone", "DELETED " + taken + " 2 gone",
		"PUBLISHED " + open + " 1 there", "UNPUBLISHED " + open + " 2 there", "PUBLISHED " + open + " 4 there",
	}
	editors := []string{
		"CREATED " + draft + " 1 gone", "UPDATED " + draft + " 2 gone", "DELETED " + draft + " 3 gone",
		"CREATED " + story + " 1 gone", "UPDATED " + story + " 2 gone", readers[0], readers[1], "UPDATED " + story + " 5 gone", readers[2], "UPDATED " + story + " 7 gone", "DELETED " + story + " 8 gone",
		readers[3], readers[4],
		readers[5], readers[6], "UPDATED " + open + " 3 there", readers[7],
	}
	for name, c := range map[string]struct {
		headers []header
		want    []string
	}{
		"a reader":                  {nil, readers},
		"the admin as a reader":     {[]header{testserver.AsAdmin}, readers},
		"the admin who sees drafts": {[]header{testserver.AsAdmin, testserver.SeeDrafts}, editors},
	} {
		f := n.Follow(t, variables{"after": after}, c.headers...)
		if got := testserver.Describe(f.Take(len(c.want))); !slices.Equal(got, c.want) {
			t.Errorf("%s sees %q, want %q", name, got, c.want)
		}
		if more, err := f.TryRead(300 * time.Millisecond); err == nil {
			t.Errorf("%s also sees %s, want no more", name, more)
		}
	}
}

// A change is sent with its node as of the moment of sending: the change of an article
// that has since been unpublished reaches readers without the article.
func TestUnpublishedArticlesArriveWithoutThemselves(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	f := n.Follow(t, variables{"after": n.EndOfLog(t)})
	story := n.Server.Article(t, "Story", variables{"publish": false}).ID
	for _, c := range []struct{ mutation, want string }{
		{"publishArticle", "PUBLISHED " + story + " 2 there"},
		{"unpublishArticle", "UNPUBLISHED " + story + " 3 gone"},
		{"publishArticle", "PUBLISHED " + story + " 4 there"},
		{"deleteArticle", "DELETED " + story + " 5 gone"},
	} {
		n.Do(t, c.mutation, story, nil)
		if got := testserver.Describe(f.Take(1)); got[0] != c.want {
			t.Errorf("after %s a reader sees %q, want %q", c.mutation, got, c.want)
		}
	}
}

func TestFollowersChooseTypes(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	article := n.Server.Article(t, "A", nil).ID
	topic := n.Create(t, "Topic", variables{"names": testserver.Names("en", "T")}).ID
	n.Server.Article(t, "Draft", variables{"publish": false})
	official := n.Create(t, "Official", variables{"names": testserver.Names("en", "O")}).ID
	for types, want := range map[string][]string{
		"TOPIC":          {"CREATED " + topic + " 1 there"},
		"OFFICIAL TOPIC": {"CREATED " + topic + " 1 there", "CREATED " + official + " 1 there"},
		"ARTICLE":        {"PUBLISHED " + article + " 1 there"},
		"":               nil, // an empty list matches no type
	} {
		f := n.Follow(t, variables{"after": after, "types": strings.Fields(types)})
		if got := testserver.Describe(f.Take(len(want))); !slices.Equal(got, want) {
			t.Errorf("changes of %q = %q, want %q", types, got, want)
		}
		if more, err := f.TryRead(200 * time.Millisecond); err == nil {
			t.Errorf("changes of %q continue with %s, want no more", types, more)
		}
	}
}

func TestFollowersNeedACursorOfTheLog(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	page := testserver.Ask[struct {
		Topics struct{ PageInfo struct{ EndCursor string } }
	}](t, n.Server, `{ topics { pageInfo { endCursor } } }`, nil)
	good := n.EndOfLog(t)
	for name, cursor := range map[string]string{"none": "", "nonsense": "x", "of another list": page.Topics.PageInfo.EndCursor, "damaged": good[:len(good)-1] + "A"} {
		if cursor == good {
			continue
		}
		f := n.Follow(t, variables{"after": cursor})
		if got := f.Read(); got.Type != "error" || !strings.Contains(string(got.Payload), `"INVALID_CURSOR"`) {
			t.Errorf("a cursor that is %s = %s, want INVALID_CURSOR", name, got)
		}
	}
}

// Followers who disconnect and resume again and again during many writes see each
// change once and in order.
func TestNothingIsSkippedOrRepeated(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	const writers, writes = 4, 60
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range writes {
				if w == 0 { // drafts, which readers do not see
					n.Server.Article(t, fmt.Sprint("Draft ", i), variables{"publish": false})
					continue
				}
				n.Server.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprintf("t-%d-%d", w, i)}, testserver.AsAdmin)
			}
		})
	}
	var reading sync.WaitGroup
	seen := make([][]testserver.Change, 5)
	for r := range seen {
		reading.Go(func() {
			headers, want := []header{}, (writers-1)*writes
			if r%2 == 0 {
				headers, want = []header{testserver.AsAdmin, testserver.SeeDrafts}, writers*writes
			}
			from := after
			for len(seen[r]) < want {
				f := n.Follow(t, variables{"after": from}, headers...)
				for range min(7+10*r, want-len(seen[r])) {
					seen[r] = append(seen[r], f.Decode(f.Read()))
				}
				from = seen[r][len(seen[r])-1].Cursor
				_ = f.Conn.CloseNow()
			}
		})
	}
	writing.Wait()
	reading.Wait()
	var all, topics []string
	for _, row := range n.Database.Rows(t, "SELECT node_type, kind, version FROM changes WHERE id > (SELECT MIN(id) FROM changes c WHERE c.node_type = 'Article' AND c.kind = 'CREATED') ORDER BY id") {
		all = append(all, row)
		if strings.HasPrefix(row, "Topic") {
			topics = append(topics, row)
		}
	}
	for r, changes := range seen {
		cursors := map[string]bool{}
		ids := []string{}
		for _, c := range changes {
			cursors[c.Cursor] = true
			ids = append(ids, c.NodeID)
		}
		if len(cursors) != len(changes) {
			t.Errorf("follower %d saw %d changes, %d of them distinct", r, len(changes), len(cursors))
		}
		if other := seen[r%2]; len(other) == len(changes) && fmt.Sprint(other) != fmt.Sprint(changes) {
			t.Errorf("follower %d saw other changes than follower %d: %s", r, r%2, ids)
		}
	}
	if len(topics) < (writers-1)*writes || len(all) < writers*writes {
		t.Errorf("%d changes were written, %d of them of topics, want more", len(all), len(topics))
	}
}

// A slow follower receives every change once, and holds nobody up.
func TestSlowFollowersMissNothing(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	slow := n.Follow(t, variables{"after": after})
	quick := n.Follow(t, variables{"after": after})
	const writes = 250 // more than one page of the log
	for i := range writes {
		n.Server.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprint("t-", i)}, testserver.AsAdmin)
	}
	want := testserver.Describe(quick.Take(writes))
	var got []string
	for i := range writes {
		if i%50 == 0 {
			time.Sleep(50 * time.Millisecond)
		}
		got = append(got, testserver.Describe(slow.Take(1))...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the slow follower saw %q, want %q", got, want)
	}
	if late := testserver.Describe(n.Follow(t, variables{"after": after}).Take(writes)); !slices.Equal(late, want) {
		t.Errorf("a follower who came after the last write saw %q, want %q", late, want)
	}
}

// Servers read the log about once a second, whatever the number of followers, and not at
// all without followers.
func TestWaitingFollowersCostLittle(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	s := testserver.Start(t)
	k := s.Connect(t, "")
	for i := range 40 {
		k.Subscribe(fmt.Sprint(i), testserver.FollowQuery, nil)
	}
	time.Sleep(1500 * time.Millisecond) // the subscriptions have begun
	if asked := s.StatementsOf(func() { time.Sleep(2 * time.Second) }); len(asked) == 0 || len(asked) > 3 {
		t.Errorf("40 followers caused %d statements in 2 s, want about one a second: %s", len(asked), testserver.Lines(asked))
	}
	_ = k.Conn.Close(websocket.StatusNormalClosure, "")
	time.Sleep(300 * time.Millisecond)
	if asked := s.StatementsOf(func() { time.Sleep(1500 * time.Millisecond) }); len(asked) > 0 {
		t.Errorf("without followers, the server ran %s, want no statements", testserver.Lines(asked))
	}
}

// Changes written by one server reach the followers of another on the same database within
// about a second, in the same order.
func TestChangesOfOtherServersArrive(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	dsn := string(testserver.NewDatabase(t))
	on := func(c *app.Config) { c.Database = dsn }
	one, two := testserver.Start(t, on), testserver.Start(t, on)
	after := one.EndOfLog(t)
	atOne, atTwo := one.Follow(t, variables{"after": after}), two.Follow(t, variables{"after": after})
	for i := range 6 {
		written := []*testserver.Server{one, two}[i%2]
		begun := time.Now()
		written.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprint("t-", i)}, testserver.AsAdmin)
		first, second := testserver.Describe(atOne.Take(1)), testserver.Describe(atTwo.Take(1))
		if took := time.Since(begun); took > 2500*time.Millisecond || first[0] != second[0] {
			t.Errorf("change %d arrived as %s and %s after %s, want the same within about a second", i, first, second, took)
		}
	}
}
