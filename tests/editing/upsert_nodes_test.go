package editing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// bulk is the payload of any bulk mutation; Node is the node of a result.
type bulk struct {
	Created, Updated, Unchanged, Failed int
	Results                             []struct {
		Index int
		Node  *struct {
			ID, Slug, ExternalID string
			Version              int
		}
		Errors []testserver.PayloadError
	}
}

func (b bulk) counts() [4]int { return [4]int{b.Created, b.Updated, b.Unchanged, b.Failed} }

// at returns the errors of the results, such as "0: NOT_FOUND inputs.0.parent.slug".
func (b bulk) at() []string {
	errs := []string{}
	for i, result := range b.Results {
		for _, e := range result.Errors {
			errs = append(errs, fmt.Sprint(i, ": ", e.At()))
		}
	}
	slices.Sort(errs)
	return errs
}

// plural returns the noun of a bulk mutation: "Topics".
func plural(noun string) string { return noun + "s" }

// upsertQuery writes a bulk mutation that answers with nodes. Tenures have no keys.
func upsertQuery(noun, arguments string) string {
	keys := " slug externalId"
	if noun == "Tenure" {
		keys = ""
	}
	return `mutation($inputs: [Upsert` + noun + `Input!]!) { payload: upsert` + plural(noun) + `(inputs: $inputs` + arguments + `) { created updated unchanged failed
		results { index node: ` + strings.ToLower(noun) + ` { id version` + keys + ` } errors { __typename code message path ... on ConflictError { currentVersion } } } } }`
}

func upsertNodes(t testing.TB, s *testserver.Server, noun, arguments string, inputs ...variables) bulk {
	t.Helper()
	return testserver.Ask[struct{ Payload bulk }](t, s, upsertQuery(noun, arguments), variables{"inputs": inputs}, testserver.AsAdmin).Payload
}

// wrote fails the test unless the counts are these and there is no error.
func wrote(t testing.TB, got bulk, created, updated, unchanged int) {
	t.Helper()
	if want := [4]int{created, updated, unchanged, 0}; got.counts() != want || len(got.at()) > 0 {
		t.Fatalf("created, updated, unchanged, failed = %v with %+v, want %v", got.counts(), got.Results, want)
	}
}

func names(english string) []variables { return testserver.Names("en", english) }

// upserts that together make a small newsroom, in the order in which they have to come; in
// each, what is named stands after what names it.
func wholeNewsroom() []struct {
	noun   string
	inputs []variables
} {
	return []struct {
		noun   string
		inputs []variables
	}{
		{"Topic", []variables{
			{"externalId": "t:crude", "names": names("Crude"), "parent": variables{"externalId": "t:oil"}, "createdAt": "2010-01-01T00:00:00Z", "updatedAt": "2011-01-01T00:00:00Z"},
			{"externalId": "t:oil", "slug": "oil", "names": names("Oil"), "parent": variables{"slug": "economy"}, "mediaTopic": "medtop:20000001", "aliases": []variables{{"text": "Petroleum", "language": "en"}}},
			{"slug": "economy", "names": testserver.Names("ar", "اقتصاد", "en", "Economy"), "descriptions": names("Money.")},
			{"slug": "brent", "names": names("Brent"), "parent": variables{"mediaTopic": "medtop:20000001"}},
		}},
		{"Office", []variables{
			{"externalId": "o:minister", "titles": names("Oil minister"), "kind": "MINISTER", "country": variables{"code": "irq"}},
			{"slug": "envoy", "titles": names("Envoy"), "kind": "OTHER", "singleSeat": false},
		}},
		{"Official", []variables{
			{"externalId": "p:salim", "names": names("Salim"), "country": variables{"code": "IQ"}, "wikidataId": "Q42", "updatedAt": "2012-01-01T00:00:00Z"},
			{"slug": "thamir", "names": names("Thamir"), "aliases": []variables{{"text": "T.", "language": "en", "kind": "SHORT_NAME"}}},
		}},
		{"Tenure", []variables{
			{"official": variables{"wikidataId": "Q42"}, "office": variables{"externalId": "o:minister"}, "startedOn": "2010", "endedOn": "2014-05", "sourceUrl": "https://example.org/"},
			{"official": variables{"slug": "thamir"}, "office": variables{"slug": "oil-minister"}, "startedOn": "2014-06-01", "createdAt": "2014-06-02T00:00:00Z"},
			{"official": variables{"externalId": "p:salim"}, "office": variables{"slug": "envoy"}, "acting": true},
		}},
		{"Article", []variables{
			{
				"externalId": "a:fr", "language": "fr", "title": "Du pétrole", "translationOfBy": variables{"externalId": "a:en"}, "publish": true,
				"publishedAt": "2013-02-01T00:00:00Z", "topicsBy": []variables{{"externalId": "t:crude"}, {"slug": "brent"}},
			},
			{
				"externalId": "a:en", "language": "en", "title": "Oil", "slug": "on-oil", "publish": true, "publishedAt": "2013-01-01T00:00:00Z", "createdAt": "2012-12-01T00:00:00Z", "updatedAt": "2013-01-02T00:00:00Z",
				"topicsBy":      []variables{{"mediaTopic": "medtop:20000001"}, {"slug": "economy"}},
				"countriesBy":   []variables{{"code": "IQ"}, {"code": "tur"}},
				"appearancesBy": []variables{{"official": variables{"slug": "thamir"}, "role": "MENTIONED"}, {"official": variables{"wikidataId": "Q42"}, "role": "SUBJECT"}},
			},
			{"externalId": "a:ar", "language": "ar", "title": "نفط", "translationOfBy": variables{"slug": "on-oil"}, "officialsBy": []variables{{"externalId": "p:salim"}}},
		}},
	}
}

