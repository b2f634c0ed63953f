package access

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// roles are the roles of tokens, the lowest first.
var roles = []string{"READER", "CONTRIBUTOR", "EDITOR", "ADMIN"}

// may reports whether a role is at least another. ANONYMOUS is below all.
func may(role, least string) bool { return slices.Index(roles, role) >= slices.Index(roles, least) }

// headersByRole returns the headers of each role, none for ANONYMOUS.
func headersByRole(t testserver.Tester, s *testserver.Server) map[string][]header {
	t.Helper()
	headers := map[string][]header{"ANONYMOUS": nil}
	for _, role := range roles {
		headers[role] = []header{s.Token(t, role)}
	}
	return headers
}

// onOwn are the mutations that contributors may send for articles that they created.
var onOwn = []string{"updateArticle", "submitArticle", "restoreArticleRevision", "confirmMention", "rejectMention"}

// backOnOwn are the mutations by which contributors take back what they began.
var backOnOwn = []string{"deleteArticle", "unpublishArticle", "discardArticleChanges"}

// mutationRoles lists the role that each mutation needs.
var mutationRoles = map[string]string{
	"createArticle":          "CONTRIBUTOR",
	"updateArticle":          "EDITOR",
	"deleteArticle":          "EDITOR",
	"upsertArticles":         "EDITOR",
	"upsertTopics":           "EDITOR",
	"upsertOffices":          "EDITOR",
	"upsertOfficials":        "EDITOR",
	"upsertTenures":          "EDITOR",
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

// nowhere is the id of an article that does not exist.
const nowhere = "QXJ0aWNsZTo5OTk5OTk" // Article:999999

// TestEveryMutationNeedsItsRole sends each mutation of the schema as every role.
func TestEveryMutationNeedsItsRole(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	schema := testserver.Ask[struct {
		Schema struct {
			MutationType struct {
				Fields []struct{ Name, Description string }
			}
		} `json:"__schema"`
	}](t, n.Server, `{ __schema { mutationType { fields { name description } } } }`, nil)
	var known []string
	for _, field := range schema.Schema.MutationType.Fields {
		known = append(known, field.Name)
		least, listed := mutationRoles[field.Name]
		if !listed {
			t.Errorf("%s is not in mutationRoles: add the role that it needs, and check that role in content", field.Name)
			continue
		}
		if description := strings.Join(strings.Fields(field.Description), " "); !strings.Contains(description, "Requires the "+least+" role") {
			t.Errorf("the description of %s = %q, want \"Requires the %s role\" in it", field.Name, description, least)
		}
		t.Run(field.Name, func(t *testing.T) {
			t.Parallel()
			n := testserver.StartNewsroom(t)
			as := headersByRole(t, n.Server)
			for _, role := range append([]string{"ANONYMOUS"}, roles...) {
				needed := least
				if (slices.Contains(onOwn, field.Name) || slices.Contains(backOnOwn, field.Name)) && !may(role, "CONTRIBUTOR") {
					needed = "CONTRIBUTOR"
				}
				tries(t, n.Server, attempt{field.Name, role, needed}, func() testserver.Answer { return n.SendMutation(t, field.Name, 0, as[role]...) })
			}
		})
	}
	if gone := slices.DeleteFunc(slices.Sorted(maps.Keys(mutationRoles)), func(name string) bool { return slices.Contains(known, name) }); len(gone) > 0 {
		t.Errorf("mutationRoles has %v, which are not in the schema", gone)
	}
}

// attempt is an operation sent by a caller of a role, and the least role that may send
// it.
type attempt struct{ operation, role, least string }

// tries fails the test unless the operation succeeds from the least role up, and for lower
// roles is FORBIDDEN and writes nothing.
func tries(t *testing.T, s *testserver.Server, a attempt, send func() testserver.Answer) {
	t.Helper()
	const written = "SELECT (SELECT COUNT(*) FROM changes), (SELECT COUNT(*) FROM access_tokens), (SELECT COUNT(*) FROM access_tokens WHERE revoked_at IS NULL)"
	before := s.Database.Rows(t, written)
	got := send()
	if may(a.role, a.least) {
		if len(got.Errors) > 0 || got.Status != http.StatusOK {
			t.Errorf("%s as %s = %d %s, want success", a.operation, a.role, got.Status, got.Raw)
		}
		return
	}
	if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "FORBIDDEN" || !strings.Contains(got.Errors[0].Message, "requires the "+a.least+" role") || !strings.Contains(got.Errors[0].Message, "Authorization: Bearer") {
		t.Errorf("%s as %s = %s, want FORBIDDEN that names the role %s and the header to send", a.operation, a.role, got.Raw, a.least)
	}
	if after := s.Database.Rows(t, written); !slices.Equal(before, after) {
		t.Errorf("after %s as %s, changes and tokens = %v, want %v as before", a.operation, a.role, after, before)
	}
}

func TestContributorsDoNotPublish(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	draft := s.Article(t, "Draft", variables{"publish": false})
	as := headersByRole(t, s)
	for query, least := range map[string]string{
		`mutation { createArticle(input: {language: "en", title: "At once", publish: true}) { __typename } }`:      "EDITOR",
		`mutation { createArticle(input: {language: "en", title: "Not at once", publish: false}) { __typename } }`: "CONTRIBUTOR",
		`mutation { updateArticle(id: "` + draft.ID + `", input: {publish: true}) { __typename } }`:                "EDITOR",
	} {
		for role, headers := range as {
			tries(t, s, attempt{query, role, least}, func() testserver.Answer { return s.Post(t, query, nil, headers...) })
		}
	}
}

// Whoever says when something was has to be allowed to import; null clears when readers first
// saw an article, and says of the other times that they are not known.
func TestTimesOfUpsertsNeedAnAdmin(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	as := headersByRole(t, n.Server)
	const at = `"2020-01-01T00:00:00Z"`
	for fields, least := range map[string]string{
		`publishedAt: ` + at: "ADMIN", `publishedAt: null`: "ADMIN", `createdAt: ` + at: "ADMIN", `updatedAt: ` + at: "ADMIN", `createdAt: null, updatedAt: null`: "EDITOR", ``: "EDITOR",
	} {
		for mutation, input := range map[string]string{
			"upsertArticles":  `externalId: "dated", language: "en", title: "Dated"`,
			"upsertTopics":    `externalId: "dated", names: [{language: "en", value: "Dated"}]`,
			"upsertOffices":   `externalId: "dated", titles: [{language: "en", value: "Dated"}], kind: OTHER`,
			"upsertOfficials": `externalId: "dated", names: [{language: "en", value: "Dated"}]`,
			"upsertTenures":   fmt.Sprintf(`official: {id: %q}, office: {id: %q}, endedOn: "2019"`, n.Official.ID, n.Office.ID),
		} {
			if mutation != "upsertArticles" && strings.HasPrefix(fields, "publishedAt") {
				continue
			}
			query := `mutation { ` + mutation + `(inputs: [{` + input + `}, {` + strings.ReplaceAll(input, "ated", "ated also") + `, ` + fields + `}]) { failed } }`
			for _, role := range append([]string{"ANONYMOUS"}, roles...) {
				needed := least
				if !may(role, "EDITOR") { // for which the mutation itself asks
					needed = "EDITOR"
				}
				tries(t, n.Server, attempt{query, role, needed}, func() testserver.Answer { return n.Post(t, query, nil, as[role]...) })
			}
		}
	}
}

func TestViewerIsTheCaller(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	want := map[string]string{"ANONYMOUS": `{"viewer":{"role":"ANONYMOUS","name":null}}`}
	for _, role := range roles {
		want[role] = fmt.Sprintf(`{"viewer":{"role":%q,"name":%q}}`, role, strings.ToLower(role))
	}
	for role, headers := range headersByRole(t, s) {
		s.WantData(t, `{ viewer { role name } }`, nil, want[role], headers...)
	}
	s.WantData(t, `{ viewer { role name } }`, nil, `{"viewer":{"role":"ADMIN","name":"admin"}}`, testserver.AsAdmin)
}

func TestDraftsNeedAContributor(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	s.Article(t, "Secret", variables{"publish": false})
	for role, headers := range headersByRole(t, s) {
		a := s.Post(t, `{ articles { nodes { title } } }`, nil, append([]header{testserver.SeeDrafts}, headers...)...)
		if may(role, "CONTRIBUTOR") != (a.Status == http.StatusOK && strings.Contains(string(a.Raw), "Secret")) || !may(role, "CONTRIBUTOR") && a.Status != http.StatusForbidden {
			t.Errorf("drafts as %s = %d %s, want drafts from CONTRIBUTOR up, else 403", role, a.Status, a.Raw)
		}
		if a := s.Post(t, `{ articles(filter: {status: {eq: DRAFT}}) { totalCount } }`, nil, headers...); strings.Contains(string(a.Raw), `"totalCount":1`) {
			t.Errorf("a filter for drafts as %s = %s, want none found", role, a.Raw)
		}
	}
}

func TestMetricsAndTracesInProductionNeedAnAdmin(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.GraphQL.Production = true })
	for role, headers := range headersByRole(t, s) {
		want := http.StatusForbidden
		if role == "ADMIN" {
			want = http.StatusOK
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := testserver.Fetch(t, request, headers...); status != want {
			t.Errorf("/metrics as %s = %d, want %d", role, status, want)
		}
		if a := s.Post(t, `{ viewer { role } }`, nil, append([]header{{"Diwan-Trace", "1"}}, headers...)...); a.Status != want {
			t.Errorf("a trace as %s = %d %s, want %d", role, a.Status, a.Raw, want)
		}
	}
}

