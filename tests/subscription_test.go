package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
)

// change is an event of the subscription `changes`.
type change struct {
	Cursor, Kind, NodeType, NodeID string
	Version                        int
	Node                           *struct {
		ID    string
		Title string
	}
}

func (c change) String() string {
	node := "gone"
	if c.Node != nil {
		node = "there"
	}
	return fmt.Sprintf("%s %s %d %s", c.Kind, c.NodeID, c.Version, node)
}

const follow = `subscription($after: String, $types: [NodeType!]) {
	changes(after: $after, types: $types) { cursor kind nodeType nodeId version node { id ... on Article { title } } }
}`

// follower reads changes off a socket.
type follower struct{ *socket }

// follow subscribes to changes, and comes back once the subscription runs.
func (s *server) follow(t testing.TB, vars variables, headers ...header) *follower {
	t.Helper()
	f := &follower{s.connect(t, "", headers...)}
	f.subscribe("1", follow, vars)
	return f
}

// now is the cursor of the end of the change log, for who begins there.
func (s *server) now(t testing.TB) string {
	t.Helper()
	f := s.follow(t, nil, asAdmin, seeDrafts)
	var last change
	until(t, "a first change", func() bool { // when the subscription runs is not told
		s.create(t, "Topic", variables{"names": names("en", "Now")})
		got, err := f.tryRead(100 * time.Millisecond)
		if err == nil {
			last = f.decode(got)
		}
		return err == nil
	})
	for { // the others that were made meanwhile
		got, err := f.tryRead(100 * time.Millisecond)
		if err != nil {
			return last.Cursor
		}
		last = f.decode(got)
	}
}

func (f *follower) decode(message frame) change {
	f.t.Helper()
	var payload struct {
		Data   struct{ Changes change }
		Errors []any
	}
	if err := json.Unmarshal(message.Payload, &payload); message.Type != "next" || err != nil || len(payload.Errors) > 0 {
		f.t.Fatalf("message = %s, want a change", message)
	}
	return payload.Data.Changes
}

// take reads so many changes.
func (f *follower) take(count int) []change {
	f.t.Helper()
	var changes []change
	for range count {
		changes = append(changes, f.decode(f.read()))
	}
	return changes
}

func texts(changes []change) (list []string) {
	for _, c := range changes {
		list = append(list, c.String())
	}
	return list
}

func (n *newsroom) do(t testing.TB, mutation, id string, input variables) {
	t.Helper()
	vars, arguments, parameters := variables{"id": id}, "id: $id", "$id: ID!"
	if input != nil {
		vars["input"], arguments, parameters = input, arguments+", input: $input", parameters+", $input: UpdateArticleInput!"
	}
	a := n.server.post(t, `mutation(`+parameters+`) { `+mutation+`(`+arguments+`) { errors { message } } }`, vars, asAdmin)
	if len(a.Errors) > 0 || !strings.Contains(string(a.Data), `"errors":[]`) {
		t.Fatalf("%s = %s", mutation, a.Raw)
	}
}

// Readers see an article from its publication to the change that ends it; who
// sees drafts sees everything.
func TestDraftsAreNotFollowed(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	after := n.now(t)
	draft := n.server.article(t, "Draft", variables{"publish": false}).ID
	n.do(t, "updateArticle", draft, variables{"title": "Still a draft"})
	n.do(t, "deleteArticle", draft, nil)

	story := n.server.article(t, "Story", variables{"publish": false}).ID
	n.do(t, "updateArticle", story, variables{"title": "Better"})
	n.do(t, "publishArticle", story, nil)
	n.do(t, "updateArticle", story, variables{"title": "Best", "publish": true})
	n.do(t, "updateArticle", story, variables{"title": "Not published"})
	n.do(t, "unpublishArticle", story, nil)
	n.do(t, "updateArticle", story, variables{"title": "Not for readers"})
	n.do(t, "deleteArticle", story, nil)

	taken := n.server.article(t, "Taken back", nil).ID
	n.do(t, "deleteArticle", taken, nil)
	open := n.server.article(t, "Open", nil).ID
	n.do(t, "unpublishArticle", open, nil)
	n.do(t, "updateArticle", open, variables{"title": "Reworked"})
	n.do(t, "publishArticle", open, nil)

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
		"the admin as a reader":     {[]header{asAdmin}, readers},
		"the admin who sees drafts": {[]header{asAdmin, seeDrafts}, editors},
	} {
		f := n.follow(t, variables{"after": after}, c.headers...)
		if got := texts(f.take(len(c.want))); !slices.Equal(got, c.want) {
			t.Errorf("%s sees %q, want %q", name, got, c.want)
		}
		if more, err := f.tryRead(300 * time.Millisecond); err == nil {
			t.Errorf("%s sees more: %s", name, more)
		}
	}
}

