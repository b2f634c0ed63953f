package graph_test

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph/graphtest"
	"github.com/diwan-cms/diwan/model"
)

// Each field that has a resolver, with what it returns in the newsroom of graphtest.
func TestQueries(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{Actor: graphtest.Admin()})
	for _, c := range []struct{ name, query, want string }{
		{
			"viewer and tokens", `{ viewer { role name } accessTokens { name } }`,
			`{"viewer":{"role":"ADMIN","name":"Root"},"accessTokens":[]}`,
		},
		{
			"values of an article", `{ article(by: {slug: "first"}) { direction markdown: body text: body(format: TEXT) readingMinutes jsonLd } }`,
			`{"article":{"direction":"LTR","markdown":"Amina Idrissi met Omar Alami.","text":"Amina Idrissi met Omar Alami.","readingMinutes":1,"jsonLd":{"@context":"https://schema.org","@type":"NewsArticle","identifier":"QXJ0aWNsZTox","headline":"First","inLanguage":"en","datePublished":"2024-05-01T12:00:00.000Z","dateModified":"2024-05-01T12:00:00.000Z","wordCount":5,"about":[{"@type":"Person","name":"Amina Idrissi","jobTitle":"Prime Minister of Morocco"},{"@type":"Person","name":"Omar Alami"},{"@type":"Thing","name":"Elections"}],"mentions":[{"@type":"Country","identifier":"MA","name":"Morocco"}],"isPartOf":{"@type":"WebSite","name":"Diwan"}}}}`,
		},
		{
			"what an article is about", `{ article(by: {slug: "first"}) { officials { slug } countries { code } topics { slug } appearances { role official { slug } office { slug } tenure { acting } } mentions { surface entity { ... on Official { slug } } } } }`,
			`{"article":{"officials":[{"slug":"amina-idrissi"},{"slug":"omar-alami"}],"countries":[{"code":"MA"}],"topics":[{"slug":"elections"}],"appearances":[{"role":"SUBJECT","official":{"slug":"amina-idrissi"},"office":{"slug":"prime-minister"},"tenure":{"acting":false}},{"role":"SUBJECT","official":{"slug":"omar-alami"},"office":null,"tenure":null}],"mentions":[{"surface":"Amina Idrissi","entity":{"slug":"amina-idrissi"}},{"surface":"Omar Alami","entity":{"slug":"omar-alami"}}]}}`,
		},
		{
			"articles near an article", `{ article(by: {slug: "first"}) { translations { slug language } related { slug } } }`,
			`{"article":{"translations":[{"slug":"third","language":"fr"}],"related":[{"slug":"second"}]}}`,
		},
		{
			"revisions", `{ article(by: {slug: "fourth"}) { revisions { nodes { number article { title } diff { field parts { kind text } } } } } }`,
			`{"article":{"revisions":{"nodes":[{"number":1,"article":{"title":"Fourth"},"diff":[{"field":"language","parts":[{"kind":"INSERTED","text":"en"}]},{"field":"title","parts":[{"kind":"INSERTED","text":"Fourth"}]},{"field":"slug","parts":[{"kind":"INSERTED","text":"fourth"}]}]}]}}}`,
		},
		{
			"a search in a list, with facets", `{ articles(first: 2, search: "Amina") { totalCount nodes { slug } facets { countries { count country { code } } topics { count topic { slug } } officials { count official { slug } } languages { count language } months { count month } } } }`,
			`{"articles":{"totalCount":2,"nodes":[{"slug":"first"},{"slug":"second"}],"facets":{"countries":[{"count":1,"country":{"code":"MA"}}],"topics":[{"count":2,"topic":{"slug":"elections"}}],"officials":[{"count":2,"official":{"slug":"amina-idrissi"}},{"count":1,"official":{"slug":"omar-alami"}}],"languages":[{"count":2,"language":"en"}],"months":[{"count":2,"month":"2024-05"}]}}}`,
		},
		{
			"a page from the end", `{ articles(last: 1, orderBy: {field: TITLE}) { edges { node { slug } } pageInfo { hasNextPage hasPreviousPage } } }`,
			`{"articles":{"edges":[{"node":{"slug":"third"}}],"pageInfo":{"hasNextPage":false,"hasPreviousPage":true}}}`,
		},
		{
			"a country", `{ country(by: {code: "MA"}) { names { direction language } offices { slug } officials(first: 1) { nodes { slug } } articles { nodes { slug } } } countries(filter: {code: {eq: "MA"}}) { nodes { code } } }`,
			`{"country":{"names":[{"direction":"RTL","language":"ar"},{"direction":"LTR","language":"en"},{"direction":"LTR","language":"fr"}],"offices":[{"slug":"prime-minister"}],"officials":{"nodes":[{"slug":"amina-idrissi"}]},"articles":{"nodes":[{"slug":"first"}]}},"countries":{"nodes":[{"code":"MA"}]}}`,
		},
		{
			"an office", `{ office(by: {slug: "prime-minister"}) { country { code } holder { slug } tenures { official { slug } office { slug } startedOn } } offices { nodes { slug } } }`,
			`{"office":{"country":{"code":"MA"},"holder":{"slug":"amina-idrissi"},"tenures":[{"official":{"slug":"amina-idrissi"},"office":{"slug":"prime-minister"},"startedOn":"2021-10-07"}]},"offices":{"nodes":[{"slug":"prime-minister"}]}}`,
		},
		{
			"an official", `{ official(by: {slug: "amina-idrissi"}) { country { code } office { slug } before: office(on: "2020-01-01") { slug } tenures { startedOn } articles { nodes { slug } } } officials(search: "omar") { nodes { slug aliases { text } } } }`,
			`{"official":{"country":{"code":"MA"},"office":{"slug":"prime-minister"},"before":null,"tenures":[{"startedOn":"2021-10-07"}],"articles":{"nodes":[{"slug":"second"},{"slug":"first"}]}},"officials":{"nodes":[{"slug":"omar-alami","aliases":[{"text":"O. Alami"}]}]}}`,
		},
		{
			"a topic", `{ topic(by: {slug: "elections"}) { parent { slug children { slug } } ancestors { slug } children { slug } articles { nodes { slug } } } topics(orderBy: {field: NAME}) { nodes { slug } } }`,
			`{"topic":{"parent":{"slug":"politics","children":[{"slug":"elections"}]},"ancestors":[{"slug":"politics"}],"children":[],"articles":{"nodes":[{"slug":"second"},{"slug":"first"}]}},"topics":{"nodes":[{"slug":"elections"},{"slug":"politics"}]}}`,
		},
		{
			"the articles of a topic alone", `{ topic(by: {slug: "politics"}) { articles { totalCount } own: articles(includeDescendants: false) { nodes { slug } } } }`,
			`{"topic":{"articles":{"totalCount":3},"own":{"nodes":[{"slug":"third"}]}}}`,
		},
		{
			"search", `{ search(query: "Amina") { nodes { __typename ... on Article { slug } ... on Official { slug } } edges { highlights { field text } } } }`,
			`{"search":{"nodes":[{"__typename":"Official","slug":"amina-idrissi"},{"__typename":"Article","slug":"first"},{"__typename":"Article","slug":"second"}],"edges":[{"highlights":[{"field":"name","text":"Amina Idrissi"}]},{"highlights":[{"field":"body","text":"Amina Idrissi met Omar Alami."}]},{"highlights":[]}]}}`,
		},
		{
			"fragments on another union", `{ article(by: {slug: "second"}) { ... on SearchResult { ... on Article { title summary } } } }`,
			`{"article":{"title":"Second","summary":"A lead."}}`,
		},
		{
			"suggestions", `{ suggest(prefix: "Poli", types: [TOPIC]) { text node { ... on Topic { slug } } } }`,
			`{"suggest":[{"text":"Politics","node":{"slug":"politics"}}]}`,
		},
		{
			"analysis of a text", `{ analyzeText(text: "Amina Idrissi", language: "en") { direction tokens mentions { surface } } }`,
			`{"analyzeText":{"direction":"LTR","tokens":["amina","idrissi"],"mentions":[{"surface":"Amina Idrissi"}]}}`,
		},
		{
			"the change log and the audit log", `{ changes(first: 1, types: [TOPIC]) { nodes { kind node { ... on Topic { slug } } } } auditLog(first: 1, types: [ARTICLE]) { nodes { actor node { ... on Article { slug } } } } }`,
			`{"changes":{"nodes":[{"kind":"CREATED","node":{"slug":"politics"}}]},"auditLog":{"nodes":[{"actor":"Samira","node":{"slug":"fourth"}}]}}`,
		},
		{
			"what does not exist is null", `{ article(by: {slug: "none"}) { title } official(by: {slug: "none"}) { slug } country(by: {code: "ZZ"}) { code } topic(by: {slug: "none"}) { slug } office(by: {slug: "none"}) { slug } node(id: "QXJ0aWNsZTo5OTk") { id } }`,
			`{"article":null,"official":null,"country":null,"topic":null,"office":null,"node":null}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := s.Data(t, c.query, nil); got != c.want {
				t.Errorf("%s\n= %s\nwant %s", c.query, got, c.want)
			}
		})
	}
}

// Nodes of several types come in the order of their ids, each with the fields that
// are requested of its type.
func TestNodesByID(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{})
	ids := []model.ID{{Type: model.NodeTopic, Key: 1}, {Type: model.NodeArticle, Key: 999}, {Type: model.NodeArticle, Key: 1}}
	got := s.Data(t, `query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Article { title topics { slug } } ... on Topic { slug } } }`, graphtest.Variables{"ids": ids})
	want := `{"nodes":[{"__typename":"Topic","slug":"politics"},null,{"__typename":"Article","title":"First","topics":[{"slug":"elections"}]}]}`
	if got != want {
		t.Errorf("nodes(ids:) = %s, want %s", got, want)
	}
}

// Lists and objects that hold many rows take the statements of one.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := newsroom.Start(t, graphtest.Config{ForgetNouns: true})
	for _, c := range []struct {
		name, query string
		want        int
	}{
		{"a list without relations", `{ articles { nodes { title } } }`, 1},
		{"nodes and edges are one list", `{ articles { nodes { title } edges { cursor node { slug } } } }`, 1},
		{"a relation of all rows", `{ articles { nodes { officials { slug } } } }`, 2},
		{"aliases with the same arguments share a relation", `{ officials { nodes { a: articles(first: 1) { nodes { slug } } b: articles(first: 1) { nodes { title } } } } }`, 2},
		{"other arguments are another relation", `{ officials { nodes { a: articles(first: 1) { nodes { slug } } b: articles(first: 2) { nodes { slug } } } } }`, 3},
		{"totalCount is one more", `{ articles { totalCount nodes { title } } }`, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			statements := s.Statements(func() { s.Data(t, c.query, nil) })
			if len(statements) != c.want {
				t.Errorf("%s took %d statements, want %d:\n%s", c.query, len(statements), c.want, strings.Join(statements, "\n"))
			}
		})
	}
}
