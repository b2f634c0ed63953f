package access

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// ways are queries that lead to an object of each type; %s stands for its selection.
// Payloads of mutations are left out, because callers without the right to send a mutation
// receive none.
var ways = map[string]string{
	"Query":              `{ %s }`,
	"Article":            `{ article(by: {slug: "harbour"}) { %s } }`,
	"Appearance":         `{ article(by: {slug: "harbour"}) { appearances { %s } } }`,
	"Mention":            `{ article(by: {slug: "harbour"}) { mentions { %s } } }`,
	"Official":           `{ official(by: {slug: "brand"}) { %s } }`,
	"LocalizedText":      `{ official(by: {slug: "brand"}) { names { %s } } }`,
	"Alias":              `{ country(by: {code: "NO"}) { aliases { %s } } }`,
	"Country":            `{ country(by: {code: "NO"}) { %s } }`,
	"Topic":              `{ topic(by: {slug: "before"}) { %s } }`,
	"Office":             `{ office(by: {slug: "office"}) { %s } }`,
	"Tenure":             `{ office(by: {slug: "office"}) { tenures { %s } } }`,
	"PageInfo":           `{ articles { pageInfo { %s } } }`,
	"ArticleConnection":  `{ articles { %s } }`,
	"ArticleEdge":        `{ articles { edges { %s } } }`,
	"ArticleFacets":      `{ articles { facets { %s } } }`,
	"CountryFacet":       `{ articles { facets { countries { %s } } } }`,
	"TopicFacet":         `{ articles { facets { topics { %s } } } }`,
	"OfficialFacet":      `{ articles { facets { officials { %s } } } }`,
	"LanguageFacet":      `{ articles { facets { languages { %s } } } }`,
	"MonthFacet":         `{ articles { facets { months { %s } } } }`,
	"OfficialConnection": `{ officials { %s } }`,
	"OfficialEdge":       `{ officials { edges { %s } } }`,
	"CountryConnection":  `{ countries { %s } }`,
	"CountryEdge":        `{ countries { edges { %s } } }`,
	"TopicConnection":    `{ topics { %s } }`,
	"TopicEdge":          `{ topics { edges { %s } } }`,
	"OfficeConnection":   `{ offices { %s } }`,
	"OfficeEdge":         `{ offices { edges { %s } } }`,
	"SearchConnection":   `{ search(query: "harbour") { %s } }`,
	"SearchEdge":         `{ search(query: "harbour") { edges { %s } } }`,
	"Highlight":          `{ search(query: "harbour") { edges { highlights { %s } } } }`,
	"TextRange":          `{ search(query: "harbour") { edges { highlights { ranges { %s } } } } }`,
	"Suggestion":         `{ suggest(prefix: "b") { %s } }`,
	"TextAnalysis":       `{ analyzeText(text: "Norway", language: "en") { %s } }`,
	"ChangeConnection":   `{ changes(first: 100) { %s } }`,
	"ChangeEdge":         `{ changes(first: 100) { edges { %s } } }`,
	"Change":             `{ changes(first: 100) { nodes { %s } } }`,
	"Viewer":             `{ viewer { %s } }`,
	"RevisionConnection": `{ article(by: {slug: "harbour"}) { revisions { %s } } }`,
	"RevisionEdge":       `{ article(by: {slug: "harbour"}) { revisions { edges { %s } } } }`,
	"Revision":           `{ article(by: {slug: "harbour"}) { revisions { nodes { %s } } } }`,
	"FieldDiff":          `{ article(by: {slug: "harbour"}) { revisions { nodes { diff { %s } } } } }`,
	"DiffPart":           `{ article(by: {slug: "harbour"}) { revisions { nodes { diff { parts { %s } } } } } }`,
	"AccessToken":        `{ accessTokens { %s } }`,
	"AuditConnection":    `{ auditLog { %s } }`,
	"AuditEdge":          `{ auditLog { edges { %s } } }`,
	"AuditEntry":         `{ auditLog { nodes { %s } } }`,
}

// arguments are the required arguments of root fields.
var arguments = map[string]string{
	"node": `(id: "ARTICLE")`, "nodes": `(ids: ["ARTICLE"])`, "article": `(by: {slug: "harbour"})`, "official": `(by: {slug: "brand"})`,
	"country": `(by: {code: "NO"})`, "topic": `(by: {slug: "before"})`, "office": `(by: {slug: "office"})`, "search": `(query: "harbour")`,
	"suggest": `(prefix: "b")`, "analyzeText": `(text: "Norway", language: "en")`,
}

// askedOf returns the role that each field of a type needs, from fieldRoles.
func askedOf(typeName string) map[string]string {
	asked, least := map[string]string{}, "ANONYMOUS"
	for _, word := range strings.Fields(fieldRoles[typeName]) {
		if role, is := strings.CutSuffix(word, ":"); is {
			least = role
			continue
		}
		asked[word] = least
	}
	return asked
}