// What one newsroom sends is found by its keys, in any order, with its dates; and the same
// again changes nothing.
func TestHistoryComesInByUpserts(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, step := range wholeNewsroom() {
		got := upsertNodes(t, s, step.noun, "", step.inputs...)
		wrote(t, got, len(step.inputs), 0, 0)
		for i, result := range got.Results {
			if key := step.inputs[i]["externalId"]; result.Index != i || result.Node == nil || result.Node.Version != 1 || key != nil && result.Node.ExternalID != key {
				t.Errorf("results[%d] of %s = %+v, want the node of that input", i, step.noun, result)
			}
		}
	}
	s.WantData(t, `{ topics(orderBy: {field: SLUG}) { nodes { slug externalId parent { slug } } } topic(by: {externalId: "t:crude"}) { ancestors { slug } createdAt updatedAt } }`, nil,
		`{"topics":{"nodes":[{"slug":"brent","externalId":null,"parent":{"slug":"oil"}},{"slug":"crude","externalId":"t:crude","parent":{"slug":"oil"}},{"slug":"economy","externalId":null,"parent":null},{"slug":"oil","externalId":"t:oil","parent":{"slug":"economy"}}]},`+
			`"topic":{"ancestors":[{"slug":"economy"},{"slug":"oil"}],"createdAt":"2010-01-01T00:00:00.000Z","updatedAt":"2011-01-01T00:00:00.000Z"}}`)
	s.WantData(t, `{ office(by: {slug: "oil-minister"}) { country { code } singleSeat tenures { official { slug country { code } } startedOn endedOn acting sourceUrl } } }`, nil,
		`{"office":{"country":{"code":"IQ"},"singleSeat":true,"tenures":[{"official":{"slug":"salim","country":{"code":"IQ"}},"startedOn":"2010","endedOn":"2014-05","acting":false,"sourceUrl":"https://example.org/"},`+
			`{"official":{"slug":"thamir","country":null},"startedOn":"2014-06-01","endedOn":null,"acting":false,"sourceUrl":null}]}}`)
	s.WantData(t, `{ article(by: {externalId: "a:en"}) { publishedAt createdAt updatedAt topics { slug } countries { code } appearances { official { slug } role office { slug } } translations { slug publishedAt createdAt topics { slug } } } }`, nil,
		`{"article":{"publishedAt":"2013-01-01T00:00:00.000Z","createdAt":"2012-12-01T00:00:00.000Z","updatedAt":"2013-01-02T00:00:00.000Z","topics":[{"slug":"oil"},{"slug":"economy"}],"countries":[{"code":"IQ"},{"code":"TR"}],`+
			`"appearances":[{"official":{"slug":"thamir"},"role":"MENTIONED","office":null},{"official":{"slug":"salim"},"role":"SUBJECT","office":{"slug":"oil-minister"}}],`+
			`"translations":[{"slug":"du-petrole","publishedAt":"2013-02-01T00:00:00.000Z","createdAt":"2013-02-01T00:00:00.000Z","topics":[{"slug":"crude"},{"slug":"brent"}]}]}}`)
	s.WantData(t, `{ article(by: {externalId: "a:ar"}) { status publishedAt officials { slug } translations { slug } } }`, nil,
		`{"article":{"status":"DRAFT","publishedAt":null,"officials":[{"slug":"salim"}],"translations":[{"slug":"on-oil"},{"slug":"du-petrole"}]}}`, testserver.AsAdmin, testserver.SeeDrafts)

	s.Database.Unchanged(t, func() {
		for _, step := range wholeNewsroom() {
			wrote(t, upsertNodes(t, s, step.noun, "", step.inputs...), 0, 0, len(step.inputs))
		}
	})
}

