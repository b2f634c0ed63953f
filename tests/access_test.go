package tests

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
)

// roles are those that a token gives, the lowest first.
var roles = []string{"READER", "CONTRIBUTOR", "EDITOR", "ADMIN"}

// may says whether a role is at least another; ANONYMOUS is below all.
func may(role, least string) bool { return slices.Index(roles, role) >= slices.Index(roles, least) }

// grant is an access token that was made.
type grant struct {
	Token       string
	AccessToken struct{ ID, Name, Role string }
}

func (g grant) header() header { return header{"Authorization", "Bearer " + g.Token} }

const createToken = `mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token accessToken { id name role } errors { code path message } } }`

// grant makes an access token, as admin, which must be in order.
func (s *server) grant(t tester, input variables) grant {
	t.Helper()
	g := ask[struct{ CreateAccessToken grant }](t, s, createToken, variables{"input": input}, asAdmin).CreateAccessToken
	if g.Token == "" {
		t.Fatalf("createAccessToken(%v) = %+v, want a token", input, g)
	}
	return g
}

// token is the header of who has a stored token of the role, who is called as the
// role is in small letters.
func (s *server) token(t tester, role string) header {
	t.Helper()
	return s.grant(t, variables{"name": strings.ToLower(role), "role": role}).header()
}

// as is the headers of all roles, none for ANONYMOUS.
func (s *server) as(t tester) map[string][]header {
	t.Helper()
	headers := map[string][]header{"ANONYMOUS": nil}
	for _, role := range roles {
		headers[role] = []header{s.token(t, role)}
	}
	return headers
}

// onOwn are the mutations that contributors may send about what they created.
var onOwn = []string{"updateArticle", "submitArticle", "restoreArticleRevision", "confirmMention", "rejectMention"}

// mutationRoles are the roles that mutations ask for.
var mutationRoles = map[string]string{
	"createArticle":          "CONTRIBUTOR",
	"updateArticle":          "EDITOR",
	"deleteArticle":          "EDITOR",
	"upsertArticles":         "EDITOR",
	"submitArticle":          "EDITOR",
	"publishArticle":         "EDITOR",
	"archiveArticle":         "EDITOR",
	"discardArticleChanges":  "EDITOR",
	"restoreArticleRevision": "EDITOR",
	"unpublishArticle":       "EDITOR",
	"confirmMention":         "EDITOR",
	"rejectMention":          "EDITOR",
	"createOfficial":         "EDITOR",
	"updateOfficial":         "EDITOR",
	"deleteOfficial":         "EDITOR",
	"createTopic":            "EDITOR",
	"updateTopic":            "EDITOR",
	"deleteTopic":            "EDITOR",
	"updateCountry":          "EDITOR",
	"createOffice":           "EDITOR",
	"updateOffice":           "EDITOR",
	"deleteOffice":           "EDITOR",
	"createTenure":           "EDITOR",
	"updateTenure":           "EDITOR",
	"deleteTenure":           "EDITOR",
	"createPreviewLink":      "CONTRIBUTOR",
	"createAccessToken":      "ADMIN",
	"revokeAccessToken":      "ADMIN",
}

// nowhere is an id that nothing has.
const nowhere = "QXJ0aWNsZTo5OTk5OTk" // Article:999999

// TestEveryMutationAsksForARole sends each mutation of the schema as every role.
func TestEveryMutationAsksForARole(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	schema := ask[struct {
		Schema struct {
			MutationType struct {
				Fields []struct{ Name, Description string }
			}
		} `json:"__schema"`
	}](t, n.server, `{ __schema { mutationType { fields { name description } } } }`, nil)
	var known []string
	for _, field := range schema.Schema.MutationType.Fields {
		known = append(known, field.Name)
		least, listed := mutationRoles[field.Name]
		if !listed {
			t.Errorf("%s is not in mutationRoles: say there who may, and check that in content", field.Name)
			continue
		}
		if description := strings.Join(strings.Fields(field.Description), " "); !strings.Contains(description, "Requires the "+least+" role") {
			t.Errorf("the description of %s = %q, want it to say that it requires the %s role", field.Name, description, least)
		}
		t.Run(field.Name, func(t *testing.T) {
			t.Parallel()
			n := startNewsroom(t)
			as := n.as(t)
			for _, role := range append([]string{"ANONYMOUS"}, roles...) {
				needed := least
				if slices.Contains(onOwn, field.Name) && !may(role, "CONTRIBUTOR") {
					needed = "CONTRIBUTOR"
				}
				n.tries(t, role, needed, field.Name, func() answer { return n.send(t, field.Name, 0, as[role]...) })
			}
		})
	}
	if gone := slices.DeleteFunc(slices.Sorted(maps.Keys(mutationRoles)), func(name string) bool { return slices.Contains(known, name) }); len(gone) > 0 {
		t.Errorf("mutationRoles has %v, which the schema has not", gone)
	}
}

