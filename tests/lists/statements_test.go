package lists

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/store/storetest"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// relation is a field that leads to other rows, and the number of statements that it costs,
// whatever the number of rows at either end.
type relation struct {
	on, field string
	selection string
	costs     int
}

// relations lists all relations; TestEveryRelationIsCounted reports missing ones.
var relations = []relation{
	{"Article", "officials", "officials { slug }", 1},
	{"Article", "countries", "countries { code }", 1},
	{"Article", "topics", "topics { slug }", 1},
	{"Article", "translations", "translations { slug }", 1},
	{"Article", "related", "related { slug }", 1},
	{"Article", "appearances", "appearances { role }", 1},
	{"Article", "mentions", "mentions { surface }", 4}, // the bodies, the decisions, the clock of names, and the nodes named
	{"Article", "revisions", "revisions(first: 2) { nodes { number } }", 1},
	{"Revision", "article", "article { title }", 6}, // the saved content, the current rows, and their tags
	{"Revision", "diff", "diff { field }", 9},       // the same, and the names of tags
	{"FieldDiff", "parts", "parts { text }", 0},
	{"Mention", "entity", "entity { ... on Official { slug } }", 0},
	{"Suggestion", "node", "node { ... on Topic { slug } }", 0},
	{"TextAnalysis", "mentions", "mentions { surface }", 2},
	{"Appearance", "official", "official { slug }", 1},
	{"Appearance", "office", "office { slug }", 2}, // the tenures first
	{"Appearance", "tenure", "tenure { acting }", 1},
	{"Official", "country", "country { code }", 1},
	{"Official", "office", "office { slug }", 2},
	{"Official", "tenures", "tenures { acting }", 1},
	{"Official", "articles", "articles(first: 2) { nodes { slug } }", 1},
	{"Country", "offices", "offices { slug }", 1},
	{"Country", "officials", "officials(first: 2) { nodes { slug } }", 1},
	{"Country", "articles", "articles(first: 2) { nodes { slug } }", 1},
	{"Topic", "parent", "parent { slug }", 1},
	{"Topic", "ancestors", "ancestors { slug }", 1},
	{"Topic", "children", "children { slug }", 1},
	{"Topic", "articles", "articles(first: 2) { nodes { slug } }", 1},
	{"Office", "country", "country { code }", 1},
	{"Office", "holder", "holder { slug }", 2}, // the tenures first
	{"Office", "tenures", "tenures { acting }", 1},
	{"Tenure", "official", "official { slug }", 1},
	{"Tenure", "office", "office { slug }", 1},
	{"ArticleFacets", "countries", "countries { count }", 1},
	{"ArticleFacets", "topics", "topics { count }", 1},
	{"ArticleFacets", "officials", "officials { count }", 1},
	{"ArticleFacets", "languages", "languages { count }", 1},
	{"ArticleFacets", "months", "months { count }", 1},
	{"CountryFacet", "country", "country { code }", 1},
	{"TopicFacet", "topic", "topic { slug }", 1},
	{"OfficialFacet", "official", "official { slug }", 1},
}

// parents are queries of lists of each type that has relations. %s stands for the
// selection; costs is the number of statements without one.
var parents = map[string]struct {
	query string
	costs int
}{
	"Article":       {`articles(first: $n, filter: {language: {eq: "en"}}) { nodes { id %s } }`, 1},
	"Official":      {`officials(first: $n) { nodes { id %s } }`, 1},
	"Country":       {`countries(first: $n, filter: {code: {startsWith: "M"}}) { nodes { id %s } }`, 1},
	"Topic":         {`topics(first: $n, filter: {slug: {startsWith: "topic"}}) { nodes { id %s } }`, 1},
	"Office":        {`offices(first: $n) { nodes { id %s } }`, 1},
	"Tenure":        {`offices(first: $n) { nodes { tenures { id %s } } }`, 2},
	"Appearance":    {`articles(first: $n, filter: {language: {eq: "en"}}) { nodes { appearances { role %s } } }`, 2},
	"Revision":      {`articles(first: $n, filter: {language: {eq: "en"}}) { nodes { id revisions(first: 2) { nodes { number %s } } } }`, 2},
	"FieldDiff":     {`articles(first: $n, filter: {language: {eq: "en"}}) { nodes { id revisions(first: 2) { nodes { diff { field %s } } } } }`, 11},
	"Mention":       {`articles(first: $n, filter: {language: {eq: "en"}}) { nodes { id mentions { start %s } } }`, 5},
	"Suggestion":    {`suggest(prefix: "topic", first: $n) { id: text %s }`, 2},
	"TextAnalysis":  {`id: articles(first: $n) { nodes { id } } analyzeText(text: "Official 1 met Official 2.", language: "en") { language %s }`, 1},
	"ArticleFacets": {`topics(first: $n, filter: {slug: {startsWith: "topic"}}) { nodes { articles { nodes { id } facets { __typename %s } } } }`, 2},
	"CountryFacet":  {`articles(first: $n) { nodes { id } facets { countries { count %s } } }`, 2},
	"TopicFacet":    {`articles(first: $n) { nodes { id } facets { topics { count %s } } }`, 2},
	"OfficialFacet": {`articles(first: $n) { nodes { id } facets { officials { count %s } } }`, 2},
}