// Every change is in the change log, and in the audit log by whom.
func TestUpsertsAreAudited(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	as := s.Token(t, "ADMIN")
	for _, step := range wholeNewsroom() {
		if got := s.Post(t, upsertQuery(step.noun, ""), variables{"inputs": step.inputs}, as); len(got.Errors) > 0 || !strings.Contains(string(got.Data), `"failed":0`) {
			t.Fatalf("upsert of %s = %s", step.noun, got.Raw)
		}
	}
	logged := testserver.Ask[struct {
		AuditLog struct {
			Nodes []struct{ Kind, NodeType, Actor string }
		}
	}](t, s, `{ auditLog(first: 100) { nodes { kind nodeType actor } } }`, nil, as).AuditLog.Nodes
	counts := map[string]int{}
	for _, entry := range logged {
		counts[entry.Actor+" "+entry.Kind+" "+entry.NodeType]++
	}
	for entry, want := range map[string]int{
		"admin CREATED TOPIC": 4, "admin CREATED OFFICE": 2, "admin CREATED OFFICIAL": 2, "admin CREATED TENURE": 3, "admin PUBLISHED ARTICLE": 2, "admin CREATED ARTICLE": 1,
	} {
		if counts[entry] != want {
			t.Errorf("the audit log has %q %d times, want %d, in %v", entry, counts[entry], want, counts)
		}
	}
}

// An update keeps what is left out, null clears, and a key that is given to a node finds it.
func TestUpsertsOfNodesUpdate(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	wrote(t, upsertNodes(t, n.Server, "Topic", "", variables{"externalId": "t", "slug": "topic", "descriptions": names("What it is.")}), 0, 1, 0)
	wrote(t, upsertNodes(t, n.Server, "Topic", "", variables{"externalId": "t", "parent": nil, "mediaTopic": "medtop:16000000"}, variables{"names": names("Below"), "parent": variables{"externalId": "t"}}), 1, 1, 0)
	n.WantData(t, `{ topic(by: {slug: "topic"}) { externalId name mediaTopic description children { slug } } }`, nil,
		`{"topic":{"externalId":"t","name":"Topic","mediaTopic":"medtop:16000000","description":"What it is.","children":[{"slug":"below"}]}}`)
	wrote(t, upsertNodes(t, n.Server, "Topic", "", variables{"externalId": "t", "mediaTopic": nil, "descriptions": nil}), 0, 1, 0)
	n.WantData(t, `{ topic(by: {slug: "topic"}) { mediaTopic description } }`, nil, `{"topic":{"mediaTopic":null,"description":null}}`)
	wrote(t, upsertNodes(t, n.Server, "Office", "", variables{"slug": "office", "country": variables{"code": "IQ"}}), 0, 1, 0)
	wrote(t, upsertNodes(t, n.Server, "Office", "", variables{"slug": "office", "country": nil, "kind": "LEGISLATOR"}), 0, 1, 0)
	n.WantData(t, `{ office(by: {slug: "office"}) { kind country { code } } }`, nil, `{"office":{"kind":"LEGISLATOR","country":null}}`)
	wrote(t, upsertNodes(t, n.Server, "Official", "", variables{"externalId": "p", "slug": "official", "wikidataId": "Q1", "country": variables{"id": n.Country}}), 0, 1, 0)
	official, office := variables{"externalId": "p"}, variables{"id": n.Office.ID}
	wrote(t, upsertNodes(t, n.Server, "Tenure", "", variables{"official": official, "office": office, "startedOn": "2020", "endedOn": "2021"}), 0, 1, 0)
	wrote(t, upsertNodes(t, n.Server, "Tenure", "", variables{"official": official, "office": office, "startedOn": "2020", "acting": true}), 0, 1, 0)
	n.WantData(t, `{ official(by: {wikidataId: "Q1"}) { country { code } tenures { startedOn endedOn acting version } } }`, nil,
		`{"official":{"country":{"code":"IQ"},"tenures":[{"startedOn":"2020","endedOn":"2021","acting":true,"version":3}]}}`)
	// A parent that moves out of the way comes first, wherever it stands.
	wrote(t, upsertNodes(t, n.Server, "Topic", "", variables{"slug": "topic", "parent": variables{"slug": "below"}}, variables{"slug": "below", "parent": nil}), 0, 2, 0)
	n.WantData(t, `{ topic(by: {slug: "topic"}) { parent { slug } } }`, nil, `{"topic":{"parent":{"slug":"below"}}}`)
}

