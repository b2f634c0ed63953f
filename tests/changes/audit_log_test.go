package changes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
	"github.com/diwan-cms/diwan/tests/testserver"
)

type auditEntry struct {
	Cursor, At, Kind, NodeType, NodeID, Actor string
	Version                                   int
	TokenID                                   *string
	Node                                      *struct{ ID, Title string }
}

const readAudit = `query($after: String, $first: Int, $types: [NodeType!], $actor: String, $since: DateTime, $until: DateTime) {
	auditLog(after: $after, first: $first, types: $types, actor: $actor, since: $since, until: $until) {
		edges { cursor node { cursor } }
		nodes { cursor at kind nodeType nodeId version actor tokenId node { id ... on Article { title } } }
		pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
	}
}`

// audit reads the audit log to its end, in pages of the given size.
func audit(t testing.TB, s *testserver.Server, vars variables, first int, headers ...header) []auditEntry {
	t.Helper()
	asked := variables{"first": first}
	for name, value := range vars {
		asked[name] = value
	}
	var all []auditEntry
	for {
		page := testserver.Ask[struct {
			AuditLog struct {
				Edges    []struct{ Cursor string }
				Nodes    []auditEntry
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}](t, s, readAudit, asked, append([]header{testserver.AsAdmin}, headers...)...).AuditLog
		for i, edge := range page.Edges {
			if edge.Cursor != page.Nodes[i].Cursor {
				t.Errorf("the cursor of edge %d differs from that of its entry", i)
			}
		}
		if all = append(all, page.Nodes...); !page.PageInfo.HasNextPage {
			return all
		}
		asked["after"] = page.PageInfo.EndCursor
	}
}

// The audit log shows administrators each change with its author, time and token. Others
// may not read it.
func TestTheAuditLogSaysWhoChangedWhat(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	n := testserver.StartNewsroom(t, clock.Drive)
	clock.SetAt(t, "2024-07-01T00:00:00Z")
	draft := n.Server.Article(t, "Draft", variables{"publish": false}).ID
	clock.SetAt(t, "2024-07-02T00:00:00Z")
	n.Do(t, "publishArticle", draft, nil)
	topic := n.Create(t, "Topic", variables{"names": testserver.Names("en", "T")}).ID
	clock.SetAt(t, "2024-07-03T00:00:00Z")
	n.Mutate(t, "delete", "Topic", variables{"id": topic})
	// The servers of these tests have a configured admin token, which has no id.
	n.Database.Exec(t, "UPDATE changes SET token_id = 12, actor = 'desk' WHERE kind = 'DELETED'")

	token := model.ID{Type: model.NodeAccessToken, Key: 12}.String()
	text := func(e auditEntry) string {
		with, node := "no token", "gone"
		if e.TokenID != nil {
			with = *e.TokenID
		}
		if e.Node != nil {
			node = "there " + e.Node.Title
		}
		return strings.TrimSpace(fmt.Sprint(e.At, " ", e.Kind, " ", e.NodeID, " ", e.Version, " ", e.Actor, " ", with, " ", node))
	}
	four := []string{
		"2024-07-03T00:00:00.000Z DELETED " + topic + " 2 desk " + token + " gone",
		"2024-07-02T00:00:00.000Z CREATED " + topic + " 1 admin no token gone",
		"2024-07-02T00:00:00.000Z PUBLISHED " + draft + " 2 admin no token there Draft",
		"2024-07-01T00:00:00.000Z CREATED " + draft + " 1 admin no token there Draft",
	}
	whole := n.Database.Rows(t, "SELECT COUNT(*) FROM changes")[0]
	for _, c := range []struct {
		name  string
		vars  variables
		first int
		want  []string
	}{
		{"since a moment", variables{"since": "2024-07-01T00:00:00Z"}, 100, four},
		{"in pages of one", variables{"since": "2024-07-01T00:00:00Z"}, 1, four},
		{"in pages of three", variables{"since": "2024-07-01T00:00:00Z"}, 3, four},
		{"just after a moment", variables{"since": "2024-07-01T00:00:00.001Z"}, 2, four[:3]},
		{"until a moment", variables{"since": "2024-07-01T00:00:00Z", "until": "2024-07-03T00:00:00Z"}, 2, four[1:]},
		{"of a type", variables{"since": "2024-07-01T00:00:00Z", "types": []string{"ARTICLE"}}, 1, four[2:]},
		{"of no type", variables{"types": []string{}}, 1, nil},
		{"of somebody", variables{"actor": "desk"}, 1, four[:1]},
		{"of nobody", variables{"actor": "nobody"}, 1, nil},
		{"of nobody whom a database takes", variables{"actor": "a\x00"}, 1, nil},
		{"of all", variables{"actor": "admin", "types": []string{"TOPIC"}, "since": "2024-07-02T00:00:00Z", "until": "2024-07-02T00:00:00.001Z"}, 1, four[1:2]},
	} {
		var got []string
		for _, entry := range audit(t, n.Server, c.vars, c.first) {
			got = append(got, text(entry))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("the audit log %s = %q\nwant %q", c.name, got, c.want)
		}
	}
	if all := audit(t, n.Server, nil, 100); fmt.Sprint(len(all)) != whole {
		t.Errorf("the audit log has %d entries, want %s", len(all), whole)
	}
	if one := audit(t, n.Server, variables{"types": []string{"ARTICLE"}}, 1); one[0].Cursor == "" || len(audit(t, n.Server, nil, 100, testserver.SeeDrafts)) == 0 {
		t.Error("the audit log has an entry without a cursor, or no entries with drafts")
	}

	for name, c := range map[string]struct {
		vars    variables
		headers []header
		code    string
	}{
		"a reader":                   {nil, nil, "FORBIDDEN"},
		"too many":                   {variables{"first": 101}, []header{testserver.AsAdmin}, "INVALID"},
		"a cursor that is none":      {variables{"after": "x"}, []header{testserver.AsAdmin}, "INVALID_CURSOR"},
		"a cursor of the change log": {variables{"after": readLogPage(t, n.Server, nil).PageInfo.EndCursor}, []header{testserver.AsAdmin}, "INVALID_CURSOR"},
	} {
		if code, _ := n.Refused(t, readAudit, c.vars, c.headers...); code != c.code {
			t.Errorf("%s = %s, want %s", name, code, c.code)
		}
	}
	if code, _ := n.Refused(t, readLog, variables{"after": audit(t, n.Server, variables{"actor": "desk"}, 1)[0].Cursor}); code != "INVALID_CURSOR" {
		t.Errorf("the change log after a cursor of the audit log = %s, want INVALID_CURSOR", code)
	}
}

// The id of an access token is valid, but `node` finds nothing by it.
func TestIDsOfTokensLeadToNoNode(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	id := model.ID{Type: model.NodeAccessToken, Key: 1}.String()
	if got := testserver.Ask[struct{ Node *testserver.Node }](t, s, `query($id: ID!) { node(id: $id) { id } }`, variables{"id": id}, testserver.AsAdmin); got.Node != nil {
		t.Errorf("node = %v, want null", got.Node)
	}
}

// The entries of what is gone tell what it was: what it was called at the time, and last.
func TestTheAuditLogTellsWhatWasDeleted(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	names := []variables{{"language": "ar", "value": "محمد"}, {"language": "en", "value": "Mohammed"}}
	n.Mutate(t, "update", "Country", variables{"id": n.Country, "input": variables{"names": testserver.Names("ar", "العراق")}})
	topic := n.Create(t, "Topic", variables{"slug": "t", "names": names}).ID
	official := n.Create(t, "Official", variables{"slug": "o", "names": names}).ID
	office := n.Create(t, "Office", variables{"slug": "seat", "kind": "MINISTER", "country": n.Country, "titles": testserver.Names("ar", "وزير")}).ID
	tenure := n.Create(t, "Tenure", variables{"official": official, "office": office, "startedOn": "2020-01-01"}).ID
	n.Mutate(t, "update", "Topic", variables{"id": topic, "input": variables{"names": testserver.Names("fr", "Thème")}})
	draft := n.Server.Article(t, "Draft", variables{"publish": false, "slug": "d"}).ID
	live := n.Server.Article(t, "Live", variables{"slug": "l"}).ID
	n.Mutate(t, "update", "Article", variables{"id": live, "input": variables{"title": "Reworked", "slug": "r"}})
	for _, gone := range []struct{ noun, id string }{{"Article", draft}, {"Article", live}, {"Tenure", tenure}, {"Office", office}, {"Official", official}, {"Topic", topic}} {
		n.Mutate(t, "delete", gone.noun, variables{"id": gone.id})
	}

	log := testserver.Ask[struct {
		AuditLog struct {
			Nodes []struct {
				Kind, NodeType        string
				Title, Slug, Language *string
			}
		}
	}](t, n.Server, `{ auditLog(first: 15) { nodes { kind nodeType title slug language } } }`, nil, testserver.AsAdmin).AuditLog.Nodes
	var got []string
	text := func(s *string) string {
		if s == nil {
			return "null"
		}
		return *s
	}
	for _, e := range log {
		got = append(got, strings.Join([]string{e.Kind, e.NodeType, text(e.Title), text(e.Slug), text(e.Language)}, " "))
	}
	slices.Reverse(got)
	want := []string{
		"UPDATED COUNTRY العراق IQ ar",
		"CREATED TOPIC Mohammed t en",
		"CREATED OFFICIAL Mohammed o en",
		"CREATED OFFICE وزير seat ar",
		"CREATED TENURE Mohammed – وزير null null",
		"UPDATED TOPIC Thème t fr",
		"CREATED ARTICLE Draft d en",
		"PUBLISHED ARTICLE Live l en",
		"UPDATED ARTICLE Reworked r en",
		"DELETED ARTICLE Draft d en",
		"DELETED ARTICLE Reworked r en",
		"DELETED TENURE Mohammed – وزير null null",
		"DELETED OFFICE وزير seat ar",
		"DELETED OFFICIAL Mohammed o en",
		"DELETED TOPIC Thème t fr",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the audit log =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	n.Database.Exec(t, "UPDATE changes SET title = '', slug = '', language = ''")
	if old := testserver.Ask[map[string]any](t, n.Server, `{ auditLog(first: 1) { nodes { title slug language } } }`, nil, testserver.AsAdmin); fmt.Sprint(old) != "map[auditLog:map[nodes:[map[language:<nil> slug:<nil> title:<nil>]]]]" {
		t.Errorf("an entry from before these were recorded = %v, want nulls", old)
	}
}
