package changes

import (
	"maps"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// Each write appends one row to the change log. A mutation that changes nothing appends
// none.
func TestEachWriteAppendsOneChange(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	n := testserver.StartNewsroom(t, clock.Drive)
	clock.SetAt(t, "2024-07-01T00:00:00Z")
	log := func(t *testing.T) []string {
		t.Helper()
		return n.Database.Rows(t, "SELECT kind, node_type, node_id, version, at, actor FROM changes ORDER BY id")
	}
	title := func(s string) variables { return variables{"id": n.Article.ID, "input": variables{"title": s}} }
	for _, c := range []struct {
		name, verb, noun string
		vars             variables
		want             string // "" for none
	}{
		{"an article written as a draft", "create", "Article", variables{"input": variables{"language": "en", "title": "A"}}, "CREATED Article 3 1"},
		{"an article published at once", "create", "Article", variables{"input": variables{"language": "en", "title": "B", "publish": true}}, "PUBLISHED Article 4 1"},
		{"an article changed", "update", "Article", title("New"), "UPDATED Article 1 2"},
		{"an article changed to what it is", "update", "Article", title("New"), ""},
		{"an article changed with an empty input", "update", "Article", variables{"id": n.Article.ID, "input": variables{}}, ""},
		{"an article tagged anew as it is", "update", "Article", variables{"id": n.Article.ID, "input": variables{"topics": []string{n.Topic.ID}, "language": "EN", "byline": []string{}, "summary": nil, "body": "Official"}}, ""},
		{"an article with another tag", "update", "Article", variables{"id": n.Article.ID, "input": variables{"countries": []string{n.Country}}}, "UPDATED Article 1 3"},
		{"an article changed and published", "update", "Article", variables{"id": n.Second.ID, "input": variables{"title": "Both", "publish": true}}, "PUBLISHED Article 2 2"},
		{"an article published again", "publish", "Article", variables{"id": n.Second.ID}, ""},
		{"an article unpublished", "unpublish", "Article", variables{"id": n.Second.ID}, "UNPUBLISHED Article 2 3"},
		{"an article unpublished again", "unpublish", "Article", variables{"id": n.Second.ID}, ""},
		{"an article published", "publish", "Article", variables{"id": n.Second.ID}, "PUBLISHED Article 2 4"},
		{"an article deleted", "delete", "Article", variables{"id": n.Second.ID}, "DELETED Article 2 5"},
		{"a country", "update", "Country", variables{"id": n.Country, "input": variables{"names": testserver.Names("en", "Iraq!")}}, "UPDATED Country COUNTRY 2"},
		{"a country as it is", "update", "Country", variables{"id": n.Country, "input": variables{"names": testserver.Names("en", "Iraq!")}}, ""},
		{"a topic", "create", "Topic", variables{"input": variables{"names": testserver.Names("en", "T")}}, "CREATED Topic 2 1"},
		{"a topic changed", "update", "Topic", variables{"id": n.Topic.ID, "input": variables{"externalId": "t"}}, "UPDATED Topic 1 2"},
		{"a topic as it is, names in another order", "update", "Topic", variables{"id": n.Topic.ID, "input": variables{"externalId": "t", "names": testserver.Names("EN", "Topic"), "parent": nil, "mediaTopic": nil, "aliases": nil}}, ""},
		{"an official", "create", "Official", variables{"input": variables{"names": testserver.Names("en", "O")}}, "CREATED Official 2 1"},
		{"an official changed", "update", "Official", variables{"id": n.Official.ID, "input": variables{"country": n.Country}}, "UPDATED Official 1 2"},
		{"an official as they are", "update", "Official", variables{"id": n.Official.ID, "input": variables{"country": n.Country}}, ""},
		{"an office", "create", "Office", variables{"input": variables{"titles": testserver.Names("en", "O"), "kind": "OTHER"}}, "CREATED Office 2 1"},
		{"an office changed", "update", "Office", variables{"id": n.Office.ID, "input": variables{"kind": "OTHER"}}, "UPDATED Office 1 2"},
		{"an office as it is", "update", "Office", variables{"id": n.Office.ID, "input": variables{"singleSeat": true}}, ""},
		{"a tenure", "create", "Tenure", variables{"input": variables{"official": n.Official.ID, "office": n.Office.ID, "endedOn": "2019"}}, "CREATED Tenure 2 1"},
		{"a tenure changed", "update", "Tenure", variables{"id": n.Tenure.ID, "input": variables{"endedOn": "2021"}}, "UPDATED Tenure 1 2"},
		{"a tenure as it is", "update", "Tenure", variables{"id": n.Tenure.ID, "input": variables{"startedOn": "2020"}}, ""},
		{"a tenure deleted", "delete", "Tenure", variables{"id": n.Tenure.ID}, "DELETED Tenure 1 3"},
		{"what is wrong", "create", "Topic", variables{"input": variables{"names": testserver.Names("en", "")}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := log(t)
			state := n.Database.State(t)
			n.Mutate(t, c.verb, c.noun, c.vars)
			added := log(t)[len(before):]
			if c.want == "" {
				if after := n.Database.State(t); !maps.Equal(state, after) {
					t.Errorf("the database changed, with the changes %v in the log, want no write", added)
				}
				return
			}
			want := strings.ReplaceAll(c.want, "COUNTRY", n.Database.Rows(t, "SELECT id FROM countries WHERE code = 'IQ'")[0]) + " 1719792000000 admin"
			if len(added) != 1 || added[0] != want {
				t.Errorf("changes = %q, want %q", added, want)
			}
		})
	}
}