// Two tenures that begin in one month are told apart by their ends, and the same again
// changes nothing.
func TestTenuresThatBeginAlikeAreToldApart(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	tenure := func(end any, more ...variables) variables {
		in := variables{"official": variables{"slug": "official"}, "office": variables{"slug": "office"}, "startedOn": "2010-05", "endedOn": end}
		for _, one := range more {
			for name, value := range one {
				in[name] = value
			}
		}
		return in
	}
	both := []variables{tenure("2010-05-10"), tenure("2010-05-20", variables{"sourceUrl": "https://example.org/"})}
	wrote(t, upsertNodes(t, n.Server, "Tenure", "", both...), 2, 0, 0)
	slices.Reverse(both)
	n.Database.Unchanged(t, func() { wrote(t, upsertNodes(t, n.Server, "Tenure", "", both...), 0, 0, 2) })
	if got := upsertNodes(t, n.Server, "Tenure", "", tenure("2010-05-10"), tenure("2010-05-10", variables{"acting": true})); !slices.Equal(got.at(), []string{"1: INVALID inputs.1"}) {
		t.Errorf("a tenure that is sent twice = %+v, want the second INVALID", got)
	}
}

// An input that cannot be written says where it is wrong, and whatever it is, nothing is half
// written.
func TestUpsertsReportWhatIsNotFound(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	article := func(more variables) variables { return entry("new", "New", more) }
	for _, c := range []struct {
		name, noun string
		inputs     []variables
		want       []string
	}{
		{"a tag by slug", "Article", []variables{article(variables{"topicsBy": []variables{{"slug": "topic"}, {"slug": "none"}}})}, []string{"0: NOT_FOUND inputs.0.topicsBy.1.slug"}},
		{
			"tags by other keys", "Article",
			[]variables{article(variables{"topicsBy": []variables{{"mediaTopic": "medtop:00000000"}}, "countriesBy": []variables{{"code": "XX"}}, "officialsBy": []variables{{"externalId": "none"}, {"wikidataId": "Q9"}}})},
			[]string{"0: NOT_FOUND inputs.0.countriesBy.0.code", "0: NOT_FOUND inputs.0.officialsBy.0.externalId", "0: NOT_FOUND inputs.0.officialsBy.1.wikidataId", "0: NOT_FOUND inputs.0.topicsBy.0.mediaTopic"},
		},
		{"a tag by an id that is gone", "Article", []variables{article(variables{"topicsBy": []variables{{"id": "VG9waWM6OTk5OTk"}}})}, []string{"0: NOT_FOUND inputs.0.topicsBy.0"}},
		{"ids of what is no noun", "Article", []variables{article(variables{"topicsBy": []variables{{"id": n.Reader.AccessToken.ID}}, "countries": []string{n.Reader.AccessToken.ID}})}, []string{"0: NOT_FOUND inputs.0.countries.0", "0: NOT_FOUND inputs.0.topicsBy.0"}},
		{"a tag by an id of another type", "Article", []variables{article(variables{"topicsBy": []variables{{"id": n.Country}}})}, []string{"0: NOT_FOUND inputs.0.topicsBy.0"}},
		{"an appearance", "Article", []variables{article(variables{"appearancesBy": []variables{{"official": variables{"slug": "none"}, "role": "SUBJECT"}}})}, []string{"0: NOT_FOUND inputs.0.appearancesBy.0.official.slug"}},
		{"a translation", "Article", []variables{article(variables{"translationOfBy": variables{"externalId": "none"}})}, []string{"0: NOT_FOUND inputs.0.translationOfBy.externalId"}},
		{"one node by two keys", "Article", []variables{article(variables{"topicsBy": []variables{{"slug": "topic"}, {"id": n.Topic.ID}}})}, []string{"0: INVALID inputs.0.topicsBy.1"}},
		{"both ways to name the same", "Article", []variables{article(variables{"topicsBy": []variables{}, "topics": []string{}, "officialsBy": []variables{}, "appearances": []variables{}})}, []string{"0: INVALID inputs.0.officialsBy", "0: INVALID inputs.0.topicsBy"}},
		{
			"translations of each other", "Article",
			[]variables{article(variables{"translationOfBy": variables{"externalId": "fr"}}), entry("fr", "Nouveau", variables{"language": "fr", "translationOfBy": variables{"externalId": "new"}})},
			[]string{"0: NOT_FOUND inputs.0.translationOfBy.externalId", "1: NOT_FOUND inputs.1.translationOfBy.externalId"},
		},
		{"a translation of what fails", "Article", []variables{entry("fr", "Nouveau", variables{"language": "fr", "translationOfBy": variables{"externalId": "new"}}), article(variables{"title": " "})}, []string{"0: NOT_FOUND inputs.0.translationOfBy.externalId", "1: INVALID inputs.1.title"}},
		{
			"a time that has not come", "Article",
			[]variables{article(variables{"publish": true, "publishedAt": "2999-01-01T00:00:00Z", "createdAt": "2999-01-01T00:00:00Z", "updatedAt": "2999-01-01T00:00:00Z"})},
			[]string{"0: INVALID inputs.0.createdAt", "0: INVALID inputs.0.publishedAt", "0: INVALID inputs.0.updatedAt"},
		},
		{
			"one time that has not come, and none else", "Article",
			[]variables{article(variables{"publish": true, "publishedAt": "2999-01-01T00:00:00Z"})},
			[]string{"0: INVALID inputs.0.publishedAt"},
		},
		{"a parent", "Topic", []variables{{"names": names("A"), "parent": variables{"slug": "none"}}}, []string{"0: NOT_FOUND inputs.0.parent.slug"}},
		{"parents of each other", "Topic", []variables{{"externalId": "a", "names": names("A"), "parent": variables{"externalId": "b"}}, {"externalId": "b", "names": names("B"), "parent": variables{"externalId": "a"}}}, []string{"0: NOT_FOUND inputs.0.parent.externalId", "1: NOT_FOUND inputs.1.parent.externalId"}},
		{"a topic below itself", "Topic", []variables{{"slug": "topic", "parent": variables{"id": n.Topic.ID}}}, []string{"0: INVALID inputs.0.parent"}},
		{"a topic twice", "Topic", []variables{{"externalId": "a", "names": names("A")}, {"externalId": "a", "names": names("B")}}, []string{"1: INVALID inputs.1.externalId"}},
		{"a topic twice, by two keys", "Topic", []variables{{"externalId": "a", "slug": "topic"}, {"slug": "topic", "names": names("B")}}, []string{"1: INVALID inputs.1.slug"}},
		{"a topic without a name", "Topic", []variables{{"externalId": "a"}}, []string{"0: INVALID inputs.0.names"}},
		{"a topic that nothing identifies", "Topic", []variables{{"mediaTopic": "medtop:16000000"}}, []string{"0: INVALID inputs.0"}},
		{"a time of a topic that has not come", "Topic", []variables{{"slug": "topic", "updatedAt": "2999-01-01T00:00:00Z"}}, []string{"0: INVALID inputs.0.updatedAt"}},
		{"a country of an office", "Office", []variables{{"externalId": "a", "titles": names("A"), "kind": "OTHER", "country": variables{"code": "XX"}}}, []string{"0: NOT_FOUND inputs.0.country.code"}},
		{"a country of an official", "Official", []variables{{"externalId": "a", "names": names("A"), "country": variables{"code": ""}}}, []string{"0: NOT_FOUND inputs.0.country.code"}},
		{"a Wikidata item that is taken", "Official", []variables{{"externalId": "a", "names": names("A"), "wikidataId": "Q7"}, {"externalId": "b", "names": names("B"), "wikidataId": "Q7"}}, []string{"1: DUPLICATE inputs.1.wikidataId"}},
		{"both ends of a tenure", "Tenure", []variables{{"official": variables{"slug": "none"}, "office": variables{"externalId": "none"}}}, []string{"0: NOT_FOUND inputs.0.office.externalId", "0: NOT_FOUND inputs.0.official.slug"}},
		{"a seat that is taken", "Tenure", []variables{{"official": variables{"slug": "official"}, "office": variables{"slug": "office"}, "startedOn": "2019-01-01"}}, []string{"0: INVALID inputs.0.office"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.Database.Unchanged(t, func() {
				got := upsertNodes(t, n.Server, c.noun, "", c.inputs...)
				if !slices.Equal(got.at(), c.want) || got.Created+got.Updated > 0 {
					t.Errorf("upsert%s = %+v, want the errors %q", plural(c.noun), got, c.want)
				}
				for _, result := range got.Results {
					if result.Node != nil {
						t.Errorf("result = %+v, want no node", result)
					}
				}
			})
		})
	}
	t.Run("the others are written with REJECT_FAILED", func(t *testing.T) {
		got := upsertNodes(t, n.Server, "Topic", ", onError: REJECT_FAILED", variables{"slug": "below", "names": names("Below"), "parent": variables{"slug": "bad"}}, variables{"slug": "Bad"}, variables{"slug": "good", "names": names("Good")})
		if want := []string{"0: NOT_FOUND inputs.0.parent.slug", "1: INVALID inputs.1.names", "1: INVALID inputs.1.slug"}; !slices.Equal(got.at(), want) || got.counts() != [4]int{1, 0, 0, 2} {
			t.Errorf("upsertTopics = %+v, want one created and %q", got, want)
		}
		n.WantData(t, `{ topics { nodes { slug } } }`, nil, `{"topics":{"nodes":[{"slug":"good"},{"slug":"topic"}]}}`)
	})
}

