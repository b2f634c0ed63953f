package graph_test

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/model"
)

// steps sends mutations one after the other. $name in one is the id that the step
// of that name returned.
func steps(t *testing.T, s *graphtest.Server, list [][3]string) {
	t.Helper()
	ids := map[string]string{}
	named := func(text string) string {
		for name, id := range ids {
			text = strings.ReplaceAll(text, `"$`+name+`"`, `"`+id+`"`)
		}
		return text
	}
	for _, step := range list {
		name, mutation, want := step[0], named(step[1]), step[2]
		got := s.Data(t, "mutation { "+mutation+" }", nil)
		if _, after, found := strings.Cut(got, `"id":"`); found && name != "" {
			ids[name], _, _ = strings.Cut(after, `"`)
		}
		if want = named(want); !strings.Contains(got, want) {
			t.Errorf("%s\n= %s, want %s", mutation, got, want)
		}
	}
}

func TestMutationsOfReferenceData(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Editor()})
	morocco := id(model.NodeCountry, countryKey(t, s))
	steps(t, s, [][3]string{
		{"topic", `createTopic(input: {names: [{language: "en", value: "Science"}]}) { topic { id slug } errors { message } }`, `{"topic":{"id":"$topic","slug":"science"},"errors":[]}`},
		{"", `updateTopic(id: "$topic", input: {slug: "research"}, expectedVersion: 1) { topic { slug version } errors { code } }`, `{"topic":{"slug":"research","version":2},"errors":[]}`},
		{"", `updateTopic(id: "$topic", input: {slug: "again"}, expectedVersion: 1) { topic { slug } errors { code path ... on ConflictError { currentVersion } } }`, `{"topic":null,"errors":[{"code":"CONFLICT","path":["expectedVersion"],"currentVersion":2}]}`},
		{"", `deleteTopic(id: "$topic") { deletedId errors { code } }`, `{"deletedId":"$topic","errors":[]}`},
		{"", `deleteTopic(id: "$topic") { deletedId errors { code path } }`, `{"deletedId":null,"errors":[{"code":"NOT_FOUND","path":["id"]}]}`},

		{"office", `createOffice(input: {titles: [{language: "en", value: "Minister"}], kind: MINISTER}) { office { id country { code } } errors { code } }`, `{"office":{"id":"$office","country":null},"errors":[]}`},
		{"", `updateOffice(id: "$office", input: {country: "` + morocco + `"}) { office { country { code } } errors { code } }`, `{"office":{"country":{"code":"MA"}},"errors":[]}`},
		{"official", `createOfficial(input: {names: [{language: "en", value: "Leila Berrada"}]}) { official { id } errors { code } }`, `"errors":[]`},
		{"", `updateOfficial(id: "$official", input: {wikidataId: "Q42"}) { official { wikidataId } errors { code } }`, `{"official":{"wikidataId":"Q42"},"errors":[]}`},
		{"tenure", `createTenure(input: {official: "$official", office: "$office", startedOn: "2020"}) { tenure { id office { slug } } errors { code } }`, `{"tenure":{"id":"$tenure","office":{"slug":"minister"}},"errors":[]}`},
		{"", `updateTenure(id: "$tenure", input: {acting: true}) { tenure { acting } errors { code } }`, `{"tenure":{"acting":true},"errors":[]}`},
		{"", `deleteTenure(id: "$tenure") { errors { code } }`, `{"errors":[]}`},
		{"", `deleteOfficial(id: "$official") { errors { code } }`, `{"errors":[]}`},
		{"", `deleteOffice(id: "$office") { errors { code } }`, `{"errors":[]}`},

		{"", `updateCountry(id: "` + morocco + `", input: {aliases: [{language: "en", text: "Maroc"}]}) { country { code aliases { text kind } } errors { code } }`, `{"country":{"code":"MA","aliases":[{"text":"Maroc","kind":"SPELLING"}]},"errors":[]}`},
	})
}

func id(t model.NodeType, key int64) string { return model.ID{Type: t, Key: key}.String() }

