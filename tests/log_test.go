package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
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
		Node   change
	}
	Nodes    []change
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
}

func (s *server) logPage(t tester, vars variables, headers ...header) logPage {
	t.Helper()
	return ask[struct{ Changes logPage }](t, s, readLog, vars, headers...).Changes
}

// wholeLog reads the log behind a cursor to its end, in pages of that size, and
// answers where to go on from.
func (s *server) wholeLog(t tester, after string, first int, headers ...header) (changes []change, end string) {
	t.Helper()
	vars := variables{"first": first}
	if after != "" {
		vars["after"] = after
	}
	for {
		page := s.logPage(t, vars, headers...)
		changes = append(changes, page.Nodes...)
		end = page.PageInfo.EndCursor
		if !page.PageInfo.HasNextPage {
			return changes, end
		}
		vars["after"] = end
	}
}

// The log that is asked for is the one that is followed: in pages of any size, for
// readers as for editors.
func TestLogIsPaged(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	after := n.now(t)
	for i := range 4 {
		story := n.server.article(t, fmt.Sprint("Story ", i), variables{"publish": false}).ID
		n.do(t, "updateArticle", story, variables{"title": "Better"})
		n.do(t, "publishArticle", story, nil)
		n.create(t, "Topic", variables{"names": names("en", fmt.Sprint("T", i))})
		if i%2 == 0 {
			n.do(t, "unpublishArticle", story, nil)
			n.do(t, "updateArticle", story, variables{"title": "Not for readers"})
		}
		if i == 2 {
			n.do(t, "deleteArticle", story, nil)
		}
	}
	for name, c := range map[string]struct {
		headers []header
		count   int
	}{
		"a reader":                  {nil, 10},
		"the admin as a reader":     {[]header{asAdmin}, 10},
		"the admin who sees drafts": {[]header{asAdmin, seeDrafts}, 21},
	} {
		want := texts(n.follow(t, variables{"after": after}, c.headers...).take(c.count))
		for _, first := range []int{1, 3, c.count, c.count + 1, 100} {
			got, end := n.wholeLog(t, after, first, c.headers...)
			if !slices.Equal(texts(got), want) {
				t.Errorf("%s, %d at a time, reads %q, want %q", name, first, texts(got), want)
			}
			if end != got[len(got)-1].Cursor {
				t.Errorf("%s, %d at a time: the last endCursor is not that of the last change", name, first)
			}
		}
	}
}

func TestPagesOfTheLog(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	all, end := n.wholeLog(t, "", 100, asAdmin, seeDrafts)
	if count := n.database.rows(t, "SELECT COUNT(*) FROM changes")[0]; fmt.Sprint(len(all)) != count || all[0].NodeType != "COUNTRY" {
		t.Errorf("without a cursor %d changes were read, the first of a %s; want %s, from the first country on", len(all), all[0].NodeType, count)
	}
	if page := n.logPage(t, nil); len(page.Nodes) != 20 || !page.PageInfo.HasNextPage || page.PageInfo.HasPreviousPage {
		t.Errorf("a page without arguments has %d changes, %+v, want the first 20", len(page.Nodes), page.PageInfo)
	}
	page := n.logPage(t, variables{"first": 2, "after": all[9].Cursor})
	if !page.PageInfo.HasPreviousPage || page.PageInfo.StartCursor != all[10].Cursor || page.PageInfo.EndCursor != all[11].Cursor {
		t.Errorf("the page behind the tenth change = %+v, want the next two", page)
	}
	for i, edge := range page.Edges {
		if edge.Cursor != page.Nodes[i].Cursor || edge.Node.NodeID != page.Nodes[i].NodeID || edge.Node.Cursor != edge.Cursor {
			t.Errorf("edge %d = %+v, want that of %+v", i, edge, page.Nodes[i])
		}
	}

	draft := n.server.article(t, "Draft", variables{"publish": false})
	empty := n.logPage(t, variables{"after": end})
	if len(empty.Nodes) > 0 || empty.PageInfo.HasNextPage || empty.PageInfo.StartCursor != "" {
		t.Fatalf("readers see %+v of a draft, want nothing", empty)
	}
	n.do(t, "publishArticle", draft.ID, nil)
	if got, _ := n.wholeLog(t, empty.PageInfo.EndCursor, 100, asAdmin, seeDrafts); len(got) != 1 || got[0].Kind != "PUBLISHED" {
		t.Errorf("behind the end of an empty page is %q, want what was written since", texts(got))
	}

	for name, c := range map[string]struct {
		vars variables
		code string
	}{
		"none":                     {variables{"first": 0}, "INVALID"},
		"too many":                 {variables{"first": 101}, "INVALID"},
		"a cursor that is none":    {variables{"after": "x"}, "INVALID_CURSOR"},
		"a cursor of another list": {variables{"after": ask[struct{ Topics logPage }](t, n.server, `{ topics { pageInfo { endCursor } } }`, nil).Topics.PageInfo.EndCursor}, "INVALID_CURSOR"},
	} {
		if code, _ := n.refused(t, readLog, c.vars); code != c.code {
			t.Errorf("%s is refused with %s, want %s", name, code, c.code)
		}
	}
}

func TestTypesOfTheLog(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	after := n.now(t)
	n.create(t, "Topic", variables{"names": names("en", "T")})
	n.server.article(t, "A", nil)
	n.create(t, "Official", variables{"names": names("en", "O")})
	for types, want := range map[string]string{"TOPIC": "TOPIC", "OFFICIAL ARTICLE": "ARTICLE OFFICIAL", "COUNTRY": "", "": ""} {
		var got []string
		for _, c := range n.logPage(t, variables{"after": after, "types": strings.Fields(types)}).Nodes {
			got = append(got, c.NodeType)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("changes of %q are of %q, want %q", types, got, want)
		}
	}
}
