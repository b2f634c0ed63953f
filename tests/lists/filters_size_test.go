package lists

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// The largest filters are answered within a few seconds. PostgreSQL, left to
// its own plan, took half a minute to plan one of them.
func TestFiltersWithManyConditionsAreAnswered(t *testing.T) {
	t.Parallel()
	s := testserver.StartDemo(t, func(c *app.Config) {
		if storetest.OnPostgres() {
			c.Database += "&statement_timeout=8000"
		}
	})
	for _, open := range []string{"and", "or"} {
		query := `{ articles(first: 1, filter: {` + open + `: [` + strings.Repeat(`{officials: {some: {name: {contains: "a"}}}}, `, 98) + `]}) { nodes { slug } } }`
		if a := s.Post(t, query, nil); len(a.Errors) > 0 {
			t.Errorf("98 conditions joined by %s = %.300s", open, a.Raw)
		}
	}
}

func TestTooLargeFiltersAreRefused(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	nested := func(open string, times int) string {
		return strings.Repeat("{"+open+":", times) + `{slug:{eq:"a"}}` + strings.Repeat("}", times)
	}
	several := func(times int) string {
		return `{or:[` + strings.Repeat(`{slug:{eq:"a"}},`, times) + `]}`
	}
	values := func(times int) string { return `{slug:{in:[` + strings.Repeat(`"a",`, times) + `]}}` }
	lists := func(times int) string { return `{or:[` + strings.Repeat(values(1000)+",", times) + `]}` }
	for _, c := range []struct{ name, fits, large string }{
		{"through parents", nested("parent", 22), nested("parent", 23)},
		{"by not", nested("not", 22), nested("not", 23)},
		{"by or", several(199), several(200)},
		{"by values", values(1000), values(1001)},
		{"by values in all", lists(10), lists(11)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			testserver.Ask[any](t, s, `{ topics(filter: `+c.fits+`) { totalCount } }`, nil)
			if code, message := s.Refused(t, `{ topics(filter: `+c.large+`) { totalCount } }`, nil); code != "LIMIT_EXCEEDED" || !strings.Contains(message, "send at most") {
				t.Errorf("refused with %s %q, want LIMIT_EXCEEDED with the limit", code, message)
			}
		})
	}
}