// countryKey returns the key of Morocco.
func countryKey(t *testing.T, s *graphtest.Server) int64 {
	t.Helper()
	country, err := s.Service.Country(t.Context(), model.CountryBy{Code: new("MA")}, &model.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	return country.ID().Key
}

func TestMutationsOfArticles(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Editor()})
	amina := id(model.NodeOfficial, 1)
	steps(t, s, [][3]string{
		{"article", `createArticle(input: {language: "en", title: "New", body: "Amina Idrissi."}) { article { id status } errors { code } }`, `{"article":{"id":"$article","status":"DRAFT"},"errors":[]}`},
		{"", `createArticle(input: {language: "en", title: " "}) { article { id } errors { code path } }`, `{"article":null,"errors":[{"code":"INVALID","path":["input","title"]}]}`},
		{"", `updateArticle(id: "$article", input: {officials: ["` + amina + `"]}) { article { version officials { slug } } errors { code } }`, `{"article":{"version":2,"officials":[{"slug":"amina-idrissi"}]},"errors":[]}`},
		{"", `submitArticle(id: "$article") { article { status } errors { code } }`, `{"article":{"status":"IN_REVIEW"},"errors":[]}`},
		{"", `publishArticle(id: "$article", at: "2024-05-02T00:00:00Z") { article { status scheduledFor } errors { code } }`, `{"article":{"status":"SCHEDULED","scheduledFor":"2024-05-02T00:00:00.000Z"},"errors":[]}`},
		{"", `publishArticle(id: "$article") { article { status } errors { code } }`, `{"article":{"status":"PUBLISHED"},"errors":[]}`},
		{"", `updateArticle(id: "$article", input: {title: "Newer"}) { article { title hasUnpublishedChanges } errors { code } }`, `{"article":{"title":"Newer","hasUnpublishedChanges":true},"errors":[]}`},
		{"", `discardArticleChanges(id: "$article") { article { title hasUnpublishedChanges } errors { code } }`, `{"article":{"title":"New","hasUnpublishedChanges":false},"errors":[]}`},
		{"", `restoreArticleRevision(id: "$article", revision: 1) { article { officials { slug } } errors { code } }`, `{"article":{"officials":[]},"errors":[]}`},
		{"", `confirmMention(article: "$article", start: 0, end: 13, entity: "` + amina + `") { article { mentions { surface status } } errors { code } }`, `{"article":{"mentions":[{"surface":"Amina Idrissi","status":"CONFIRMED"}]},"errors":[]}`},
		{"", `rejectMention(article: "$article", start: 0, end: 13, entity: "` + amina + `") { article { id } errors { code } }`, `"errors":[]`},
		{"", `unpublishArticle(id: "$article") { article { status } errors { code } }`, `{"article":{"status":"DRAFT"},"errors":[]}`},
		{"", `publishArticle(id: "$article") { article { status } errors { code } }`, `{"article":{"status":"PUBLISHED"},"errors":[]}`},
		{"", `archiveArticle(id: "$article") { article { status } errors { code } }`, `{"article":{"status":"ARCHIVED"},"errors":[]}`},
		{"", `createPreviewLink(article: "$article", expiresIn: 60) { url expiresAt errors { code } }`, `"expiresAt":"2024-05-01T12:01:00.000Z","errors":[]`},
		{"", `createPreviewLink(article: "$article", expiresIn: 0) { token errors { code path } }`, `{"token":null,"errors":[{"code":"INVALID","path":["expiresIn"]}]}`},
		{"", `deleteArticle(id: "$article") { errors { code } }`, `{"errors":[]}`},
	})
}

// The articles of a bulk mutation are loaded together: two take as many statements
// as one.
func TestUpsertLoadsItsArticlesTogether(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Editor(), ForgetNouns: true})
	const upsert = `mutation($inputs: [UpsertArticleInput!]!) { upsertArticles(inputs: $inputs) { unchanged results { index article { officials { slug } } errors { message } } } }`
	input := func(key string) graphtest.Variables {
		return graphtest.Variables{"externalId": key, "language": "en", "title": key, "officials": []string{id(model.NodeOfficial, 1)}}
	}
	one := graphtest.Variables{"inputs": []any{input("a")}}
	two := graphtest.Variables{"inputs": []any{input("a"), input("b")}}
	s.Data(t, upsert, two)
	want := `{"upsertArticles":{"unchanged":2,"results":[{"index":0,"article":{"officials":[{"slug":"amina-idrissi"}]},"errors":[]},{"index":1,"article":{"officials":[{"slug":"amina-idrissi"}]},"errors":[]}]}}`
	reads := func(inputs graphtest.Variables, query, want string) (officials int) {
		for _, statement := range s.Statements(func() {
			if got := s.Data(t, query, inputs); want != "" && got != want {
				t.Errorf("upsertArticles = %s, want %s", got, want)
			}
		}) {
			if strings.Contains(statement, "FROM officials") || strings.Contains(statement, "JOIN officials") {
				officials++
			}
		}
		return officials
	}
	without := strings.Replace(upsert, "article { officials { slug } }", "", 1)
	if a, b := reads(one, upsert, "")-reads(one, without, ""), reads(two, upsert, want)-reads(two, without, ""); a != 1 || b != 1 {
		t.Errorf("the officials of one article took %d statements and those of two %d, want one each", a, b)
	}
}

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Admin()})
	steps(t, s, [][3]string{
		{"token", `createAccessToken(input: {name: "Robot", role: READER}) { accessToken { id name role } errors { code } }`, `{"accessToken":{"id":"$token","name":"Robot","role":"READER"},"errors":[]}`},
		{"", `createAccessToken(input: {name: "", role: READER}) { token accessToken { id } errors { code path } }`, `{"token":null,"accessToken":null,"errors":[{"code":"INVALID","path":["input","name"]}]}`},
		{"", `revokeAccessToken(id: "$token") { deletedId errors { code } }`, `{"deletedId":"$token","errors":[]}`},
	})
	if got := s.Data(t, `mutation { createAccessToken(input: {name: "Another", role: READER}) { token } }`, nil); strings.Contains(got, "null") {
		t.Errorf("createAccessToken = %s, want the secret", got)
	}
}

// Who may not write learns it at the top level, not in the payload.
func TestMutationsOfReaders(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{})
	for _, mutation := range []string{
		`createTopic(input: {names: [{language: "en", value: "Science"}]}) { errors { code } }`,
		`deleteTopic(id: "` + id(model.NodeTopic, 1) + `") { errors { code } }`,
		`upsertArticles(inputs: [{externalId: "a", language: "en", title: "A"}]) { failed }`,
		`createPreviewLink(article: "` + id(model.NodeArticle, 1) + `") { errors { code } }`,
	} {
		if err := s.Refusal(t, "mutation { "+mutation+" }", nil); err.Extensions.Code != "FORBIDDEN" || len(err.Path) != 1 {
			t.Errorf("%s = %+v, want FORBIDDEN at the mutation", mutation, err)
		}
	}
}
