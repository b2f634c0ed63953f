package changes

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// keepAnHour keeps changes for an hour, and compacts the log every 20 ms.
func keepAnHour(c *app.Config) { c.KeepChanges, c.CompactEvery = time.Hour, 20*time.Millisecond }

// compacted waits until the log is compacted up to its end.
func compacted(t testing.TB, s *testserver.Server) {
	t.Helper()
	testserver.Until(t, "the compaction of the log", func() bool {
		return len(s.Database.Rows(t, "SELECT 1 FROM change_horizon WHERE position = (SELECT MAX(id) FROM changes)")) > 0
	})
}

// Cursors of the compacted part of the log are refused with CURSOR_EXPIRED and advice. The
// cursor of the last change stays valid, and new followers receive the compacted log.
func TestOldCursorsExpire(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	n := testserver.StartNewsroom(t, clock.Drive, keepAnHour)
	clock.SetAt(t, "2024-07-01T00:00:00Z")
	begin := n.EndOfLog(t)
	story := n.Server.Article(t, "Story", nil).ID
	n.Do(t, "updateArticle", story, variables{"title": "Better", "publish": true})
	hidden := n.Server.Article(t, "Hidden", nil).ID
	n.Do(t, "unpublishArticle", hidden, nil)
	n.Do(t, "updateArticle", hidden, variables{"title": "Not for readers"})
	gone := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Gone")}).ID
	n.Mutate(t, "delete", "Topic", variables{"id": gone})
	every, end := wholeLog(t, n.Server, begin, 100, testserver.AsAdmin, testserver.SeeDrafts)
	if len(every) != 7 {
		t.Fatalf("the log has %q, want 7 changes", testserver.Describe(every))
	}
	follower := n.Follow(t, variables{"after": end})
	clock.SetAt(t, "2024-07-01T01:00:00Z") // the changes are exactly an hour old, and still kept
	time.Sleep(200 * time.Millisecond)
	if again, _ := wholeLog(t, n.Server, begin, 100, testserver.AsAdmin, testserver.SeeDrafts); !slices.Equal(testserver.Describe(again), testserver.Describe(every)) {
		t.Errorf("after an hour the log is %q, want every change", testserver.Describe(again))
	}

	clock.SetAt(t, "2024-07-01T02:00:00Z")
	compacted(t, n.Server)
	for _, cursor := range []string{begin, every[0].Cursor, every[5].Cursor} {
		code, message := n.Refused(t, readLog, variables{"after": cursor})
		if code != "CURSOR_EXPIRED" || !strings.Contains(message, "without `after`") || !strings.Contains(message, "empty copy") {
			t.Errorf("the log after an old cursor = %s %s, want CURSOR_EXPIRED and advice", code, message)
		}
		k := n.Follow(t, variables{"after": cursor})
		if f := k.Read(); f.Type != "error" || !strings.Contains(string(f.Payload), `"CURSOR_EXPIRED"`) || !strings.Contains(string(f.Payload), "without `after`") {
			t.Errorf("a subscription after an old cursor = %s, want CURSOR_EXPIRED", f)
		}
		r := n.Events(t, `subscription($after: String) { changes(after: $after) { kind } }`, variables{"after": cursor})
		if event, data := r.Next(); event != "next" || !strings.Contains(data, `"CURSOR_EXPIRED"`) {
			t.Errorf("an event stream after an old cursor = %s %s, want CURSOR_EXPIRED", event, data)
		}
		if event, _ := r.Next(); event != "complete" {
			t.Errorf("the next event of the stream = %s, want complete", event)
		}
	}
	for name, c := range map[string]struct {
		headers []header
		want    []string
	}{
		"a reader": {nil, []string{"UPDATED " + story + " 2 there", "UNPUBLISHED " + hidden + " 2 gone", "DELETED " + gone + " 2 gone"}},
		"an editor": {[]header{testserver.AsAdmin, testserver.SeeDrafts}, []string{
			"UPDATED " + story + " 2 there", "UNPUBLISHED " + hidden + " 2 there", "UPDATED " + hidden + " 3 there", "DELETED " + gone + " 2 gone",
		}},
	} {
		all, _ := wholeLog(t, n.Server, "", 7, c.headers...)
		if got := testserver.Describe(all); len(got) < len(c.want) || !slices.Equal(got[len(got)-len(c.want):], c.want) {
			t.Errorf("%s who starts over reads %q, want %q at the end", name, got, c.want)
		}
		if len(all) > 1 {
			if page := readLogPage(t, n.Server, variables{"after": all[0].Cursor, "first": 1}, c.headers...); len(page.Nodes) != 1 || page.Nodes[0].Cursor != all[1].Cursor {
				t.Errorf("after the first change of the compacted log, %s reads %+v, want the second change", name, page.Nodes)
			}
		}
	}
	added := n.Create(t, "Topic", variables{"names": testserver.Names("en", "New")}).ID
	want := fmt.Sprint("CREATED ", added, " 1 there")
	if got, _ := wholeLog(t, n.Server, end, 100); !slices.Equal(testserver.Describe(got), []string{want}) {
		t.Errorf("after the cursor of the end, the log is %q, want %s", testserver.Describe(got), want)
	}
	if got := testserver.Describe(follower.Take(1)); got[0] != want {
		t.Errorf("the follower from before the compaction gets %s, want %s", got, want)
	}
}

// Without KeepChanges, the log is never compacted.
func TestTheLogIsKeptForEverWhereAsked(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	n := testserver.StartNewsroom(t, clock.Drive, func(c *app.Config) { c.CompactEvery = time.Millisecond })
	all, _ := wholeLog(t, n.Server, "", 100)
	clock.SetAt(t, "2044-07-01T00:00:00Z")
	n.Do(t, "updateArticle", n.Article.ID, variables{"title": "Late", "publish": true})
	time.Sleep(100 * time.Millisecond)
	if again, _ := wholeLog(t, n.Server, "", 100); len(again) != len(all)+1 {
		t.Errorf("the log has %d changes, want %d", len(again), len(all)+1)
	}
}