// What happens while somebody listens is seen as it is then: an article that is
// unpublished arrives without what only its editors may read.
func TestUnpublishedArticlesArriveWithoutThemselves(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	f := n.follow(t, variables{"after": n.now(t)})
	story := n.server.article(t, "Story", variables{"publish": false}).ID
	for _, c := range []struct{ mutation, want string }{
		{"publishArticle", "PUBLISHED " + story + " 2 there"},
		{"unpublishArticle", "UNPUBLISHED " + story + " 3 gone"},
		{"publishArticle", "PUBLISHED " + story + " 4 there"},
		{"deleteArticle", "DELETED " + story + " 5 gone"},
	} {
		n.do(t, c.mutation, story, nil)
		if got := texts(f.take(1)); got[0] != c.want {
			t.Errorf("after %s a reader sees %q, want %q", c.mutation, got, c.want)
		}
	}
}

func TestTypesOfChanges(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	after := n.now(t)
	article := n.server.article(t, "A", nil).ID
	topic := n.create(t, "Topic", variables{"names": names("en", "T")}).ID
	n.server.article(t, "Draft", variables{"publish": false})
	official := n.create(t, "Official", variables{"names": names("en", "O")}).ID
	for types, want := range map[string][]string{
		"TOPIC":          {"CREATED " + topic + " 1 there"},
		"OFFICIAL TOPIC": {"CREATED " + topic + " 1 there", "CREATED " + official + " 1 there"},
		"ARTICLE":        {"PUBLISHED " + article + " 1 there"},
		"":               nil, // an empty list is no type
	} {
		f := n.follow(t, variables{"after": after, "types": strings.Fields(types)})
		if got := texts(f.take(len(want))); !slices.Equal(got, want) {
			t.Errorf("changes of %q = %q, want %q", types, got, want)
		}
		if more, err := f.tryRead(200 * time.Millisecond); err == nil {
			t.Errorf("changes of %q have more: %s", types, more)
		}
	}
}

func TestCursorsOfChanges(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	page := ask[struct {
		Topics struct{ PageInfo struct{ EndCursor string } }
	}](t, n.server, `{ topics { pageInfo { endCursor } } }`, nil)
	good := n.now(t)
	for name, cursor := range map[string]string{"none": "", "nonsense": "x", "of another list": page.Topics.PageInfo.EndCursor, "damaged": good[:len(good)-1] + "A"} {
		if cursor == good {
			continue
		}
		f := n.follow(t, variables{"after": cursor})
		if got := f.read(); got.Type != "error" || !strings.Contains(string(got.Payload), `"INVALID_CURSOR"`) {
			t.Errorf("a cursor that is %s = %s, want INVALID_CURSOR", name, got)
		}
	}
}

// Followers who break off and go on again and again, in the middle of many
// writes, see each change once and in order.
func TestNothingIsSkippedOrRepeated(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	after := n.now(t)
	const writers, writes = 4, 60
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range writes {
				if w == 0 { // which readers do not see
					n.server.article(t, fmt.Sprint("Draft ", i), variables{"publish": false})
					continue
				}
				n.server.post(t, writeTopic, variables{"slug": fmt.Sprintf("t-%d-%d", w, i)}, asAdmin)
			}
		})
	}
	var reading sync.WaitGroup
	seen := make([][]change, 5)
	for r := range seen {
		reading.Go(func() {
			headers, want := []header{}, (writers-1)*writes
			if r%2 == 0 {
				headers, want = []header{asAdmin, seeDrafts}, writers*writes
			}
			from := after
			for len(seen[r]) < want {
				f := n.follow(t, variables{"after": from}, headers...)
				for range min(7+10*r, want-len(seen[r])) {
					seen[r] = append(seen[r], f.decode(f.read()))
				}
				from = seen[r][len(seen[r])-1].Cursor
				_ = f.conn.CloseNow()
			}
		})
	}
	writing.Wait()
	reading.Wait()
	var all, topics []string
	for _, row := range n.database.rows(t, "SELECT node_type, kind, version FROM changes WHERE id > (SELECT MIN(id) FROM changes c WHERE c.node_type = 'Article' AND c.kind = 'CREATED') ORDER BY id") {
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
			t.Errorf("follower %d saw %d changes, %d of them different", r, len(changes), len(cursors))
		}
		if other := seen[r%2]; len(other) == len(changes) && fmt.Sprint(other) != fmt.Sprint(changes) {
			t.Errorf("follower %d saw other changes than follower %d: %s", r, r%2, ids)
		}
	}
	if len(topics) < (writers-1)*writes || len(all) < writers*writes {
		t.Errorf("%d changes were written, %d of them of topics", len(all), len(topics))
	}
}