// TestEveryFieldNeedsItsRole selects every field of every type as every role, with and
// without drafts. Callers without the role are refused, and all others get the same answer.
func TestEveryFieldNeedsItsRole(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	var clock testserver.Clock
	s, article, _, edit := testserver.StartEdited(t, &clock)
	official := testserver.Ask[struct{ Official testserver.Node }](t, s, `{ official(by: {slug: "brand"}) { id } }`, nil).Official
	office := s.Create(t, "Office", variables{"slug": "office", "titles": testserver.Names("en", "Office"), "kind": "MINISTER"})
	s.Create(t, "Tenure", variables{"official": official.ID, "office": office.ID, "startedOn": "2020"})
	delete(edit, "slug")
	s.Update(t, "Article", article, edit)
	s.Article(t, "Draft of the harbour", variables{"publish": false, "officials": []string{official.ID}})
	as := headersByRole(t, s)

	types := testserver.Ask[struct {
		Schema struct {
			Types []struct {
				Kind, Name string
				Fields     []struct {
					Name string
					Type typeReference
				}
			}
		} `json:"__schema"`
	}](t, s, `{ __schema { types { kind name fields { name type { kind ofType { kind ofType { kind ofType { kind } } } } } } } }`, nil).Schema.Types
	known := map[string]bool{}
	for _, of := range types {
		if of.Kind != "OBJECT" || strings.HasPrefix(of.Name, "__") {
			continue
		}
		known[of.Name] = true
		asked := askedOf(of.Name)
		var have []string
		for _, field := range of.Fields {
			have = append(have, field.Name)
		}
		slices.Sort(have)
		if listed := slices.Sorted(maps.Keys(asked)); of.Name != "Mutation" && !slices.Equal(have, listed) {
			t.Errorf("%s has the fields %s\nbut fieldRoles lists %s: add the role that each field needs", of.Name, strings.Join(have, " "), strings.Join(listed, " "))
		}
		way, leads := ways[of.Name]
		if !leads {
			continue
		}
		for _, field := range of.Fields {
			query := fmt.Sprintf(way, field.Name+strings.ReplaceAll(argumentsOf(of.Name, field.Name), "ARTICLE", article.ID)+field.Type.selection())
			t.Run(of.Name+"."+field.Name, func(t *testing.T) { askedByAll(t, s, query, asked[field.Name], as) })
		}
	}
	for name := range fieldRoles {
		if !known[name] {
			t.Errorf("fieldRoles has %s, which is not in the schema", name)
		}
	}
}

func argumentsOf(typeName, field string) string {
	if typeName == "Query" {
		return arguments[field]
	}
	return ""
}

// typeReference is a type in the result of introspection.
type typeReference struct {
	Kind   string
	OfType *typeReference
}

// selection returns a selection that suits any object; empty for scalars.
func (r typeReference) selection() string {
	switch {
	case r.OfType != nil:
		return r.OfType.selection()
	case r.Kind == "OBJECT" || r.Kind == "INTERFACE" || r.Kind == "UNION":
		return ` { __typename }`
	}
	return ""
}

// askedByAll sends a query as every role, with and without drafts.
func askedByAll(t *testing.T, s *testserver.Server, query, least string, as map[string][]header) {
	t.Helper()
	for _, drafts := range []bool{false, true} {
		var first *testserver.Answer
		for _, role := range append([]string{"ANONYMOUS"}, roles...) {
			headers := as[role]
			needed := least
			if drafts {
				headers = append(slices.Clone(headers), testserver.SeeDrafts)
			}
			if needed == "drafts" || drafts && !may(needed, "CONTRIBUTOR") {
				needed = "CONTRIBUTOR"
			}
			allowed := needed == "ANONYMOUS" || may(role, needed)
			if least == "drafts" && !drafts {
				allowed = false
			}
			got := s.Post(t, query, nil, headers...)
			switch forbidden := len(got.Errors) > 0 && got.Errors[0].Extensions["code"] == "FORBIDDEN"; {
			case allowed && len(got.Errors) > 0:
				t.Errorf("%s as %s, drafts %t = %s, want no error", query, role, drafts, got.Raw)
			case !allowed && !forbidden:
				t.Errorf("%s as %s, drafts %t = %s, want FORBIDDEN", query, role, drafts, got.Raw)
			case !allowed || strings.Contains(query, "viewer {"):
			case first == nil:
				first = &got
			case !bytes.Equal(got.Data, first.Data):
				t.Errorf("%s as %s, drafts %t = %s, want %s as for other roles", query, role, drafts, got.Data, first.Data)
			}
		}
	}
}
