package editing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// upserted is the payload of upsertArticles.
type upserted struct {
	Created, Updated, Unchanged, Failed int
	Results                             []struct {
		Index   int
		Article *struct {
			ID, Title, Status string
			Version           int
			Officials         []testserver.Node
		}
		Errors []testserver.PayloadError
	}
}

// counts returns the numbers of created, updated, unchanged and failed articles.
func (u upserted) counts() [4]int { return [4]int{u.Created, u.Updated, u.Unchanged, u.Failed} }

func upserts(t testing.TB, s *testserver.Server, arguments string, inputs ...variables) upserted {
	t.Helper()
	return testserver.Ask[struct{ UpsertArticles upserted }](t, s, `mutation($inputs: [UpsertArticleInput!]!) { upsertArticles(inputs: $inputs`+arguments+`) {
		created updated unchanged failed results { index article { id title status version officials { slug } } errors { __typename code message path } } } }`,
		variables{"inputs": inputs}, testserver.AsAdmin).UpsertArticles
}

func entry(key, title string, more ...variables) variables {
	in := variables{"externalId": key, "language": "en", "title": title}
	for _, one := range more {
		for name, value := range one {
			in[name] = value
		}
	}
	return in
}

func TestUpsertCreatesOrUpdatesByKey(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	tags := variables{"officials": []string{n.Official.ID}, "topics": []string{n.Topic.ID}, "countries": []string{n.Country}, "summary": "S", "body": "B", "byline": []string{"A"}, "publish": true}
	batch := []variables{entry("one", "Article", tags), entry("two", "Two", tags), entry("three", "Three")}

	t.Run("creates what is new and updates what is there, each with its result in order", func(t *testing.T) {
		got := upserts(t, n.Server, "", batch...)
		if got.counts() != [4]int{2, 1, 0, 0} || len(got.Results) != 3 {
			t.Fatalf("upsertArticles = %+v, want 2 created, 1 updated", got)
		}
		for i, result := range got.Results {
			if result.Index != i || len(result.Errors) > 0 || result.Article.Title != batch[i]["title"] {
				t.Errorf("results[%d] = %+v, want %s", i, result, batch[i]["title"])
			}
		}
		if first := got.Results[0].Article; first.ID != n.Article.ID || first.Version != 2 || len(first.Officials) != 1 || first.Status != "PUBLISHED" {
			t.Errorf("results[0] = %+v, want the existing article at version 2 with its official", first)
		}
		if third := got.Results[2].Article; third.Status != "DRAFT" || third.Version != 1 {
			t.Errorf("results[2] = %+v, want a draft", third)
		}
	})
	t.Run("a second run finds all unchanged and writes nothing", func(t *testing.T) {
		n.Database.Unchanged(t, func() {
			if got := upserts(t, n.Server, "", batch...); got.counts() != [4]int{0, 0, 3, 0} || got.Results[0].Article == nil || got.Results[0].Article.Version != 2 {
				t.Errorf("upsertArticles again = %+v, want 3 unchanged, with their articles", got)
			}
		})
	})
	t.Run("fields left out keep, null clears, publish: false does not hide", func(t *testing.T) {
		upserts(t, n.Server, "", entry("two", "Two", variables{"summary": nil, "publish": false}))
		const rest = `"body":"B","byline":["A"],"status":"PUBLISHED","officials":[{"slug":"official"}],"topics":[{"slug":"topic"}]}}`
		const query = `{ article(by: {externalId: "two"}) { summary body byline status officials { slug } topics { slug } } }`
		n.WantData(t, query, nil, `{"article":{"summary":"S",`+rest)
		n.WantData(t, query, nil, `{"article":{"summary":null,`+rest, testserver.AsAdmin, testserver.SeeDrafts)
	})
	t.Run("later rows may name articles of earlier ones", func(t *testing.T) {
		got := upserts(t, n.Server, "", entry("de", "Deutsch", variables{"language": "de", "publish": true, "translationOf": n.Article.ID}), entry("fr", "Français", variables{"language": "fr", "publish": true, "translationOf": n.Article.ID}))
		if got.counts() != [4]int{2, 0, 0, 0} {
			t.Errorf("upsertArticles = %+v, want 2 created", got)
		}
		n.WantData(t, `{ article(by: {externalId: "one"}) { translations { title } } }`, nil, `{"article":{"translations":[{"title":"Deutsch"},{"title":"Français"}]}}`)
	})
	t.Run("rows of one batch get different slugs", func(t *testing.T) {
		upserts(t, n.Server, "", entry("same-1", "Same title"), entry("same-2", "Same title"))
		n.WantData(t, `{ articles(filter: {title: {eq: "Same title"}}, orderBy: {field: CREATED_AT}) { nodes { slug } } }`, nil,
			`{"articles":{"nodes":[{"slug":"same-title"},{"slug":"same-title-2"}]}}`, testserver.AsAdmin, testserver.SeeDrafts)
	})
}

