package content

import (
	"fmt"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// Who takes changes slower than they are dropped is told so when they have taken
// what was read for them, and not left with a gap.
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
