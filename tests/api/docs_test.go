package api

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// operation matches a GraphQL operation in a page; inside a list it is indented.
var operation = regexp.MustCompile("(?ms)^ *```graphql\n(.*?)^ *```")

// operationsOf returns the operations of a page.
func operationsOf(t *testing.T, path string) (list []string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range operation.FindAllSubmatch(page, -1) {
		list = append(list, string(block[1]))
	}
	return list
}

// TestOperationsOfTheDocumentation runs the operations of each page in order against
// the demo newsroom, as an admin in the draft perspective.
func TestOperationsOfTheDocumentation(t *testing.T) {
	t.Parallel()
	folder := testserver.File("docs")
	// The table has a part of each response; empty for a subscription, which sends nothing
	// at first.
	pages := map[string][]string{
		"guides/article-page.md":       {`"jsonLdScript":"{\"@context\"`, `"warnings":[{"code":"ELEMENT_DROPPED"`},
		"guides/audit.md":              {`"nodes":[{`},
		"guides/editorial-workflow.md": {`"hasUnpublishedChanges":true`, `"edited":{"nodes":[{`, `"changedFields":["title"]`},
		"guides/import.md":             {`"created":1`, `"upsertArticles":{"created":1,"results":[{"errors":[]}]}`},
		"guides/keep-a-copy.md":        {`"endCursor":"`, ""},
		"guides/preview.md":            {`"token":"diwan_preview_`},
		"guides/subscriptions.md":      {""},
		"reference/errors.md":          {`"errors":[{"code":"INVALID"`, `"errors":[{"message":"the operation asks for up to 61101 objects`},
		"reference/observability.md":   {`"officials":[{`},
		"tutorial/front-page.md":       {`"errors":[]`},
		"tutorial/tour.md":             nil, // TestPagesShowWhatTheDemoAnswers compares the whole responses
	}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" || len(operationsOf(t, path)) == 0 {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if _, listed := pages[filepath.ToSlash(name)]; !listed && err == nil {
			t.Errorf("%s has operations: add their responses to the table of this test", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			operations := operationsOf(t, filepath.Join(folder, name))
			if want == nil {
				return
			}
			if len(operations) != len(want) {
				t.Fatalf("the page has %d operations, want %d", len(operations), len(want))
			}
			s := testserver.StartDemo(t)
			article := testserver.Ask[struct {
				Articles struct {
					Nodes []struct {
						testserver.Node
						Language string
					}
				}
			}](t, s, `{ articles(first: 1) { nodes { id slug language version } } }`, nil).Articles.Nodes[0]
			vars := variables{"id": article.ID, "slug": article.Slug, "language": article.Language, "version": article.Version}
			for i, text := range operations {
				isInOrder(t, s, text, vars, want[i])
			}
		})
	}
}

// isInOrder fails the test unless the response to an operation contains the wanted text, and
// has errors only if that text has some. A subscription must begin without an error.
func isInOrder(t *testing.T, s *testserver.Server, text string, vars testserver.Variables, want string) {
	t.Helper()
	if strings.HasPrefix(text, "subscription") {
		k := s.Connect(t, "", testserver.AsAdmin)
		k.Subscribe("1", text, nil)
		if f, err := k.TryRead(testserver.Soon / 20); err == nil {
			t.Errorf("%s\nsent %s, want no message yet", text, f)
		}
		return
	}
	a := s.Post(t, text, vars, testserver.AsAdmin, testserver.SeeDrafts)
	raw := string(a.Raw)
	if !strings.Contains(raw, want) || strings.Contains(raw, `"errors":[{`) != strings.Contains(want, `"errors":[{`) {
		t.Errorf("%s\nreturned %s, want %s in it", text, raw, want)
	}
}

// TestTheFrontPageOfTheTutorialIsFilled sends the query of the tutorial's front page in each
// language of that page.
func TestTheFrontPageOfTheTutorialIsFilled(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(testserver.File("docs", "tutorial", "front-page.md"))
	if err != nil {
		t.Fatal(err)
	}
	query := regexp.MustCompile("(?s)const query = `(.*?)`").FindSubmatch(page)
	languages := regexp.MustCompile(`href="#(\w+)"`).FindAllSubmatch(page, -1)
	if query == nil || len(languages) != 3 {
		t.Fatalf("the page has %d languages and the query %q, want 3 languages and a query", len(languages), query)
	}
	s := testserver.StartDemo(t)
	for _, language := range languages {
		code := string(language[1])
		nodes := testserver.Ask[struct {
			Articles struct {
				Nodes []struct{ Title, Direction string }
			}
		}](t, s, string(query[1]), variables{"language": code}, header{"Accept-Language", code}).Articles.Nodes
		if len(nodes) == 0 || !slices.Contains([]string{"LTR", "RTL"}, nodes[0].Direction) {
			t.Errorf("the front page in %s = %v, want articles with a direction", code, nodes)
		}
	}
}