// startRelated starts a server on which the nodes in parents have all relations. It keeps no
// nouns in memory, so that a query takes the same statements whenever it is asked.
func startRelated(t testing.TB) *testserver.Server {
	t.Helper()
	s, _ := related.Start(t, func(c *app.Config) { c.ForgetNouns = true })
	return s
}

// Nouns that are known take no statements, but for one that tells whether they have changed;
// on PostgreSQL it takes no round trip of its own.
func TestKnownNounsTakeNoStatements(t *testing.T) {
	t.Parallel()
	s, _ := related.Start(t)
	const nouns = `topics { name parent { name } } countries { name } officials { name office { title country { name } } country { name } }`
	for _, c := range []struct {
		rule, query       string
		statements, trips int
	}{
		{"a page", `{ articles { nodes { title ` + nouns + ` } } }`, 2, 1},
		{"a page in another order", `{ articles(orderBy: [{field: TITLE}]) { nodes { title ` + nouns + ` } } }`, 5, 2},
		{"one article", `{ article(by: {slug: "article-1"}) { title body ` + nouns + ` } }`, 2, 1},
		{"an official and articles", `{ official(by: {slug: "official-1"}) { name office { title } articles { nodes { title ` + nouns + ` } } } }`, 3, 2},
		{"articles of countries", `{ countries(filter: {code: {startsWith: "M"}}) { nodes { articles(first: 2) { nodes { officials { slug } } } } } }`, 3, 2},
		{"nothing but articles", `{ articles { nodes { title } } }`, 1, 1},
	} {
		first, _ := costs(t, s, c.query, nil)
		known, _ := costs(t, s, c.query, nil)
		if len(known) != c.statements {
			t.Errorf("%s took %d statements when all was known, want %d:%s\nand at first:%s", c.rule, len(known), c.statements, testserver.Lines(known), testserver.Lines(first))
		}
		if !storetest.OnPostgres() {
			c.trips = c.statements
		}
		if trips := s.RoundTrips(); trips != c.trips {
			t.Errorf("%s took %d round trips, want %d", c.rule, trips, c.trips)
		}
	}
}

var related = testserver.Prepare(func(t testing.TB, edit ...func(*app.Config)) (*testserver.Server, struct{}) {
	t.Helper()
	s := testserver.Start(t, edit...)
	root := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Root")}).ID
	type node struct{ country, office, official, topic, leaf string }
	var all []node
	codes := testserver.Ask[struct {
		Countries struct{ Nodes []testserver.Node }
	}](t, s, `{ countries(first: 100, filter: {code: {startsWith: "M"}}) { nodes { id } } }`, nil)
	for i, country := range codes.Countries.Nodes {
		n := node{country: country.ID}
		n.office = s.Create(t, "Office", variables{"titles": testserver.Names("en", fmt.Sprint("Office ", i)), "kind": "MINISTER", "country": n.country}).ID
		n.official = s.Create(t, "Official", variables{"names": testserver.Names("en", fmt.Sprint("Official ", i)), "country": n.country}).ID
		s.Create(t, "Tenure", variables{"official": n.official, "office": n.office, "startedOn": "2020", "sourceUrl": "https://example.org/"})
		n.topic = s.Create(t, "Topic", variables{"slug": fmt.Sprint("topic-", i), "names": testserver.Names("en", fmt.Sprint("Topic ", i)), "parent": root}).ID
		n.leaf = s.Create(t, "Topic", variables{"slug": fmt.Sprint("leaf-", i), "names": testserver.Names("en", fmt.Sprint("Leaf ", i)), "parent": n.topic}).ID
		all = append(all, n)
	}
	for i, n := range all {
		next := all[(i+1)%len(all)]
		tagged := variables{
			"slug": fmt.Sprint("article-", i), "body": fmt.Sprint("Text of Official ", i, "."), "summary": "Lead.",
			"officials": []string{n.official, next.official}, "countries": []string{n.country, next.country}, "topics": []string{n.leaf, next.topic},
		}
		original := s.Upsert(t, tagged)[0]
		tagged["externalId"], tagged["language"], tagged["translationOf"] = fmt.Sprint("fr-", i), "fr", original
		s.Upsert(t, tagged)
	}
	return s, struct{}{}
})

