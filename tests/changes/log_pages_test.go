package changes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

const readLog = `query($after: String, $first: Int, $types: [NodeType!]) {
	changes(after: $after, first: $first, types: $types) {
		edges { cursor node { cursor kind nodeType nodeId version } }
		nodes { cursor kind nodeType nodeId version node { id ... on Article { title } } }
		pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
	}
}`

// logPage is a page of the change log.
type logPage struct {
	Edges []struct {
		Cursor string
		Node   testserver.Change
	}
	Nodes    []testserver.Change
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
}

func readLogPage(t testserver.Tester, s *testserver.Server, vars variables, headers ...header) logPage {
	t.Helper()
	return testserver.Ask[struct{ Changes logPage }](t, s, readLog, vars, headers...).Changes
}

// wholeLog reads the log after a cursor to its end, in pages of the given size, and returns
// the cursor to continue from.
func wholeLog(t testserver.Tester, s *testserver.Server, after string, first int, headers ...header) (changes []testserver.Change, end string) {
	t.Helper()
	vars := variables{"first": first}
	if after != "" {
		vars["after"] = after
	}
	for {
		page := readLogPage(t, s, vars, headers...)
		changes = append(changes, page.Nodes...)
		end = page.PageInfo.EndCursor
		if !page.PageInfo.HasNextPage {
			return changes, end
		}
		vars["after"] = end
	}
}

// Pages of the log, of any size, hold the changes that a subscription sends, to readers and
// to editors.
func TestTheLogIsReadAsItIsFollowed(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	for i := range 4 {
		story := n.Server.Article(t, fmt.Sprint("Story ", i), variables{"publish": false}).ID
		n.Do(t, "updateArticle", story, variables{"title": "Better"})
		n.Do(t, "publishArticle", story, nil)
		n.Create(t, "Topic", variables{"names": testserver.Names("en", fmt.Sprint("T", i))})
		if i%2 == 0 {
			n.Do(t, "unpublishArticle", story, nil)
			n.Do(t, "updateArticle", story, variables{"title": "Not for readers"})
		}
		if i == 2 {
			n.Do(t, "deleteArticle", story, nil)
		}
	}
	for name, c := range map[string]struct {
		headers []header
		count   int
	}{
		"a reader":                  {nil, 10},
		"the admin as a reader":     {[]header{testserver.AsAdmin}, 10},
		"the admin who sees drafts": {[]header{testserver.AsAdmin, testserver.SeeDrafts}, 21},
	} {
		want := testserver.Describe(n.Follow(t, variables{"after": after}, c.headers...).Take(c.count))
		for _, first := range []int{1, 3, c.count, c.count + 1, 100} {
			got, end := wholeLog(t, n.Server, after, first, c.headers...)
			if !slices.Equal(testserver.Describe(got), want) {
				t.Errorf("%s, %d at a time, reads %q, want %q", name, first, testserver.Describe(got), want)
			}
			if end != got[len(got)-1].Cursor {
				t.Errorf("%s, %d at a time: the last endCursor differs from the cursor of the last change", name, first)
			}
		}
	}
}

func TestPagesOfTheLogFollowEachOther(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	all, end := wholeLog(t, n.Server, "", 100, testserver.AsAdmin, testserver.SeeDrafts)
	if count := n.Database.Rows(t, "SELECT COUNT(*) FROM changes")[0]; fmt.Sprint(len(all)) != count || all[0].NodeType != "COUNTRY" {
		t.Errorf("the log without a cursor has %d changes, the first of a %s; want %s, the first of a COUNTRY", len(all), all[0].NodeType, count)
	}
	if page := readLogPage(t, n.Server, nil); len(page.Nodes) != 20 || !page.PageInfo.HasNextPage || page.PageInfo.HasPreviousPage {
		t.Errorf("a page without arguments has %d changes, %+v, want the first 20", len(page.Nodes), page.PageInfo)
	}
	page := readLogPage(t, n.Server, variables{"first": 2, "after": all[9].Cursor})
	if !page.PageInfo.HasPreviousPage || page.PageInfo.StartCursor != all[10].Cursor || page.PageInfo.EndCursor != all[11].Cursor {
		t.Errorf("the page after the tenth change = %+v, want the next two", page)
	}
	for i, edge := range page.Edges {
		if edge.Cursor != page.Nodes[i].Cursor || edge.Node.NodeID != page.Nodes[i].NodeID || edge.Node.Cursor != edge.Cursor {
			t.Errorf("edge %d = %+v, want the edge of %+v", i, edge, page.Nodes[i])
		}
	}

	draft := n.Server.Article(t, "Draft", variables{"publish": false})
	empty := readLogPage(t, n.Server, variables{"after": end})
	if len(empty.Nodes) > 0 || empty.PageInfo.HasNextPage || empty.PageInfo.StartCursor != "" {
		t.Fatalf("readers see %+v of a draft, want nothing", empty)
	}
	n.Do(t, "publishArticle", draft.ID, nil)
	if got, _ := wholeLog(t, n.Server, empty.PageInfo.EndCursor, 100, testserver.AsAdmin, testserver.SeeDrafts); len(got) != 1 || got[0].Kind != "PUBLISHED" {
		t.Errorf("the log after an empty page = %q, want the publication written since", testserver.Describe(got))
	}

	for name, c := range map[string]struct {
		vars variables
		code string
	}{
		"fewer than none":          {variables{"first": -1}, "INVALID"},
		"too many":                 {variables{"first": 101}, "INVALID"},
		"a cursor that is none":    {variables{"after": "x"}, "INVALID_CURSOR"},
		"a cursor of another list": {variables{"after": testserver.Ask[struct{ Topics logPage }](t, n.Server, `{ topics { pageInfo { endCursor } } }`, nil).Topics.PageInfo.EndCursor}, "INVALID_CURSOR"},
	} {
		if code, _ := n.Refused(t, readLog, c.vars); code != c.code {
			t.Errorf("%s = %s, want %s", name, code, c.code)
		}
	}
}

func TestTheLogIsFilteredByType(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	after := n.EndOfLog(t)
	n.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})
	n.Server.Article(t, "A", nil)
	n.Create(t, "Official", variables{"names": testserver.Names("en", "O")})
	for types, want := range map[string]string{"TOPIC": "TOPIC", "OFFICIAL ARTICLE": "ARTICLE OFFICIAL", "COUNTRY": "", "": ""} {
		var got []string
		for _, c := range readLogPage(t, n.Server, variables{"after": after, "types": strings.Fields(types)}).Nodes {
			got = append(got, c.NodeType)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("changes of %q are of %q, want %q", types, got, want)
		}
	}
}