const listTokens = `{ accessTokens { name role createdAt expiresAt } }`

// Contributors edit and submit articles that they created, unless these are scheduled or
// archived. They do not publish them.
func TestContributorsEditOnlyTheirOwnArticles(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	samira, karim, editor := s.Grant(t, variables{"name": "Samira", "role": "CONTRIBUTOR"}).Header(), s.Grant(t, variables{"name": "Samira", "role": "CONTRIBUTOR"}).Header(), s.Token(t, "EDITOR")
	own := testserver.Ask[struct {
		CreateArticle struct{ Article testserver.Node }
	}](t, s, `mutation { createArticle(input: {language: "en", title: "Own", body: "Iraq."}) { article { id } } }`, nil, samira).CreateArticle.Article
	about := func(mutation string) string {
		country := s.CountryID(t, "IQ")
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
		a := s.Post(t, strings.ReplaceAll(query, "ID", own.ID), nil, who)
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
				if _, errs := s.Step(t, step, own, "at", "2030-01-01T00:00:00Z"); len(errs) > 0 {
					t.Fatal(errs)
				}
				continue
			}
			s.Steps(t, own, step)
		}
		for _, mutation := range onOwn {
			query := about(mutation)
			want := ""
			if c.closed {
				want = "FORBIDDEN"
			}
			if got := code(query, karim); got != "FORBIDDEN" {
				t.Errorf("%s of another user's article that is %s = %q, want FORBIDDEN even with the same name", mutation, c.state, got)
			}
			if mutation == "submitArticle" && !c.closed {
				continue // would change the state; tested below
			}
			if got := code(query, samira); got != want {
				t.Errorf("%s of one's own article that is %s = %q, want %q", mutation, c.state, got, want)
			}
		}
	}
	s.Steps(t, own, "unpublishArticle")
	if got := code(about("submitArticle"), samira); got != "" {
		t.Errorf("submitArticle of one's own draft = %s", got)
	}
	for _, query := range []string{
		`mutation { publishArticle(id: "ID") { errors { code } } }`, `mutation { deleteArticle(id: "ID") { errors { code } } }`, `mutation { archiveArticle(id: "ID") { errors { code } } }`,
		`mutation { updateArticle(id: "ID", input: {externalId: "wire:1"}) { errors { code } } }`, `mutation { createArticle(input: {language: "en", title: "T", externalId: "wire:1"}) { errors { code } } }`,
	} {
		if got := code(query, samira); got != "FORBIDDEN" {
			t.Errorf("%s by the author = %q, want FORBIDDEN", query, got)
		}
	}
	for _, mutation := range backOnOwn {
		if got := code(`mutation { `+mutation+`(id: "ID") { errors { code } } }`, karim); got != "FORBIDDEN" {
			t.Errorf("%s of another user's article = %q, want FORBIDDEN", mutation, got)
		}
	}
	if got := code(`mutation { unpublishArticle(id: "ID") { article { status } } }`, samira); got != "" {
		t.Errorf("unpublishArticle of what the author submitted = %s", got)
	}
	if got := code(`mutation { publishArticle(id: "ID") { errors { code } } }`, editor); got != "" {
		t.Errorf("publishArticle by an editor = %s", got)
	}
}