// costs returns the statements of a query, and its data.
func costs(t testing.TB, s *testserver.Server, query string, vars variables, headers ...header) (statements []string, data string) {
	t.Helper()
	statements = s.StatementsOf(func() {
		a := s.Post(t, query, vars, headers...)
		if len(a.Errors) > 0 {
			t.Fatalf("%s\nanswered %s", query, a.Raw)
		}
		data = string(a.Data)
	})
	return statements, data
}

// learnNames makes the server read all names, so that later statements do not include
// these. The server reads names again only after one has been written.
func learnNames(t testing.TB, s *testserver.Server) {
	t.Helper()
	for _, language := range []string{"en", "fr"} {
		costs(t, s, `query($language: Language!) { analyzeText(text: "", language: $language) { mentions { start } } }`, variables{"language": language})
	}
}

// forRevisions returns the headers that a query of revisions needs, because they hold
// drafts.
func forRevisions(query string) []header {
	if strings.Contains(query, "revisions") {
		return []header{testserver.AsAdmin, testserver.SeeDrafts}
	}
	return nil
}

func TestRelationCostsTheSameForOneNodeAndForTen(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := startRelated(t)
	learnNames(t, s)
	for _, r := range append(relations, relation{"Article", "jsonLd", "jsonLd", 6}) {
		t.Run(r.on+"."+r.field, func(t *testing.T) {
			parent := parents[r.on]
			query := `query($n: Int!) { ` + fmt.Sprintf(parent.query, r.selection) + ` }`
			for _, n := range []int{1, 10} {
				statements, data := costs(t, s, query, variables{"n": n}, forRevisions(query)...)
				if len(statements) != parent.costs+r.costs {
					t.Errorf("%s of %d took %d statements, want %d:%s", query, n, len(statements), parent.costs+r.costs, testserver.Lines(statements))
				}
				if strings.Contains(data, "[]") || strings.Contains(data, "null") || strings.Count(data, `"id"`) < n && r.on != "Appearance" {
					t.Errorf("%s of %d = %s, which has too few rows to prove anything", query, n, data)
				}
			}
		})
	}
}

// TestEveryRelationIsCounted fails if a field of the schema leads to rows of its own and is
// not in relations.
func TestEveryRelationIsCounted(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	type reference struct {
		Kind, Name string
		OfType     *reference
	}
	schema := testserver.Ask[struct {
		Schema struct {
			Types []struct {
				Kind, Name string
				Interfaces []struct{ Name string }
				Fields     []struct {
					Name string
					Type *reference
				}
			}
		} `json:"__schema"`
	}](t, s, `{ __schema { types { kind name interfaces { name } fields { name type { ...type ofType { ...type ofType { ...type ofType { ...type } } } } } } } }
		fragment type on __Type { kind name }`, nil).Schema
	// These types are not rows, or are stored in the row of their parent.
	plain := map[string]bool{"LocalizedText": true, "Alias": true, "PageInfo": true, "ArticleFacets": true, "TextRange": true}
	around := func(name string) bool {
		// The events of a subscription come one by one; the nodes of a page of the log
		// are counted in TestQueriesRunOneStatementPerList.
		for _, suffix := range []string{"Connection", "Edge", "Payload", "Result", "Query", "Mutation", "Subscription", "Change", "AuditEntry"} {
			if strings.HasSuffix(name, suffix) {
				return true
			}
		}
		return strings.HasPrefix(name, "__")
	}
	counted := map[string]bool{}
	for _, r := range relations {
		counted[r.on+"."+r.field] = true
	}
	for _, of := range schema.Types {
		if of.Kind != "OBJECT" || around(of.Name) {
			continue
		}
		for _, field := range of.Fields {
			leads := field.Type
			for leads.OfType != nil {
				leads = leads.OfType
			}
			rows := (leads.Kind == "OBJECT" || leads.Kind == "INTERFACE" || leads.Kind == "UNION") && !plain[leads.Name]
			if name := of.Name + "." + field.Name; rows != counted[name] {
				t.Errorf("%s leads to rows: %t; is in relations: %t", name, rows, counted[name])
			}
			delete(counted, of.Name+"."+field.Name)
		}
	}
	for name := range counted {
		t.Errorf("%s is not in the schema", name)
	}
}

