package testserver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
)

// Newsroom is a server with one node of each noun, a second article, which is a
// draft, and the token of a reader.
type Newsroom struct {
	*Server
	Country                                          string
	Topic, Official, Office, Tenure, Article, Second Node
	Reader                                           Grant
}

// StartNewsroom starts a server with one node of each noun.
func StartNewsroom(t *testing.T, edit ...func(*app.Config)) *Newsroom {
	t.Helper()
	s, n := newsroom.Start(t, edit...)
	n.Server = s
	return &n
}

var newsroom = Prepare(func(t testing.TB, edit ...func(*app.Config)) (*Server, Newsroom) {
	t.Helper()
	n := Newsroom{Server: Start(t, edit...)}
	n.Country = n.CountryID(t, "IQ")
	n.Topic = n.Create(t, "Topic", Variables{"names": Names("en", "Topic")})
	n.Official = n.Create(t, "Official", Variables{"names": Names("en", "Official")})
	n.Office = n.Create(t, "Office", Variables{"titles": Names("en", "Office"), "kind": "MINISTER"})
	n.Tenure = n.Create(t, "Tenure", Variables{"official": n.Official.ID, "office": n.Office.ID, "startedOn": "2020"})
	n.Article = n.Server.Article(t, "Article", Variables{"topics": []string{n.Topic.ID}, "officials": []string{n.Official.ID}, "externalId": "one", "body": "Official"})
	n.Second = n.Server.Article(t, "Second", Variables{"publish": false})
	n.Reader = n.Grant(t, Variables{"name": "reader", "role": "READER"})
	return n.Server, n
})

// Do sends a mutation of an article, such as "publishArticle", as admin, and fails the
// test unless that succeeds. It sends no input if input is nil.
func (n *Newsroom) Do(t testing.TB, mutation, id string, input Variables) {
	t.Helper()
	vars, arguments, parameters := Variables{"id": id}, "id: $id", "$id: ID!"
	if input != nil {
		vars["input"], arguments, parameters = input, arguments+", input: $input", parameters+", $input: UpdateArticleInput!"
	}
	a := n.Server.Post(t, `mutation(`+parameters+`) { `+mutation+`(`+arguments+`) { errors { message } } }`, vars, AsAdmin)
	if len(a.Errors) > 0 || !strings.Contains(string(a.Data), `"errors":[]`) {
		t.Fatalf("%s = %s", mutation, a.Raw)
	}
}

