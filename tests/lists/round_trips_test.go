package lists

import (
	"testing"

	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// On PostgreSQL, statements that do not depend on each other are sent together, so that a
// query takes as many round trips as it has levels.
func TestAQueryTakesOneRoundTripPerLevel(t *testing.T) {
	t.Parallel()
	s := startRelated(t)
	for _, c := range []struct {
		rule, query       string
		statements, trips int
	}{
		{"a page", `{ articles { nodes { title } } }`, 1, 1},
		{"a page, and how many there are", `{ articles { nodes { title } totalCount } }`, 2, 1},
		{"a page and its facets", `{ articles { nodes { title } totalCount facets { languages { count } months { count } countries { count } } } }`, 5, 1},
		{"facets that lead on", `{ articles { nodes { title } facets { countries { country { code } } topics { topic { slug } } } } }`, 5, 2},
		{"relations of a page", `{ articles { nodes { officials { slug } countries { code } topics { slug } translations { slug } related { slug } } } }`, 6, 2},
		{"relations of relations", `{ articles { nodes { officials { country { code } } topics { parent { slug } } } } }`, 5, 3},
		{"branches of different depth", `{ articles { nodes { countries { code } officials { tenures { office { country { code } } } } topics { parent { slug } } } } }`, 8, 5},
		{"a page of the log", `{ changes(first: 100, types: [ARTICLE, TOPIC]) { nodes { node { ... on Article { officials { slug } } ... on Topic { parent { slug } } } } } }`, 6, 3},
		{"appearances", `{ articles { nodes { appearances { official { country { code } } office { slug } tenure { startedOn } } } } }`, 6, 4},
		{"lists in lists", `{ countries(filter: {code: {startsWith: "M"}}) { nodes { articles(first: 2) { nodes { officials { slug } topics { slug } } totalCount } officials { nodes { slug } totalCount } } } }`, 7, 3},
		{"a look-up with all that an article page shows", `{ article(by: {slug: "article-1"}) { body jsonLd appearances { role official { name } office { title } } topics { name ancestors { name } } related { title officials { name } } translations { slug } } }`, 11, 4},
	} {
		t.Run(c.rule, func(t *testing.T) {
			statements, _ := costs(t, s, c.query, nil)
			if len(statements) != c.statements {
				t.Errorf("%s took %d statements, want %d:%s", c.query, len(statements), c.statements, testserver.Lines(statements))
			}
			if !storetest.OnPostgres() {
				c.trips = c.statements
			}
			if trips := s.RoundTrips(); trips != c.trips {
				t.Errorf("%s took %d round trips, want %d:%s", c.query, trips, c.trips, testserver.Lines(statements))
			}
		})
	}
}
