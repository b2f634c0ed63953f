package clients

import (
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestFrontEndClientsWork runs the GraphQL clients of front ends against the demo
// newsroom. Each prints what it learned.
func TestFrontEndClientsWork(t *testing.T) {
	t.Parallel()
	for script, want := range map[string][]string{
		"apollo.js": {
			"official جان إيف لودريان Jean-Yves Le Drian GET hash 400 POST text 200",
			"official جان إيف لودريان Jean-Yves Le Drian GET hash 200",
			"official جان إيف لودريان Jean-Yves Le Drian",
			"merged جان إيف لودريان RTL",
			"articles 20 distinct 20 of 25 more true",
			"articles 25 distinct 25 of 25 more false",
			"articles 7 distinct 7 of 7 more false",
			"articles 25 distinct 25 of 25 more false",
			"articles 17 distinct 17 of 17 more false",
			"written مُؤتَمَر بغداد 2",
			"change UPDATED مُؤتَمَر بغداد 2 true",
			"conflict CONFLICT expectedVersion 1",
			"error true INVALID_CURSOR",
			"error true GRAPHQL_VALIDATION_FAILED",
			"error true FORBIDDEN",
		},
		"urql.js": {
			"articles 38 distinct 38 of 38 requests 0",
			"articles 17 distinct 17 of 17 requests 0",
			"official جان إيف لودريان ar false",
			"tagged جان إيف لودريان",
			"node جان إيف لودريان",
			"written جان-إيف لودريان requests 0",
			"written جان-إيف لودريان requests 0",
			"written جان-إيف لودريان requests 0",
			"conflict CONFLICT expectedVersion 1",
			"error INVALID_CURSOR",
			"error INVALID",
			"warnings",
		},
		"request.js": {
			"holder كاترين كولونا",
			"articles 38",
			"articles 40",
			"status 200 application/graphql-response+json; charset=utf-8",
			"topic مكافحة-الإرهاب",
			"wrong INVALID input.names.0.value",
			"error true 400 GRAPHQL_VALIDATION_FAILED",
			"error true 200 INVALID_CURSOR",
			"error true 200 FORBIDDEN",
			"error true 400 INVALID",
			"error true 401 UNAUTHENTICATED",
		},
		"relay.js": {
			"country فرنسا",
			"list 7 distinct 7 of 17 more true",
			"list 14 distinct 14 of 17 more true",
			"list 17 distinct 17 of 17 more false",
			"name فرنسا",
			"name France",
			"node Article مُؤتَمَر بغداد 2 مُؤتَمَر بغداد 2 true requests 1",
			"conflict CONFLICT expectedVersion",
			"error INVALID_CURSOR",
		},
		"typed.js": {
			"preset MINISTER 2017-05-17 جان إيف لودريان",
			"preset ar 2022-05-21 كاترين كولونا تتسلم وزارة الخارجية الفرنسية خلفا لجان إيف لوريان",
			"tada العراق PUBLISHED الكاظمي يختتم في لندن جولة اوروبية شملت باريس وبرلين",
		},
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			s := testserver.StartDemo(t)
			printed := node(t, script, s.URL+"/graphql", testserver.AdminToken, s.EndOfLog(t), t.TempDir())
			if got := strings.Split(strings.TrimSpace(printed), "\n"); !slices.Equal(got, want) {
				t.Errorf("%s printed\n%s\nwant\n%s", script, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
