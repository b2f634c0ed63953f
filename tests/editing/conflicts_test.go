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
	for _, name := range []string{"updateArticle", "updateCountry", "updateTopic", "updateOfficial", "updateOffice", "updateTenure", "publishArticle"} {
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

// Who changes what is stored can say which version they have read.
func TestEveryChangeTakesAnExpectedVersion(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	without := []string{"createPreviewLink", "revokeAccessToken"} // change no node that has versions
	for name, arguments := range n.SchemaMutations(t) {
		addresses := slices.Contains(arguments, "id") || slices.Contains(arguments, "article")
		if want := addresses && !slices.Contains(without, name); slices.Contains(arguments, "expectedVersion") != want {
			t.Errorf("%s takes %q, want an expectedVersion: %v", name, arguments, want)
		}
		if slices.Contains(arguments, "start") && !slices.Contains(arguments, "surface") {
			t.Errorf("%s takes %q, want the words at that place as well", name, arguments)
		}
	}
}

// An editor confirms a mention that another has moved by writing something in front of it.
func TestAMentionThatMovedIsAConflict(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	macron := s.Create(t, "Official", variables{"names": testserver.Names("en", "Emmanuel Macron")})
	article := s.Article(t, "Visit", variables{"body": "Macron met Saleh in Baghdad.", "publish": false})
	s.Update(t, "Article", article, variables{"body": "On Monday Macron met Saleh in Baghdad."})
	decide := func(verb, arguments string) string {
		return string(s.Post(t, `mutation($a: ID!, $e: ID!) { `+verb+`Mention(article: $a, start: 0, end: 6, entity: $e`+arguments+`) {
			article { officials { slug } } errors { __typename code path ... on ConflictError { currentVersion } } } }`, variables{"a": article.ID, "e": macron.ID}, testserver.AsAdmin).Data)
	}
	s.Database.Unchanged(t, func() {
		for _, verb := range []string{"confirm", "reject"} {
			for arguments, want := range map[string]string{
				`, surface: "Macron"`:                     `{"__typename":"ConflictError","code":"CONFLICT","path":["surface"],"currentVersion":2}`,
				`, expectedVersion: 1`:                    `{"__typename":"ConflictError","code":"CONFLICT","path":["expectedVersion"],"currentVersion":2}`,
				`, surface: "On Mon", expectedVersion: 1`: `{"__typename":"ConflictError","code":"CONFLICT","path":["expectedVersion"],"currentVersion":2}`,
				`, surface: "On Mon", expectedVersion: 2`: `{"__typename":"InputError","code":"INVALID","path":["start"]}`,
				``: `{"__typename":"InputError","code":"INVALID","path":["start"]}`,
			} {
				if got := decide(verb, arguments); !strings.Contains(got, `"article":null,"errors":[`+want+`]`) {
					t.Errorf("%sMention%s = %s, want %s", verb, arguments, got, want)
				}
			}
		}
	})
}

// The inputs of a bulk mutation say for themselves which version they replace.
func TestUpsertsTakeAnExpectedVersion(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	upsert := func(title string, version any) string {
		return string(s.Post(t, `mutation($in: [UpsertArticleInput!]!) { upsertArticles(inputs: $in, onError: REJECT_FAILED) { created updated unchanged failed
			results { errors { __typename code path ... on ConflictError { currentVersion } } } } }`,
			variables{"in": []variables{{"externalId": "a", "language": "en", "title": title, "expectedVersion": version}}}, testserver.AsAdmin).Data)
	}
	for _, c := range []struct {
		title   string
		version any
		want    string
	}{
		{"First", 1, `"failed":1,"results":[{"errors":[{"__typename":"ConflictError","code":"CONFLICT","path":["inputs","0","expectedVersion"],"currentVersion":0}]}]`},
		{"First", 0, `"created":1,`},
		{"Second", 0, `"failed":1,"results":[{"errors":[{"__typename":"ConflictError","code":"CONFLICT","path":["inputs","0","expectedVersion"],"currentVersion":1}]}]`},
		{"First", 7, `"failed":1,`},
		{"Second", 1, `"updated":1,`},
		{"Second", 2, `"unchanged":1,`},
		{"Third", nil, `"updated":1,`},
	} {
		if got := upsert(c.title, c.version); !strings.Contains(got, c.want) {
			t.Errorf("upsertArticles of %q with version %v = %s, want %s", c.title, c.version, got, c.want)
		}
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