// With --public-read=false, reading takes a token.
func TestPrivateReadingNeedsAToken(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, func(c *app.Config) { c.PrivateRead = true })
	s.Article(t, "Open", nil)
	reader := s.Token(t, "READER")
	const query = `{ articles { nodes { title } } }`
	const sentence = "requires a token of the role READER"

	s.WantData(t, query, nil, `{"articles":{"nodes":[{"title":"Open"}]}}`, reader)
	unauthenticated(t, s, sentence)
	unauthenticated(t, s, "not known here", header{"Authorization", "Bearer nobody"})
	unauthenticated(t, s, sentence, header{"Upgrade", "websocket"}) // ignored in a POST
	if a := s.Get(t, query); a.Status != http.StatusUnauthorized || strings.Contains(string(a.Raw), "Open") {
		t.Errorf("GET = %d %s, want 401", a.Status, a.Raw)
	}
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		if r := s.AskEvents(t, method, query, nil); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("an event stream by %s = %d, want 401", method, r.StatusCode)
		}
		if r := s.AskEvents(t, method, query, nil, reader); r.StatusCode != http.StatusOK {
			t.Errorf("a reader's event stream by %s = %d, want 200", method, r.StatusCode)
		}
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusOK} {
		if got := s.Status(t, path); got != want {
			t.Errorf("%s = %d, want %d", path, got, want)
		}
	}

	t.Run("browsers authenticate after a socket is open", func(t *testing.T) {
		t.Parallel()
		s.Connect(t, `{"Authorization":"`+reader[1]+`"}`).Subscribe("1", query, nil)
		k := s.Dial(t)
		k.Subscribe("1", query, nil)
		if got := k.Closed(); got.Code != 4401 {
			t.Errorf("a query before connection_init = %v, want 4401", got)
		}
		k = s.Dial(t)
		k.Send(`{"type":"connection_init"}`)
		if got := k.Closed(); got.Code != 4401 || !strings.Contains(got.Reason, "the token is missing") {
			t.Errorf("connection_init without a token = %v, want 4401", got)
		}
		k = s.Dial(t, header{"Authorization", "Bearer nobody"})
		k.Send(`{"type":"connection_init"}`)
		if got := k.Closed(); got.Code != 4401 {
			t.Errorf("a socket with an unknown token in its headers = %v, want 4401", got)
		}
	})
}