// tries sends what must be FORBIDDEN and write nothing below a role, and be
// answered from it on.
func (s *server) tries(t *testing.T, role, least, what string, send func() answer) {
	t.Helper()
	const written = "SELECT (SELECT COUNT(*) FROM changes), (SELECT COUNT(*) FROM access_tokens), (SELECT COUNT(*) FROM access_tokens WHERE revoked_at IS NULL)"
	before := s.database.rows(t, written)
	a := send()
	if may(role, least) {
		if len(a.Errors) > 0 || a.Status != http.StatusOK {
			t.Errorf("%s as %s = %d %s, want it answered", what, role, a.Status, a.Raw)
		}
		return
	}
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "FORBIDDEN" || !strings.Contains(a.Errors[0].Message, "the role "+least) || !strings.Contains(a.Errors[0].Message, "Authorization: Bearer") {
		t.Errorf("%s as %s = %s, want FORBIDDEN that says that %s may and how to send a token", what, role, a.Raw, least)
	}
	if after := s.database.rows(t, written); !slices.Equal(before, after) {
		t.Errorf("%s as %s wrote: %v, was %v", what, role, after, before)
	}
}

func TestContributorsDoNotPublish(t *testing.T) {
	t.Parallel()
	s := start(t)
	draft := s.article(t, "Draft", variables{"publish": false})
	as := s.as(t)
	for query, least := range map[string]string{
		`mutation { createArticle(input: {language: "en", title: "At once", publish: true}) { __typename } }`:      "EDITOR",
		`mutation { createArticle(input: {language: "en", title: "Not at once", publish: false}) { __typename } }`: "CONTRIBUTOR",
		`mutation { updateArticle(id: "` + draft.ID + `", input: {publish: true}) { __typename } }`:                "EDITOR",
	} {
		for role, headers := range as {
			s.tries(t, role, least, query, func() answer { return s.post(t, query, nil, headers...) })
		}
	}
}

func TestViewer(t *testing.T) {
	t.Parallel()
	s := start(t)
	want := map[string]string{"ANONYMOUS": `{"viewer":{"role":"ANONYMOUS","name":null}}`}
	for _, role := range roles {
		want[role] = fmt.Sprintf(`{"viewer":{"role":%q,"name":%q}}`, role, strings.ToLower(role))
	}
	for role, headers := range s.as(t) {
		s.answers(t, `{ viewer { role name } }`, nil, want[role], headers...)
	}
	s.answers(t, `{ viewer { role name } }`, nil, `{"viewer":{"role":"ADMIN","name":"admin"}}`, asAdmin)
}

func TestDraftsAskForContributors(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.article(t, "Secret", variables{"publish": false})
	for role, headers := range s.as(t) {
		a := s.post(t, `{ articles { nodes { title } } }`, nil, append([]header{seeDrafts}, headers...)...)
		if may(role, "CONTRIBUTOR") != (a.Status == http.StatusOK && strings.Contains(string(a.Raw), "Secret")) || !may(role, "CONTRIBUTOR") && a.Status != http.StatusForbidden {
			t.Errorf("drafts as %s = %d %s, want them from CONTRIBUTOR on, else 403", role, a.Status, a.Raw)
		}
		if a := s.post(t, `{ articles(filter: {status: {eq: DRAFT}}) { totalCount } }`, nil, headers...); strings.Contains(string(a.Raw), `"totalCount":1`) {
			t.Errorf("as %s, an argument shows drafts: %s", role, a.Raw)
		}
	}
}

func TestMetricsAndTracesOfProductionAskForAdmins(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.GraphQL.Production = true })
	for role, headers := range s.as(t) {
		want := http.StatusForbidden
		if role == "ADMIN" {
			want = http.StatusOK
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := fetched(t, request, headers...); status != want {
			t.Errorf("/metrics as %s = %d, want %d", role, status, want)
		}
		if a := s.post(t, `{ viewer { role } }`, nil, append([]header{{"Diwan-Trace", "1"}}, headers...)...); a.Status != want {
			t.Errorf("a trace as %s = %d %s, want %d", role, a.Status, a.Raw, want)
		}
	}
}

const listTokens = `{ accessTokens { name role createdAt expiresAt } }`

