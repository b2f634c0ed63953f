package changes

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestChangesPage runs the operations of docs/guides/keep-a-copy.md against the demo newsroom,
// as an administrator.
func TestChangesPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(testserver.File("docs", "guides", "keep-a-copy.md"))
	if err != nil {
		t.Fatal(err)
	}
	s := testserver.StartDemo(t)
	k := s.Connect(t, "", testserver.AsAdmin)
	blocks := regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) != 4 {
		t.Errorf("the page has %d operations, want 4", len(blocks))
	}
	for _, block := range blocks {
		operation := string(block[1])
		if !strings.HasPrefix(operation, "subscription") {
			if data := string(s.Post(t, operation, nil, testserver.AsAdmin).Data); !strings.Contains(data, `"nodes":[{`) || !strings.Contains(data, `"endCursor":"`) {
				t.Errorf("%s\nis answered %.300s, want a page", operation, data)
			}
			continue
		}
		k.Subscribe(operation[:16], operation, nil)
		if f, err := k.TryRead(testserver.Soon / 20); err == nil {
			t.Errorf("%s\nis answered %s, want nothing yet", operation, f)
		}
	}
}