// Mutations returns arguments for each mutation of the schema that suit the newsroom.
// EXPECTED marks the place of an expectedVersion.
func (n *Newsroom) Mutations() map[string]string {
	quoted := func(format string, ids ...any) string { return fmt.Sprintf(format, ids...) }
	return map[string]string{
		"createArticle":          `(input: {language: "en", title: "New"})`,
		"updateArticle":          quoted(`(id: %q, input: {title: "New"} EXPECTED)`, n.Article.ID),
		"deleteArticle":          quoted(`(id: %q EXPECTED)`, n.Article.ID),
		"publishArticle":         quoted(`(id: %q EXPECTED)`, n.Second.ID),
		"unpublishArticle":       quoted(`(id: %q EXPECTED)`, n.Article.ID),
		"submitArticle":          quoted(`(id: %q EXPECTED)`, n.Second.ID),
		"archiveArticle":         quoted(`(id: %q EXPECTED)`, n.Article.ID),
		"discardArticleChanges":  quoted(`(id: %q EXPECTED)`, n.Article.ID),
		"restoreArticleRevision": quoted(`(id: %q, revision: 1 EXPECTED)`, n.Article.ID),
		"confirmMention":         quoted(`(article: %q, start: 0, end: 8, entity: %q EXPECTED)`, n.Article.ID, n.Official.ID),
		"rejectMention":          quoted(`(article: %q, start: 0, end: 8, entity: %q EXPECTED)`, n.Article.ID, n.Official.ID),
		"upsertArticles":         `(inputs: [{externalId: "new", language: "en", title: "New"}])`,
		"upsertTopics":           `(inputs: [{externalId: "new", names: [{language: "en", value: "New"}]}])`,
		"upsertOffices":          `(inputs: [{externalId: "new", titles: [{language: "en", value: "New"}], kind: OTHER}])`,
		"upsertOfficials":        `(inputs: [{externalId: "new", names: [{language: "en", value: "New"}]}])`,
		"upsertTenures":          quoted(`(inputs: [{official: {id: %q}, office: {id: %q}, endedOn: "2019"}])`, n.Official.ID, n.Office.ID),
		"updateCountry":          quoted(`(id: %q, input: {names: [{language: "en", value: "New"}]} EXPECTED)`, n.Country),
		"createTopic":            `(input: {names: [{language: "en", value: "New"}]})`,
		"updateTopic":            quoted(`(id: %q, input: {names: [{language: "en", value: "New"}]} EXPECTED)`, n.Topic.ID),
		"deleteTopic":            quoted(`(id: %q EXPECTED)`, n.Topic.ID),
		"createOfficial":         `(input: {names: [{language: "en", value: "New"}]})`,
		"updateOfficial":         quoted(`(id: %q, input: {names: [{language: "en", value: "New"}]} EXPECTED)`, n.Official.ID),
		"deleteOfficial":         quoted(`(id: %q EXPECTED)`, n.Official.ID),
		"createOffice":           `(input: {titles: [{language: "en", value: "New"}], kind: OTHER})`,
		"updateOffice":           quoted(`(id: %q, input: {titles: [{language: "en", value: "New"}]} EXPECTED)`, n.Office.ID),
		"deleteOffice":           quoted(`(id: %q EXPECTED)`, n.Office.ID),
		"createTenure":           quoted(`(input: {official: %q, office: %q, endedOn: "2019"})`, n.Official.ID, n.Office.ID),
		"updateTenure":           quoted(`(id: %q, input: {startedOn: "2021"} EXPECTED)`, n.Tenure.ID),
		"deleteTenure":           quoted(`(id: %q EXPECTED)`, n.Tenure.ID),
		"createPreviewLink":      quoted(`(article: %q)`, n.Article.ID),
		"createAccessToken":      `(input: {name: "new", role: EDITOR})`,
		"revokeAccessToken":      quoted(`(id: %q)`, n.Reader.AccessToken.ID),
	}
}

// SendMutation sends one of the Mutations. It leaves expectedVersion out if that is 0 or
// the mutation takes none.
func (n *Newsroom) SendMutation(t testing.TB, mutation string, expectedVersion int, headers ...Header) Answer {
	t.Helper()
	expected := ""
	if expectedVersion > 0 {
		expected = fmt.Sprint(", expectedVersion: ", expectedVersion)
	}
	selection := `{ errors { __typename code message path ... on ConflictError { currentVersion } } }`
	if strings.HasPrefix(mutation, "upsert") {
		selection = `{ created results { errors { code } } }`
	}
	query := "mutation { " + mutation + strings.ReplaceAll(n.Mutations()[mutation], " EXPECTED", expected) + selection + " }"
	return n.Post(t, query, nil, headers...)
}

// SchemaMutations returns the mutations of the schema, each with the names of its
// arguments.
func (n *Newsroom) SchemaMutations(t testing.TB) map[string][]string {
	t.Helper()
	schema := Ask[struct {
		Schema struct {
			MutationType struct {
				Fields []struct {
					Name string
					Args []struct{ Name string }
				}
			}
		} `json:"__schema"`
	}](t, n.Server, `{ __schema { mutationType { fields { name args { name } } } } }`, nil)
	fields := map[string][]string{}
	for _, field := range schema.Schema.MutationType.Fields {
		for _, argument := range field.Args {
			fields[field.Name] = append(fields[field.Name], argument.Name)
		}
	}
	return fields
}