func TestQueriesRunOneStatementPerList(t *testing.T) {
	t.Parallel()
	s := startRelated(t)
	type first struct{ Nodes []testserver.Node }
	some := testserver.Ask[struct{ Articles, Officials, Countries first }](t, s,
		`{ articles(first: 2) { nodes { id } } officials(first: 2) { nodes { id } } countries(first: 1, filter: {code: {startsWith: "M"}}) { nodes { id } } }`, nil)
	mixed := []string{some.Officials.Nodes[0].ID, some.Articles.Nodes[0].ID, some.Countries.Nodes[0].ID, some.Articles.Nodes[1].ID, some.Officials.Nodes[0].ID}
	vars := variables{"yes": true, "no": false, "ids": mixed, "id": mixed[1]}
	for _, c := range []struct {
		rule, query string
		want        int
	}{
		{"one node", `query($id: ID!) { node(id: $id) { id } }`, 1},
		{"one node and its relation", `query($id: ID!) { node(id: $id) { ... on Article { officials { slug } } ... on Official { country { code } } } }`, 2},
		{"nodes of three types: one a type", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, 3},
		{"nodes of three types and a relation of each", `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Article { topics { slug } } ... on Official { country { code } } ... on Country { offices { slug } } } }`, 6},
		{"a look-up", `{ article(by: {slug: "article-1"}) { title } }`, 1},
		{"a look-up of nothing", `{ article(by: {slug: "nothing"}) { title officials { slug } } }`, 1},
		{"an empty list has nothing below", `{ articles(filter: {or: []}) { nodes { officials { slug } } } }`, 1},
		{"two root fields", `{ articles { nodes { id } } topics { nodes { id } } }`, 2},

		{"two levels", `{ articles { nodes { officials { country { code } } } } }`, 3},
		{"three levels", `{ countries(filter: {code: {startsWith: "M"}}) { nodes { articles(first: 5) { nodes { officials { country { code } tenures { office { slug } } } } } } } }`, 6},
		{"a relation twice over at different depths", `{ articles { nodes { topics { parent { slug } } translations { topics { slug } } } } }`, 5},
		{"lists in lists in lists", `{ topics(first: 3) { nodes { articles(first: 2) { nodes { countries { articles(first: 2) { nodes { slug } } } } } } } }`, 4},

		{"edges", `{ articles { edges { node { officials { slug } } } } }`, 2},
		{"edges and nodes", `{ articles { edges { cursor node { officials { slug } } } nodes { officials { slug } } } }`, 2},
		{"edges and nodes with their own fields", `{ articles { edges { node { officials { slug } } } nodes { topics { slug } } } }`, 3},
		{"edges and nodes below", `{ topics { nodes { articles(first: 2) { edges { cursor node { officials { slug } } } nodes { slug } pageInfo { hasNextPage } } } } }`, 3},
		{"cursors alone", `{ articles { edges { cursor } } }`, 1},
		{"pageInfo alone", `{ articles { pageInfo { endCursor } } }`, 1},
		{"totalCount alone", `{ articles { totalCount } }`, 1},
		{"totalCount beside rows", `{ articles { nodes { id } totalCount } }`, 2},
		{"totalCount below", `{ topics { nodes { articles { nodes { id } totalCount } } } }`, 3},
		{"facets that ask nothing", `{ articles { nodes { id } facets { __typename } } }`, 1},
		{"facets", `{ articles { nodes { id } facets { languages { count } months { count } countries { count country { code } } } } }`, 5},
		{"a facet twice", `{ articles { facets { a: countries { count } b: countries { country { code } } } } }`, 2},
		{"a facet with other arguments", `{ articles { facets { a: countries(first: 1) { count } b: countries(first: 2) { count } } } }`, 2},
		{"nothing but the type", `{ articles { __typename } }`, 0},

		{"a page of the log", `{ changes(first: 100) { nodes { kind nodeId } pageInfo { endCursor } } }`, 2}, // the page, and the end of the log
		{"a page of the log with the nodes of a type", `{ changes(first: 100, types: [ARTICLE]) { nodes { node { id } } } }`, 3},
		{"a page of the log with nodes of four types", `{ changes(first: 100, types: [OFFICIAL, TOPIC, OFFICE, TENURE]) { nodes { node { id } } } }`, 6},
		{"a page of the log with relations of the nodes", `{ changes(first: 100, types: [ARTICLE, TOPIC]) { edges { node { node { ... on Article { officials { country { code } } } ... on Topic { parent { slug } } } } } } }`, 7},
		{"edges and nodes of the log with their own fields", `{ changes(first: 100, types: [ARTICLE]) { edges { node { node { ... on Article { officials { slug } } } } } nodes { node { ... on Article { topics { slug } } } } } }`, 5},

		{"a page of the audit log", `{ auditLog(first: 100) { nodes { actor } } }`, 1},
		{"a page of the audit log with nodes of two types", `{ auditLog(first: 100, types: [TOPIC, ARTICLE]) { edges { node { node { ... on Article { officials { slug } } ... on Topic { id } } } } } }`, 4},

		{"aliases with the same arguments", `{ topics { nodes { a: articles(first: 2) { nodes { slug } } b: articles(first: 2) { nodes { title officials { slug } } } } } }`, 3},
		{"aliases with other arguments", `{ topics { nodes { a: articles(first: 2) { nodes { slug } } b: articles(first: 3) { nodes { slug } } } } }`, 3},
		{"aliases without arguments", `{ articles { nodes { a: officials { slug } b: officials { id name } } } }`, 2},
		{"the usual argument is the same as none", `{ topics { nodes { a: articles { nodes { slug } } b: articles(includeDescendants: true) { nodes { slug } } } } }`, 2},
		{"offices on two days", `{ officials { nodes { now: office { slug } then: office(on: "2020-05-05") { slug } } } }`, 5},

		{"a fragment", `{ articles { nodes { ...f } } } fragment f on Article { officials { ...g } } fragment g on Official { country { code } }`, 3},
		{"a fragment on Node", `{ articles { nodes { ... on Node { id ... on Article { officials { slug } } } } } }`, 2},
		{"a fragment beside a field", `{ articles { nodes { officials { slug } ... on Article { officials { country { code } } } } } }`, 3},
		{"a fragment of a list", `{ articles { ...f ...f } } fragment f on ArticleConnection { nodes { officials { slug } } totalCount }`, 3},
		{"included", `query($yes: Boolean!) { articles { nodes { officials @include(if: $yes) { slug } } } }`, 2},
		{"not included", `query($no: Boolean!) { articles { nodes { id officials @include(if: $no) { slug } } totalCount @include(if: $no) } }`, 1},
		{"skipped", `query($yes: Boolean!) { articles { nodes { id ... on Article @skip(if: $yes) { officials { slug } } } } }`, 1},
		{"not skipped", `query($no: Boolean!) { articles { nodes { id ... @skip(if: $no) { officials { slug } } } } }`, 2},
	} {
		t.Run(c.rule, func(t *testing.T) {
			given := variables{}
			for name, value := range vars {
				if strings.Contains(c.query, "$"+name+":") {
					given[name] = value
				}
			}
			if statements, _ := costs(t, s, c.query, given, testserver.AsAdmin); len(statements) != c.want {
				t.Errorf("%s took %d statements, want %d:%s", c.query, len(statements), c.want, testserver.Lines(statements))
			}
		})
	}
}

