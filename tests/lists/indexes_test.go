package lists

import (
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// explain returns SQLite's plan of a statement, with one step per line and the steps of
// sub-selects indented.
func explain(t *testing.T, db *sql.DB, statement string) string {
	t.Helper()
	values := make([]any, strings.Count(statement, "?")) // the values do not change the plan
	rows, err := db.Query("EXPLAIN QUERY PLAN "+statement, values...)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	var plan strings.Builder
	depth := map[int]string{0: ""}
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		depth[id] = depth[parent] + "  "
		fmt.Fprintf(&plan, "%s%s\n", depth[parent], step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

var (
	// scans matches a step that reads a whole table of articles or of their links, by the
	// aliases that the store uses.
	scans = regexp.MustCompile(`(?m)^\s*(SCAN ([nlt]|owner|origin|neighbour|ours|theirs|tag|article\w*|timeline)\b.*|SEARCH ([nlt]|owner|origin|neighbour|ours|theirs|tag|article\w*|timeline) USING AUTOMATIC.*)$`)
	// sorts matches a step that sorts all rows of a list before it returns the first.
	sorts = regexp.MustCompile(`(?m)^.*USE TEMP B-TREE FOR ORDER BY$`)
	// sortsInside matches such a step in a sub-select; outside, only pages are sorted.
	sortsInside = regexp.MustCompile(`(?m)^ +USE TEMP B-TREE FOR ORDER BY$`)
)

func TestReadersListsWalkIndexes(t *testing.T) {
	t.Parallel()
	testserver.SQLiteOnly(t)
	s := startRelated(t)
	db := s.Database.Open(t)
	t.Cleanup(func() { _ = db.Close() }) // the test only reads
	cursor := *articleList(s, `%s`).with(variables{"first": 1}).page(t).PageInfo.EndCursor
	const (
		page     = `{ nodes { title } }`
		latest   = "SEARCH n USING INDEX articles_published (public=?"
		timeline = "SEARCH t USING PRIMARY KEY (owner_type=? AND owner_id=?"
		kept     = "SEARCH uses USING PRIMARY KEY (node_type=? AND node_id=?)"
		byKey    = "SEARCH n USING INTEGER PRIMARY KEY (rowid=?)"
	)
	id := testserver.JSON(testserver.Ask[struct{ Article testserver.Node }](t, s, `{ article(by: {slug: "article-1"}, language: "en") { id } }`, nil).Article.ID)
	topic := testserver.JSON(testserver.Ask[struct{ Topic testserver.Node }](t, s, `{ topic(by: {slug: "topic-1"}) { id } }`, nil).Topic.ID)
	for _, c := range []struct {
		rule, query string
		uses        string
		never       *regexp.Regexp // in addition to scans
	}{
		{"the latest articles", `{ articles ` + page + ` }`, latest + ")", sorts},
		{"the latest articles, next page", `{ articles(after: $c) ` + page + ` }`, latest + " AND published_at<?)", sorts},
		{"the latest articles, page before", `{ articles(last: 3, before: $c) ` + page + ` }`, latest + " AND published_at>?)", sorts},
		{"the latest articles, from the end", `{ articles(last: 3) ` + page + ` }`, latest + ")", sorts},
		{"the earliest articles", `{ articles(orderBy: {field: PUBLISHED_AT}) ` + page + ` }`, latest + ")", sorts},
		{"the articles by title", `{ articles(orderBy: {field: TITLE}) ` + page + ` }`, "SEARCH n USING INDEX articles_title (public=?)", sorts},
		{"the articles last changed", `{ articles(orderBy: {field: UPDATED_AT, direction: DESC}) ` + page + ` }`, "SEARCH n USING INDEX articles_updated (public=?)", sorts},
		{"how many articles", `{ articles { totalCount } }`, "SEARCH n USING COVERING INDEX articles_", sorts},
		{"an article by its slug", `{ article(by: {slug: "article-1"}, language: "en") { title } }`, "(slug=? AND language=? AND public=?)", sorts},
		{"an article by its external id", `{ article(by: {externalId: "fr-1"}) { title } }`, "(external_id=? AND public=?)", sorts},

		{"the articles of a topic", `{ topic(by: {slug: "topic-1"}) { articles ` + page + ` } }`, timeline + ")", sortsInside},
		{"the articles of a topic, next page", `{ topic(by: {slug: "topic-1"}) { articles(after: $c) ` + page + ` } }`, timeline + " AND (published_at,article_id)<(?,?))", sortsInside},
		{"the articles of a topic, page before", `{ topic(by: {slug: "topic-1"}) { articles(last: 2, before: $c) ` + page + ` } }`, timeline + " AND (published_at,article_id)>(?,?))", sortsInside},
		{"how many articles a topic has", `{ topic(by: {slug: "topic-1"}) { articles { totalCount } } }`, kept, sorts},
		{"the articles of a topic itself", `{ topic(by: {slug: "topic-1"}) { articles(includeDescendants: false) ` + page + ` } }`, timeline + ")", sortsInside},
		{"the articles of each country", `{ countries { nodes { articles(first: 5) ` + page + ` } } }`, timeline + ")", sortsInside},
		{"the articles of each official", `{ officials { nodes { articles(first: 5, after: $c) ` + page + ` } } }`, timeline + " AND (published_at,article_id)<(?,?))", sortsInside},
		{"how many articles each country has", `{ countries { nodes { articles { totalCount } } } }`, kept, sorts},

		{"an article by its id", `{ article(by: {id: $id}) { title } }`, byKey, sorts},
		{"a node by its id", `{ node(id: $id) { ... on Article { title } } }`, byKey, sorts},
		{"nodes by their ids", `{ nodes(ids: [$id]) { ... on Article { title } } }`, byKey, sorts},
		{"articles filtered by id", `{ articles(filter: {id: {in: [$id]}}) ` + page + ` }`, byKey, scans},
		{"articles filtered by slug", `{ articles(filter: {and: [{slug: {eq: "article-1"}}]}) ` + page + ` }`, "SEARCH n USING INDEX articles_slug (slug=?)", scans},
		{"articles filtered by an external id", `{ articles(filter: {externalId: {eq: "fr-1"}}) ` + page + ` }`, "SEARCH n USING INDEX articles_external_id (external_id=?)", scans},
		{"articles filtered by country", `{ articles(filter: {countries: {some: {code: {eq: "MA"}}}}) ` + page + ` }`, timeline + ")", sorts},
		{"articles filtered by country, next page", `{ articles(after: $c, filter: {countries: {some: {code: {eq: "MA"}}}}) ` + page + ` }`, timeline + " AND (published_at,article_id)<(?,?))", sorts},
		{"articles filtered by official and topic", `{ articles(filter: {officials: {some: {slug: {eq: "official-1"}}}, topics: {some: {slug: {eq: "topic-1"}}}}) ` + page + ` }`, timeline + ")", sorts},
		{"articles filtered by what is above their topics", `{ articles(filter: {topics: {some: {descendantOf: $topic}}}) ` + page + ` }`, timeline + ")", sorts},
		{"how many articles have two tags", `{ articles(filter: {countries: {some: {code: {eq: "MA"}}}, topics: {some: {slug: {eq: "topic-1"}}}}) { totalCount } }`, timeline + ")", regexp.MustCompile(`\bn\b`)},
		{"how many articles a country has, by filter", `{ articles(filter: {countries: {some: {code: {eq: "MA"}}}}) { totalCount } }`, kept, sorts},
		{"the articles in a language", `{ articles(filter: {language: {eq: "de"}}) ` + page + ` }`, "SEARCH n USING INDEX articles_language (public=? AND language=?)", sorts},
		{"how many articles are in a language", `{ articles(filter: {language: {eq: "en"}}) { totalCount } }`, "SEARCH n USING COVERING INDEX articles_language (public=? AND language=?)", sorts},
		{"the languages of all articles", `{ articles { facets { languages { count } } } }`, "SEARCH n USING COVERING INDEX articles_language (public=? AND language=?)", scans},
		{"the months of all articles", `{ articles { facets { months { count } } } }`, "SEARCH n USING COVERING INDEX articles_published (public=? AND published_at>? AND published_at<?)", scans},
		{"the months of a country's articles", `{ country(by: {code: "MA"}) { articles { facets { months { count } } } } }`, timeline + " AND published_at>? AND published_at<?)", scans},
		{"the topics of all articles", `{ articles { facets { topics { count } } } }`, "SEARCH node_uses USING PRIMARY KEY (node_type=?)", scans},
		{"how many articles a search finds", `{ articles(search: "text") { totalCount } }`, "SEARCH hidden USING COVERING INDEX articles_created (public=?)", regexp.MustCompile(`\bn\b`)},

		{"the officials of articles", `{ articles { nodes { officials { slug } } } }`, byKey, sorts},
		{"the translations of articles", `{ articles { nodes { translations { slug } } } }`, "SEARCH n USING INDEX articles_translations (translation_of=?)", sorts},
		{"what is related to an article", `{ article(by: {slug: "article-1"}) { related { slug } } }`, timeline + " AND published_at<?)", scans},
		{"a facet of a country's articles", `{ countries { nodes { articles { facets { topics { count } } } } } }`, timeline + ")", scans},
	} {
		t.Run(c.rule, func(t *testing.T) {
			statements, _ := costs(t, s, strings.NewReplacer("$c", `"`+cursor+`"`, "$id", id, "$topic", topic).Replace(c.query), nil)
			last := statements[len(statements)-1]
			plan := explain(t, db, last)
			for _, never := range []*regexp.Regexp{scans, c.never} {
				if bad := never.FindString(plan); bad != "" {
					t.Errorf("%s\nhas a plan with %q:\n%s", last, bad, plan)
				}
			}
			if !strings.Contains(plan, c.uses) {
				t.Errorf("%s\nhas a plan without %q:\n%s", last, c.uses, plan)
			}
		})
	}
}

// Editors see nearly all rows, so that an index of the rows that they see helps to read
// them in its order, and for nothing else.
func TestEditorsListsWalkIndexes(t *testing.T) {
	t.Parallel()
	testserver.SQLiteOnly(t)
	s := startRelated(t)
	db := s.Database.Open(t)
	t.Cleanup(func() { _ = db.Close() }) // the test only reads
	const page = `{ nodes { title } }`
	for _, c := range []struct{ rule, query, uses string }{
		{"the latest articles", `{ articles ` + page + ` }`, "SCAN n USING INDEX articles_working\n"},
		{"the articles last changed", `{ articles(orderBy: {field: UPDATED_AT, direction: DESC}) ` + page + ` }`, "SCAN n USING INDEX articles_working_updated"},
		{"the articles by title", `{ articles(orderBy: {field: TITLE}) ` + page + ` }`, "SCAN n USING INDEX articles_working_title"},
		{"the drafts last changed", `{ articles(filter: {status: {eq: DRAFT}}, orderBy: {field: UPDATED_AT, direction: DESC}) ` + page + ` }`, "SEARCH n USING INDEX articles_unpublished (status=?)"},
		{"the articles in review", `{ articles(filter: {status: {eq: IN_REVIEW}}) ` + page + ` }`, "SEARCH n USING INDEX articles_working_status (status=?)"},
		{"an article by its slug", `{ article(by: {slug: "article-1"}) { title } }`, "SEARCH n USING INDEX articles_slug (slug=?)"},
		{"the articles of a country", `{ country(by: {code: "MA"}) { articles ` + page + ` } }`, "USING INTEGER PRIMARY KEY"},
		{"how many articles a country has", `{ country(by: {code: "MA"}) { articles { totalCount } } }`, "USING INTEGER PRIMARY KEY"},
		{"a facet of a country's articles", `{ country(by: {code: "MA"}) { articles { facets { languages { count } } } } }`, "USING INTEGER PRIMARY KEY"},
		{"the translations of articles", `{ articles { nodes { translations { slug } } } }`, "SEARCH n USING INDEX articles_translations (translation_of=?)"},
		{"what is related to articles", `{ articles { nodes { related { slug } } } }`, "USING INTEGER PRIMARY KEY"},
		{"a search", `{ articles(search: "text") ` + page + ` }`, "USING INTEGER PRIMARY KEY"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			statements, _ := costs(t, s, c.query, nil, testserver.AsAdmin, testserver.SeeDrafts)
			last := statements[len(statements)-1]
			plan := explain(t, db, last)
			if !strings.Contains(plan, c.uses) || !strings.Contains(c.uses, "articles_working") && strings.Contains(plan, "articles_working") {
				t.Errorf("%s\nhas a plan without %q, or with another index of working rows:\n%s", last, c.uses, plan)
			}
		})
	}
}