// Dry runs write nothing, and answer what is stored.
func TestDryRunsOfNodes(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	n.Database.Unchanged(t, func() {
		got := upsertNodes(t, n.Server, "Topic", ", dryRun: true", variables{"slug": "topic", "mediaTopic": "medtop:16000000"}, variables{"slug": "new", "names": names("New")})
		if got.counts() != [4]int{1, 1, 0, 0} || got.Results[0].Node == nil || got.Results[0].Node.Version != 1 || got.Results[1].Node != nil {
			t.Errorf("dryRun = %+v, want 1 created, 1 updated, the old topic and null", got)
		}
	})
}

// The inputs of every bulk mutation say which version they replace.
func TestUpsertsOfNodesTakeAnExpectedVersion(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	for noun, c := range map[string]struct{ stored, other variables }{
		"Topic":    {variables{"slug": "topic"}, variables{"slug": "other", "names": names("Other")}},
		"Office":   {variables{"slug": "office"}, variables{"slug": "other", "titles": names("Other"), "kind": "OTHER"}},
		"Official": {variables{"slug": "official"}, variables{"slug": "other", "names": names("Other")}},
		"Tenure":   {variables{"official": variables{"slug": "official"}, "office": variables{"slug": "office"}, "startedOn": "2020"}, variables{"official": variables{"slug": "official"}, "office": variables{"slug": "office"}, "startedOn": "2000", "endedOn": "2001"}},
	} {
		n.Database.Unchanged(t, func() {
			c.stored["expectedVersion"], c.other["expectedVersion"] = 2, 1
			got := upsertNodes(t, n.Server, noun, "", c.stored, c.other)
			if want := []string{"0: CONFLICT inputs.0.expectedVersion", "1: CONFLICT inputs.1.expectedVersion"}; !slices.Equal(got.at(), want) || got.Results[0].Errors[0].CurrentVersion != 1 || got.Results[1].Errors[0].CurrentVersion != 0 {
				t.Errorf("upsert%s of other versions = %+v, want %q", plural(noun), got, want)
			}
		})
		c.stored["expectedVersion"], c.other["expectedVersion"] = 1, 0
		wrote(t, upsertNodes(t, n.Server, noun, "", c.stored, c.other), 1, 0, 1)
	}
}
