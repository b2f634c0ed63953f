package editing

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestAStaleExpectedVersionIsAConflict(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	for name, arguments := range n.SchemaMutations(t) {
		if !slices.Contains(arguments, "expectedVersion") {
			continue
		}
		t.Run(name+": a stale version is a ConflictError with the current one, and nothing is written", func(t *testing.T) {
			n.Database.Unchanged(t, func() {
				for _, version := range []int{2, 999} {
					got := string(n.SendMutation(t, name, version, testserver.AsAdmin).Raw)
					want := `"errors":[{"__typename":"ConflictError","code":"CONFLICT","message":"version ` + fmt.Sprint(version) +
						` was expected, but 1 is stored: read it again, merge, and send again","path":["expectedVersion"],"currentVersion":1}]`
					if !strings.Contains(got, want) {
						t.Errorf("%s of version %d = %s, want %s", name, version, got, want)
					}
				}
			})
		})
	}
	for _, name := range []string{"updateArticle", "updateCountry", "updateTopic", "updateOfficial", "updateOffice", "publishArticle"} {
		t.Run(name+": the current version is accepted once", func(t *testing.T) {
			if got := n.SendMutation(t, name, 1, testserver.AsAdmin); !strings.Contains(string(got.Raw), `"errors":[]`) {
				t.Errorf("%s of the current version = %s", name, got.Raw)
			}
			if got := n.SendMutation(t, name, 1, testserver.AsAdmin); !strings.Contains(string(got.Raw), `"currentVersion":2`) {
				t.Errorf("%s of the same version again = %s, want a conflict with version 2", name, got.Raw)
			}
		})
	}
}

// In each round, eight editors who have read the same version save the article at once.
// One of them wins, and the others get CONFLICT.
func TestOneOfConcurrentEditorsWins(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	n := testserver.StartNewsroom(t)
	const editors, rounds = 8, 12
	version := n.Article.Version
	for round := range rounds {
		var won sync.Map
		var all sync.WaitGroup
		for editor := range editors {
			all.Go(func() {
				title := fmt.Sprintf("round %d, editor %d", round, editor)
				node, _, errs := n.Mutate(t, "update", "Article", variables{"id": n.Article.ID, "input": variables{"title": title}, "expectedVersion": version})
				switch {
				case node != nil:
					won.Store(title, node.Version)
				case len(errs) != 1 || errs[0].Code != "CONFLICT" || errs[0].CurrentVersion != version+1:
					t.Errorf("update by editor %d = %+v, want success or CONFLICT with version %d", editor, errs, version+1)
				}
			})
		}
		all.Wait()
		var winners []string
		won.Range(func(title, now any) bool {
			winners = append(winners, title.(string))
			version = now.(int)
			return true
		})
		if len(winners) != 1 || version != n.Article.Version+round+1 {
			t.Fatalf("round %d was won by %q at version %d, want one winner", round, winners, version)
		}
		n.WantData(t, `query($id: ID!) { article(by: {id: $id}) { title version } }`, variables{"id": n.Article.ID},
			fmt.Sprintf(`{"article":{"title":%q,"version":%d}}`, winners[0], version), testserver.AsAdmin, testserver.SeeDrafts)
	}
}

// Each of eight editors adds a name to the byline, and reads and tries again after a
// conflict. The byline ends up with all names.
func TestConcurrentEditorsLoseNoUpdate(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	var all sync.WaitGroup
	for editor := range 8 {
		all.Go(func() {
			for attempt := 0; ; attempt++ {
				now := testserver.Ask[struct {
					Article struct {
						Byline  []string
						Version int
					}
				}](t, n.Server, `query($id: ID!) { article(by: {id: $id}) { byline version } }`, variables{"id": n.Article.ID}).Article
				input := variables{"byline": append(now.Byline, fmt.Sprint("editor ", editor)), "publish": true}
				node, _, _ := n.Mutate(t, "update", "Article", variables{"id": n.Article.ID, "input": input, "expectedVersion": now.Version})
				if node != nil || attempt > 50 {
					return
				}
			}
		})
	}
	all.Wait()
	got := testserver.Ask[struct {
		Article struct {
			Byline  []string
			Version int
		}
	}](t, n.Server, `query($id: ID!) { article(by: {id: $id}) { byline version } }`, variables{"id": n.Article.ID}).Article
	slices.Sort(got.Byline)
	if len(slices.Compact(got.Byline)) != 8 || got.Version != 9 {
		t.Errorf("byline = %v at version %d, want each of the eight once, at version 9", got.Byline, got.Version)
	}
	if changes := n.Database.Rows(t, "SELECT version FROM changes WHERE node_type = 'Article' AND node_id = 1"); len(changes) != 9 {
		t.Errorf("changes = %v, want one for each of 9 versions", changes)
	}
}
