package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
)

// keepAnHour compacts the log all the time.
func keepAnHour(c *app.Config) { c.KeepChanges, c.CompactEvery = time.Hour, 20*time.Millisecond }

// compacted waits until the log is compacted up to its end.
func (s *server) compacted(t testing.TB) {
	t.Helper()
	until(t, "the compaction of the log", func() bool {
		return len(s.database.rows(t, "SELECT 1 FROM change_horizon WHERE position = (SELECT MAX(id) FROM changes)")) > 0
	})
}

// A cursor that is older than what is kept whole is refused with a code and with
// what to do; that of the last change is not, and who begins anew has everything.
func TestOldCursorsExpire(t *testing.T) {
	t.Parallel()
	var clock clock
	n := startNewsroom(t, clock.of, keepAnHour)
	clock.setAt(t, "2024-07-01T00:00:00Z")
	begin := n.now(t)
	story := n.server.article(t, "Story", nil).ID
	n.do(t, "updateArticle", story, variables{"title": "Better", "publish": true})
	hidden := n.server.article(t, "Hidden", nil).ID
	n.do(t, "unpublishArticle", hidden, nil)
	n.do(t, "updateArticle", hidden, variables{"title": "Not for readers"})
	gone := n.create(t, "Topic", variables{"names": names("en", "Gone")}).ID
	n.write(t, "delete", "Topic", variables{"id": gone})
	every, end := n.wholeLog(t, begin, 100, asAdmin, seeDrafts)
	if len(every) != 7 {
		t.Fatalf("the log has %q", texts(every))
	}
	follower := n.follow(t, variables{"after": end})
	clock.setAt(t, "2024-07-01T01:00:00Z") // just an hour is not longer than an hour
	time.Sleep(200 * time.Millisecond)
	if again, _ := n.wholeLog(t, begin, 100, asAdmin, seeDrafts); !slices.Equal(texts(again), texts(every)) {
		t.Errorf("after an hour the log is %q, want all that is kept", texts(again))
	}

	clock.setAt(t, "2024-07-01T02:00:00Z")
	n.compacted(t)
	for _, cursor := range []string{begin, every[0].Cursor, every[5].Cursor} {
		code, message := n.refused(t, readLog, variables{"after": cursor})
		if code != "CURSOR_EXPIRED" || !strings.Contains(message, "without `after`") || !strings.Contains(message, "empty copy") {
			t.Errorf("an old cursor is refused with %s %s, want CURSOR_EXPIRED and how to start again", code, message)
		}
		k := n.follow(t, variables{"after": cursor})
		if f := k.read(); f.Type != "error" || !strings.Contains(string(f.Payload), `"CURSOR_EXPIRED"`) || !strings.Contains(string(f.Payload), "without `after`") {
			t.Errorf("a subscription behind an old cursor is told %s, want CURSOR_EXPIRED", f)
		}
		r := n.events(t, `subscription($after: String) { changes(after: $after) { kind } }`, variables{"after": cursor})
		if event, data := r.next(); event != "next" || !strings.Contains(data, `"CURSOR_EXPIRED"`) {
			t.Errorf("an event stream behind an old cursor is told %s %s, want CURSOR_EXPIRED", event, data)
		}
		if event, _ := r.next(); event != "complete" {
			t.Errorf("then an event stream is told %s, want complete", event)
		}
	}
	for name, c := range map[string]struct {
		headers []header
		want    []string
	}{
		"a reader": {nil, []string{"UPDATED " + story + " 2 there", "UNPUBLISHED " + hidden + " 2 gone", "DELETED " + gone + " 2 gone"}},
		"an editor": {[]header{asAdmin, seeDrafts}, []string{
			"UPDATED " + story + " 2 there", "UNPUBLISHED " + hidden + " 2 there", "UPDATED " + hidden + " 3 there", "DELETED " + gone + " 2 gone",
		}},
	} {
		all, _ := n.wholeLog(t, "", 7, c.headers...)
		if got := texts(all); len(got) < len(c.want) || !slices.Equal(got[len(got)-len(c.want):], c.want) {
			t.Errorf("%s who begins anew reads %q, want %q at its end", name, got, c.want)
		}
		if len(all) > 1 {
			if page := n.logPage(t, variables{"after": all[0].Cursor, "first": 1}, c.headers...); len(page.Nodes) != 1 || page.Nodes[0].Cursor != all[1].Cursor {
				t.Errorf("%s who reads a compacted log goes on to %+v, want the second change", name, page.Nodes)
			}
		}
	}
	added := n.create(t, "Topic", variables{"names": names("en", "New")}).ID
	want := fmt.Sprint("CREATED ", added, " 1 there")
	if got, _ := n.wholeLog(t, end, 100); !slices.Equal(texts(got), []string{want}) {
		t.Errorf("behind the cursor of the end is %q, want %s", texts(got), want)
	}
	if got := texts(follower.take(1)); got[0] != want {
		t.Errorf("who has listened all the time is told %s, want %s", got, want)
	}
}

// The log is kept for ever where that is asked for.
func TestLogIsKeptForEver(t *testing.T) {
	t.Parallel()
	var clock clock
	n := startNewsroom(t, clock.of, func(c *app.Config) { c.CompactEvery = time.Millisecond })
	all, _ := n.wholeLog(t, "", 100)
	clock.setAt(t, "2044-07-01T00:00:00Z")
	n.do(t, "updateArticle", n.article.ID, variables{"title": "Late", "publish": true})
	time.Sleep(100 * time.Millisecond)
	if again, _ := n.wholeLog(t, "", 100); len(again) != len(all)+1 {
		t.Errorf("the log has %d changes, want %d", len(again), len(all)+1)
	}
}