func TestOnlySelectedColumnsAreRead(t *testing.T) {
	t.Parallel()
	s := startRelated(t)
	for _, c := range []struct{ query, reads, doesNotRead string }{
		{`{ articles { nodes { id } } }`, "id", "body title summary names"},
		{`{ articles { nodes { title summary wordCount } } }`, "title summary word_count", "body byline"},
		{`{ articles { nodes { body(format: TEXT) } } }`, "body", "title summary"},
		{`{ articles { edges { node { title } } nodes { summary } } }`, "title summary", "body"},
		{`{ topics { nodes { articles { nodes { title translations { slug } related { slug } } } } } }`, "title slug", "body summary"},
		{`{ article(by: {slug: "article-1"}) { title } }`, "title", "body"},
		{`{ officials { nodes { slug } } }`, "slug", "descriptions aliases"},
		{`{ articles { totalCount facets { languages { count } } } }`, "", "body title"},
	} {
		t.Run(c.query, func(t *testing.T) {
			statements, _ := costs(t, s, c.query, nil)
			all := strings.Join(statements, "\n")
			for _, column := range strings.Fields(c.reads) {
				if !strings.Contains(all, "n."+column) {
					t.Errorf("column %s is not read:%s", column, testserver.Lines(statements))
				}
			}
			for _, column := range strings.Fields(c.doesNotRead) {
				if strings.Contains(all, "n."+column) || strings.Contains(all, "n.*") {
					t.Errorf("column %s is read:%s", column, testserver.Lines(statements))
				}
			}
		})
	}
}