// Who reads slowly is sent everything all the same, once, and makes nobody wait.
func TestSlowFollowersMissNothing(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	after := n.now(t)
	slow := n.follow(t, variables{"after": after})
	quick := n.follow(t, variables{"after": after})
	const writes = 250 // more than are read at a time
	for i := range writes {
		n.server.post(t, writeTopic, variables{"slug": fmt.Sprint("t-", i)}, asAdmin)
	}
	want := texts(quick.take(writes))
	var got []string
	for i := range writes {
		if i%50 == 0 {
			time.Sleep(50 * time.Millisecond)
		}
		got = append(got, texts(slow.take(1))...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the slow follower saw %q, want %q", got, want)
	}
	if late := texts(n.follow(t, variables{"after": after}).take(writes)); !slices.Equal(late, want) {
		t.Errorf("who came when all was written saw %q, want %q", late, want)
	}
}

// However many follow, the log is looked at once a second, and not at all when
// nobody does.
func TestFollowersWhoWaitCostLittle(t *testing.T) {
	t.Parallel()
	s := start(t)
	k := s.connect(t, "")
	for i := range 40 {
		k.subscribe(fmt.Sprint(i), follow, nil)
	}
	time.Sleep(1500 * time.Millisecond) // they have begun
	if asked := s.counted(func() { time.Sleep(2 * time.Second) }); len(asked) == 0 || len(asked) > 3 {
		t.Errorf("40 followers asked for %d statements in 2 s, want about one a second: %s", len(asked), list(asked))
	}
	_ = k.conn.Close(websocket.StatusNormalClosure, "")
	time.Sleep(300 * time.Millisecond)
	if asked := s.counted(func() { time.Sleep(1500 * time.Millisecond) }); len(asked) > 0 {
		t.Errorf("nobody follows any more, but the log is looked at: %s", list(asked))
	}
}

// Two servers on one database: what one writes arrives at the other within about
// a second, in one order.
func TestChangesOfOtherServersArrive(t *testing.T) {
	t.Parallel()
	dsn := emptyDatabase.Copy(t)
	on := func(c *app.Config) { c.Database = dsn }
	one, two := start(t, on), start(t, on)
	after := one.now(t)
	atOne, atTwo := one.follow(t, variables{"after": after}), two.follow(t, variables{"after": after})
	for i := range 6 {
		written := []*server{one, two}[i%2]
		begun := time.Now()
		written.post(t, writeTopic, variables{"slug": fmt.Sprint("t-", i)}, asAdmin)
		first, second := texts(atOne.take(1)), texts(atTwo.take(1))
		if took := time.Since(begun); took > 2500*time.Millisecond || first[0] != second[0] {
			t.Errorf("change %d arrived as %s and %s after %s, want it within about a second", i, first, second, took)
		}
	}
}

// Connections that break while the log is read cost nothing.
func TestFollowersOutliveBrokenConnections(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	s, _ := startOn(t, n.url("connect_timeout=1", "pool_max_conns=3"))
	other := start(t, func(c *app.Config) { c.Database = n.dsn })
	k := s.connect(t, "")
	k.subscribe("1", `subscription($after: String) { changes(after: $after) { nodeId } }`, variables{"after": s.now(t)})
	var cuts atomic.Int64
	n.watch(func(p *pair, sent []byte) []byte { // in the middle of a look at the log
		if bytes.Contains(sent, []byte("FROM changes c")) && cuts.Add(1) <= 4 {
			p.cut()
		}
		return sent
	}, nil)
	for range 8 {
		written := other.create(t, "Topic", variables{"names": names("en", "T")}).ID
		if f := k.wants("next", "1"); !strings.Contains(string(f.Payload), `"`+written+`"`) {
			t.Errorf("change = %s, want that of %s", f, written)
		}
	}
	if cuts.Load() < 5 {
		t.Errorf("%d looks at the log were watched, want more", cuts.Load())
	}
}

// A follower outlives an outage of the database, and misses nothing of it.
func TestFollowersOutliveOutages(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	direct := n.dsn
	s, log := startOn(t, n.url("statement_timeout=800ms", "connect_timeout=1", "pool_max_conns=3"))
	other := start(t, func(c *app.Config) { c.Database = direct })
	f := s.follow(t, variables{"after": s.now(t)})
	for name, c := range map[string]struct{ away, back func() }{"refused": {n.refuse, n.listen}, "stalled": {n.stall, n.resume}} {
		other.post(t, writeTopic, variables{"slug": name + "-before"}, asAdmin)
		f.take(1)
		c.away()
		var written []string
		for range 3 {
			written = append(written, other.create(t, "Topic", variables{"names": names("en", name)}).ID)
		}
		if more, err := f.tryRead(1500 * time.Millisecond); err == nil {
			t.Errorf("%s: %s came while the database was away", name, more)
		}
		c.back()
		for i, got := range f.take(3) {
			if got.NodeID != written[i] || got.Node == nil {
				t.Errorf("%s: change %d = %s, want that of %s", name, i, got, written[i])
			}
		}
	}
	if told := log.lines("level=ERROR"); len(told) > 0 {
		t.Errorf("log = %s, want no error", told)
	}
	if told := log.lines("level=WARN", "whoever follows it waits"); len(told) == 0 || len(told) > 2 {
		t.Errorf("log = %s, want an outage told once", log)
	}
}