// Contributors edit and hand in what they created, and nothing else.
func TestContributorsEditTheirOwn(t *testing.T) {
	t.Parallel()
	s := start(t)
	samira, karim, editor := s.grant(t, variables{"name": "Samira", "role": "CONTRIBUTOR"}).header(), s.grant(t, variables{"name": "Samira", "role": "CONTRIBUTOR"}).header(), s.token(t, "EDITOR")
	own := ask[struct{ CreateArticle struct{ Article made } }](t, s, `mutation { createArticle(input: {language: "en", title: "Own", body: "Iraq."}) { article { id } } }`, nil, samira).CreateArticle.Article
	about := func(mutation string) string {
		country := s.countryID(t, "IQ")
		return `mutation { m: ` + map[string]string{
			"updateArticle":          `updateArticle(id: "ID", input: {summary: "` + mutation + `"})`,
			"submitArticle":          `submitArticle(id: "ID")`,
			"restoreArticleRevision": `restoreArticleRevision(id: "ID", revision: 1)`,
			"confirmMention":         `confirmMention(article: "ID", start: 0, end: 4, entity: "` + country + `")`,
			"rejectMention":          `rejectMention(article: "ID", start: 0, end: 4, entity: "` + country + `")`,
		}[mutation] + ` { article { id } errors { code message } } }`
	}
	code := func(query string, who header) string {
		t.Helper()
		a := s.post(t, strings.ReplaceAll(query, "ID", own.ID), nil, who)
		if len(a.Errors) > 0 {
			return fmt.Sprint(a.Errors[0].Extensions["code"])
		}
		return ""
	}
	for _, c := range []struct {
		state  string
		steps  []string
		closed bool
	}{
		{"a draft", nil, false},
		{"in review", []string{"submitArticle"}, false},
		{"published", []string{"publishArticle"}, false},
		{"scheduled", []string{"unpublishArticle", `publishArticle`}, true},
		{"archived", []string{"publishArticle", "archiveArticle"}, true},
	} {
		for _, step := range c.steps {
			if c.state == "scheduled" && step == "publishArticle" {
				if _, errs := s.step(t, step, own, "at", "2030-01-01T00:00:00Z"); len(errs) > 0 {
					t.Fatal(errs)
				}
				continue
			}
			s.steps(t, own, step)
		}
		for _, mutation := range onOwn {
			query := about(mutation)
			want := ""
			if c.closed {
				want = "FORBIDDEN"
			}
			if got := code(query, karim); got != "FORBIDDEN" {
				t.Errorf("%s of another's article that is %s = %q, want FORBIDDEN, even for one of the same name", mutation, c.state, got)
			}
			if mutation == "submitArticle" && !c.closed {
				continue // changes the state: below
			}
			if got := code(query, samira); got != want {
				t.Errorf("%s of one's own article that is %s = %q, want %q", mutation, c.state, got, want)
			}
		}
	}
	s.steps(t, own, "unpublishArticle")
	if got := code(about("submitArticle"), samira); got != "" {
		t.Errorf("submitArticle of one's own draft = %s", got)
	}
	for _, query := range []string{
		`mutation { publishArticle(id: "ID") { errors { code } } }`, `mutation { deleteArticle(id: "ID") { errors { code } } }`, `mutation { unpublishArticle(id: "ID") { errors { code } } }`, `mutation { archiveArticle(id: "ID") { errors { code } } }`, `mutation { discardArticleChanges(id: "ID") { errors { code } } }`,
		`mutation { updateArticle(id: "ID", input: {externalId: "wire:1"}) { errors { code } } }`, `mutation { createArticle(input: {language: "en", title: "T", externalId: "wire:1"}) { errors { code } } }`,
	} {
		if got := code(query, samira); got != "FORBIDDEN" {
			t.Errorf("%s by who created it = %q, want FORBIDDEN", query, got)
		}
	}
	if got := code(`mutation { publishArticle(id: "ID") { errors { code } } }`, editor); got != "" {
		t.Errorf("publishArticle by an editor = %s", got)
	}
}

// What a server with --public-read=false tells nobody.
func TestPrivateReading(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.PrivateRead = true })
	s.article(t, "Open", nil)
	reader := s.token(t, "READER")
	const query = `{ articles { nodes { title } } }`
	const sentence = "takes a token of the role READER"

	s.answers(t, query, nil, `{"articles":{"nodes":[{"title":"Open"}]}}`, reader)
	s.unauthenticated(t, sentence)
	s.unauthenticated(t, "not known here", header{"Authorization", "Bearer nobody"})
	s.unauthenticated(t, sentence, header{"Upgrade", "websocket"}) // which POST ignores
	if a := s.get(t, query); a.Status != http.StatusUnauthorized || strings.Contains(string(a.Raw), "Open") {
		t.Errorf("GET = %d %s, want 401", a.Status, a.Raw)
	}
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		if r := s.askEvents(t, method, query, nil); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("an event stream by %s = %d, want 401", method, r.StatusCode)
		}
		if r := s.askEvents(t, method, query, nil, reader); r.StatusCode != http.StatusOK {
			t.Errorf("a reader's event stream by %s = %d, want 200", method, r.StatusCode)
		}
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusOK} {
		if got := s.status(t, path); got != want {
			t.Errorf("%s = %d, want %d", path, got, want)
		}
	}

	t.Run("browsers tell who connects once a socket is open", func(t *testing.T) {
		t.Parallel()
		s.connect(t, `{"Authorization":"`+reader[1]+`"}`).subscribe("1", query, nil)
		k := s.dial(t)
		k.subscribe("1", query, nil)
		if got := k.closed(); got.Code != 4401 {
			t.Errorf("a query of nobody = %v, want 4401", got)
		}
		k = s.dial(t)
		k.send(`{"type":"connection_init"}`)
		if got := k.closed(); got.Code != 4403 || !strings.Contains(got.Reason, "the token is missing") {
			t.Errorf("connection_init of nobody = %v, want 4403", got)
		}
		if _, response, err := s.tryDial(t, "graphql-transport-ws", header{"Authorization", "Bearer nobody"}); err == nil || response.StatusCode != http.StatusUnauthorized {
			t.Errorf("a socket with a token that is nobody's = %v, want 401", err)
		}
	})
}