func TestUpsertReportsErrorsByArticle(t *testing.T) {
	t.Parallel()
	gone := "VG9waWM6OTk5OTk"
	batch := func(n *testserver.Newsroom) []variables {
		return []variables{
			entry("one", "Changed"),
			entry("blank", " ", variables{"slug": "Not", "topics": []string{gone}}),
			entry("new", "New"),
			entry("new", "New again"),
			entry("", "No key"),
			entry("two", "Article", variables{"slug": "article"}),
			entry("untouched", "Second", variables{"language": "fr", "translationOf": n.Article.ID}),
		}
	}
	check := func(t *testing.T, got upserted, written []int) {
		t.Helper()
		want := map[int]string{
			1: "INVALID inputs.1.slug; INVALID inputs.1.title; NOT_FOUND inputs.1.topics.0",
			3: "INVALID inputs.3.externalId",
			4: "INVALID inputs.4.externalId",
			5: "DUPLICATE inputs.5.slug",
		}
		for i, result := range got.Results {
			var errs []string
			for _, e := range result.Errors {
				errs = append(errs, e.At())
			}
			slices.Sort(errs)
			if strings.Join(errs, "; ") != want[i] || (result.Article != nil) != slices.Contains(written, i) {
				t.Errorf("results[%d] = %+v, want the errors %q and an article only at %v", i, result, want[i], written)
			}
		}
		if len(got.Results) != 7 {
			t.Errorf("%d results, want one for each of 7", len(got.Results))
		}
	}

	for _, c := range []struct {
		name, arguments string
		counts          [4]int
		answered        []int
		writes          bool
	}{
		{"REJECT_ALL writes none", ", onError: REJECT_ALL", [4]int{0, 0, 0, 4}, nil, false},
		{"left out is REJECT_ALL", "", [4]int{0, 0, 0, 4}, nil, false},
		{"null is REJECT_ALL", ", onError: null, dryRun: null", [4]int{0, 0, 0, 4}, nil, false},
		{"REJECT_FAILED leaves the wrong ones out", ", onError: REJECT_FAILED", [4]int{2, 1, 0, 4}, []int{0, 2, 6}, true},
		{"dryRun counts as REJECT_FAILED would, and writes none", ", onError: REJECT_FAILED, dryRun: true", [4]int{2, 1, 0, 4}, []int{0}, false},
		{"dryRun counts as REJECT_ALL would, and writes none", ", dryRun: true", [4]int{0, 0, 0, 4}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := testserver.StartNewsroom(t)
			before := n.Database.State(t)
			got := upserts(t, n.Server, c.arguments, batch(n)...)
			if got.counts() != c.counts {
				t.Errorf("created, updated, unchanged, failed = %v, want %v", got.counts(), c.counts)
			}
			check(t, got, c.answered)
			after := n.Database.State(t)
			for table := range before {
				if !c.writes && before[table] != after[table] {
					t.Errorf("table %s = %s before and %s after, want no change", table, before[table], after[table])
				}
			}
			if c.writes {
				if changes := n.Database.Rows(t, "SELECT kind, node_id, version FROM changes ORDER BY id DESC LIMIT 3"); !slices.Equal(changes, []string{"CREATED 4 1", "CREATED 3 1", "UPDATED 1 2"}) {
					t.Errorf("changes = %q, want one for each written article", changes)
				}
				for table, rows := range map[string]string{"articles": "5", "article_index": "5", "article_topics": "2"} {
					if got := n.Database.Rows(t, "SELECT COUNT(*) FROM "+table); got[0] != rows {
						t.Errorf("%s has %s rows, want %s: none of the failed articles, and a working copy of the first", table, got[0], rows)
					}
				}
			}
		})
	}
	t.Run("dryRun answers what is there as it stays, and what would be new as null", func(t *testing.T) {
		t.Parallel()
		n := testserver.StartNewsroom(t)
		n.Database.Unchanged(t, func() {
			got := upserts(t, n.Server, ", dryRun: true", entry("one", "Changed"), entry("new", "New"))
			if got.counts() != [4]int{1, 1, 0, 0} || got.Results[0].Article.Title != "Article" || got.Results[0].Article.Version != 1 || got.Results[1].Article != nil {
				t.Errorf("dryRun = %+v, want 1 created, 1 updated, the old article and null", got)
			}
		})
	})
	t.Run("1 to 1000 at once", func(t *testing.T) {
		t.Parallel()
		n := testserver.StartNewsroom(t)
		for count, want := range map[int]string{0: "INVALID", 1001: "LIMIT_EXCEEDED"} {
			inputs := []variables{}
			for i := range count {
				inputs = append(inputs, entry(fmt.Sprint(i), "T"))
			}
			n.Database.Unchanged(t, func() {
				code, message := n.Refused(t, `mutation($inputs: [UpsertArticleInput!]!) { upsertArticles(inputs: $inputs) { created } }`, variables{"inputs": inputs}, testserver.AsAdmin)
				if code != want || !strings.Contains(message, "1000") {
					t.Errorf("%d articles = %s %q, want %s that names 1000", count, code, message, want)
				}
			})
		}
	})
}
