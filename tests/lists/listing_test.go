package lists

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// listing is a list of the API whose pages a test reads.
type listing struct {
	server  *testserver.Server
	query   string // returns `list`, or `owner { list }`
	vars    variables
	headers []header
}

// listed is a row of a list.
type listed struct {
	ID, Title, Slug                   string
	PublishedAt, CreatedAt, UpdatedAt *time.Time
}

type listPage struct {
	Edges []struct {
		Cursor string
		Node   listed
	}
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

const (
	ofRows  = `{ edges { cursor node { %s } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
	bothWay = `$first: Int, $after: String, $last: Int, $before: String`
	// articlesOf selects a list of articles, at the root or nested.
	articlesOf = `list: articles(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) `
)

// articleList returns a list of articles inside the query around, in which it replaces %s.
func articleList(s *testserver.Server, around string, owner ...any) listing {
	list := articlesOf + fmt.Sprintf(ofRows, "id title publishedAt createdAt updatedAt")
	query := fmt.Sprintf(around, append(owner, list)...)
	return listing{server: s, query: `query(` + bothWay + `, $filter: ArticleFilter, $orderBy: [ArticleOrder!]) { ` + query + ` }`}
}

// itself returns a topic's list without the articles of its descendants.
func (l listing) itself() listing {
	l.query = strings.Replace(l.query, "articles(", "articles(includeDescendants: false, ", 1)
	return l
}

// namedList returns a list of nouns by name. The filter may be empty.
func namedList(s *testserver.Server, noun, filter string) listing {
	field, rows := strings.ToLower(noun)+"s", "id title: name slug createdAt updatedAt"
	declared, order := `, $orderBy: [`+noun+`Order!]`, `, orderBy: $orderBy`
	switch noun {
	case "Country":
		field, rows = "countries", "id title: name slug: code"
	case "Office":
		rows, declared, order = "id title", "", ""
	}
	return listing{server: s, query: fmt.Sprintf(`query(%s%s) { list: %s(first: $first, after: $after, last: $last, before: $before, filter: {%s}%s) %s }`,
		bothWay, declared, field, filter, order, fmt.Sprintf(ofRows, rows))}
}

func (l listing) with(vars variables, headers ...header) listing {
	all := variables{}
	maps.Copy(all, l.vars)
	maps.Copy(all, vars)
	l.vars = all
	l.headers = append(slices.Clone(l.headers), headers...)
	return l
}

// page reads one page, and checks that it is consistent.
func (l listing) page(t testserver.Tester) listPage {
	t.Helper()
	answer := testserver.Ask[struct {
		List  *listPage
		Owner *struct{ List listPage }
	}](t, l.server, l.query, l.vars, l.headers...)
	if answer.List == nil {
		answer.List = &answer.Owner.List
	}
	p := *answer.List
	start, end := p.PageInfo.StartCursor, p.PageInfo.EndCursor
	if len(p.Edges) == 0 && (start != nil || end != nil) {
		t.Fatalf("cursors of an empty page = %v and %v, want null", start, end)
	}
	if len(p.Edges) > 0 && (start == nil || end == nil || *start != p.Edges[0].Cursor || *end != p.Edges[len(p.Edges)-1].Cursor) {
		t.Fatalf("startCursor and endCursor differ from the cursors of the first and last row: %+v", p)
	}
	return p
}

// walk reads the list in pages of the given size, forward or backward, and returns its rows
// in the order of the list. It calls between after each page but the last.
func (l listing) walk(t testserver.Tester, size int, backward bool, between func()) []listed {
	t.Helper()
	count, place := "first", "after"
	if backward {
		count, place = "last", "before"
	}
	l = l.with(variables{count: size})
	var rows []listed
	for page := range 300 {
		p := l.page(t)
		these := make([]listed, len(p.Edges))
		for i, edge := range p.Edges {
			these[i] = edge.Node
		}
		more, come, next := p.PageInfo.HasNextPage, p.PageInfo.HasPreviousPage, p.PageInfo.EndCursor
		rows = append(rows, these...)
		if backward {
			more, come, next = come, more, p.PageInfo.StartCursor
			rows = append(these, rows[:len(rows)-len(these)]...)
		}
		if come != (page > 0) || len(these) > size || more && len(these) < size {
			t.Fatalf("page %d has %d rows of at most %d, with more %t and before %t", page, len(these), size, more, come)
		}
		if !more {
			return rows
		}
		l.vars[place] = *next
		between()
	}
	t.Fatalf("the list did not end within 300 pages")
	return nil
}

func nothing() {}

func ids(rows []listed) string {
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = row.ID
	}
	return strings.Join(list, " ")
}
