package editing

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// field is the effect of an update of one field of a noun.
type field struct {
	// set is a new value. changes are the fields of the answer that it changes, and their
	// new values.
	set     any
	changes map[string]string
	// cleared are the fields that null changes, and their new values; nil if null is
	// refused.
	cleared map[string]string
}

// updates lists all fields of all updates. $country, $topic and so on stand for ids of
// nodes to which the node does not yet refer.
var updates = map[string]struct {
	answer string
	fields map[string]field
}{
	"Article": {
		`language slug externalId title summary body byline sourceName sourceUrl status link officials { slug } countries { code } topics { slug } appearances { role official { slug } } translations { title }`,
		map[string]field{
			"language":      {"de", map[string]string{"language": `"de"`}, nil},
			"title":         {"Other", map[string]string{"title": `"Other"`}, nil},
			"changeSummary": {"Why", map[string]string{}, map[string]string{}}, // a note about other changes
			"slug":          {"other", map[string]string{"slug": `"other"`}, map[string]string{"slug": `"title"`}},
			"externalId":    {"other", map[string]string{"externalId": `"other"`}, map[string]string{"externalId": `null`}},
			"summary":       {"Other", map[string]string{"summary": `"Other"`}, map[string]string{"summary": `null`}},
			"body":          {"Other", map[string]string{"body": `"Other"`}, map[string]string{"body": `""`}},
			"byline":        {[]string{"C", "A"}, map[string]string{"byline": `["C","A"]`}, map[string]string{"byline": `[]`}},
			"sourceName":    {"Other", map[string]string{"sourceName": `"Other"`}, map[string]string{"sourceName": `null`}},
			"sourceUrl":     {"https://other.example", map[string]string{"sourceUrl": `"https://other.example"`}, map[string]string{"sourceUrl": `null`}},
			"officials": {
				[]string{"$official", "$own"},
				map[string]string{"officials": `[{"slug":"other"},{"slug":"own"}]`, "appearances": `[{"role":"SUBJECT","official":{"slug":"other"}},{"role":"SPEAKER","official":{"slug":"own"}}]`},
				map[string]string{"officials": `[]`, "appearances": `[]`},
			},
			"appearances": {
				[]variables{{"official": "$official", "role": "MENTIONED"}},
				map[string]string{"officials": `[{"slug":"other"}]`, "appearances": `[{"role":"MENTIONED","official":{"slug":"other"}}]`},
				map[string]string{"officials": `[]`, "appearances": `[]`},
			},
			"countries":     {[]string{"$country"}, map[string]string{"countries": `[{"code":"FR"}]`}, map[string]string{"countries": `[]`}},
			"topics":        {[]string{"$topic"}, map[string]string{"topics": `[{"slug":"other"}]`}, map[string]string{"topics": `[]`}},
			"translationOf": {"$article", map[string]string{"translations": `[{"title":"Autre"}]`}, map[string]string{"translations": `[]`}},
			"link":          {"OFF", map[string]string{"link": `"OFF"`}, nil},
			"publish":       {true, map[string]string{"status": `"PUBLISHED"`}, map[string]string{"status": `"DRAFT"`}},
		},
	},
	"Official": {
		`slug externalId wikidataId names { language value } aliases { text kind } descriptions: description country { code }`,
		map[string]field{
			"names":        {testserver.Names("en", "B", "ar", "ب"), map[string]string{"names": `[{"language":"ar","value":"ب"},{"language":"en","value":"B"}]`}, nil},
			"slug":         {"new", map[string]string{"slug": `"new"`}, map[string]string{"slug": `"name"`}},
			"externalId":   {"new", map[string]string{"externalId": `"new"`}, map[string]string{"externalId": `null`}},
			"wikidataId":   {"Q2", map[string]string{"wikidataId": `"Q2"`}, map[string]string{"wikidataId": `null`}},
			"aliases":      {[]variables{{"text": "B", "language": "en"}}, map[string]string{"aliases": `[{"text":"B","kind":"SPELLING"}]`}, map[string]string{"aliases": `[]`}},
			"descriptions": {testserver.Names("en", "B"), map[string]string{"descriptions": `"B"`}, map[string]string{"descriptions": `null`}},
			"country":      {"$country", map[string]string{"country": `{"code":"FR"}`}, map[string]string{"country": `null`}},
		},
	},
	"Country": {
		`names { language value } aliases { text kind }`,
		map[string]field{
			"names":   {testserver.Names("en", "B"), map[string]string{"names": `[{"language":"en","value":"B"}]`}, nil},
			"aliases": {[]variables{{"text": "B", "language": "en", "kind": "DEMONYM"}}, map[string]string{"aliases": `[{"text":"B","kind":"DEMONYM"}]`}, map[string]string{"aliases": `[]`}},
		},
	},
	"Topic": {
		`slug externalId mediaTopic names { language value } aliases { text kind } descriptions: description parent { slug }`,
		map[string]field{
			"names":        {testserver.Names("en", "B"), map[string]string{"names": `[{"language":"en","value":"B"}]`}, nil},
			"slug":         {"new", map[string]string{"slug": `"new"`}, map[string]string{"slug": `"name"`}},
			"externalId":   {"new", map[string]string{"externalId": `"new"`}, map[string]string{"externalId": `null`}},
			"mediaTopic":   {"medtop:02000000", map[string]string{"mediaTopic": `"medtop:02000000"`}, map[string]string{"mediaTopic": `null`}},
			"aliases":      {[]variables{{"text": "B", "language": "en"}}, map[string]string{"aliases": `[{"text":"B","kind":"SPELLING"}]`}, map[string]string{"aliases": `[]`}},
			"descriptions": {testserver.Names("en", "B"), map[string]string{"descriptions": `"B"`}, map[string]string{"descriptions": `null`}},
			"parent":       {"$topic", map[string]string{"parent": `{"slug":"other"}`}, map[string]string{"parent": `null`}},
		},
	},
	"Office": {
		`slug externalId kind titles { language value } country { code } singleSeat`,
		map[string]field{
			"titles":     {testserver.Names("en", "B"), map[string]string{"titles": `[{"language":"en","value":"B"}]`}, nil},
			"slug":       {"new", map[string]string{"slug": `"new"`}, map[string]string{"slug": `"name"`}},
			"externalId": {"new", map[string]string{"externalId": `"new"`}, map[string]string{"externalId": `null`}},
			"kind":       {"OTHER", map[string]string{"kind": `"OTHER"`}, nil},
			"country":    {"$country", map[string]string{"country": `{"code":"FR"}`}, map[string]string{"country": `null`}},
			"singleSeat": {true, map[string]string{"singleSeat": `true`}, nil},
		},
	},
	"Tenure": {
		`official { slug } office { slug } startedOn endedOn acting sourceUrl`,
		map[string]field{
			"official":  {"$official", map[string]string{"official": `{"slug":"other"}`}, nil},
			"office":    {"$office", map[string]string{"office": `{"slug":"other"}`}, nil},
			"startedOn": {"2019-05", map[string]string{"startedOn": `"2019-05"`}, map[string]string{"startedOn": `null`}},
			"endedOn":   {"2022", map[string]string{"endedOn": `"2022"`}, map[string]string{"endedOn": `null`}},
			"acting":    {false, map[string]string{"acting": `false`}, nil},
			"sourceUrl": {"https://other.example", map[string]string{"sourceUrl": `"https://other.example"`}, map[string]string{"sourceUrl": `null`}},
		},
	},
}

// wholeInputs returns an input for each noun that sets every field, and creates the nodes
// to which the inputs refer.
func wholeInputs(t *testing.T, s *testserver.Server) map[string]variables {
	t.Helper()
	country := s.CountryID(t, "IQ")
	topic := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Own")})
	official := s.Official(t, "own")
	office := s.Create(t, "Office", variables{"titles": testserver.Names("en", "Own"), "kind": "MINISTER", "singleSeat": false})
	french := s.Article(t, "Français", variables{"language": "fr"})
	aliases := []variables{{"text": "A", "language": "en", "kind": "ACRONYM"}, {"text": "A", "language": "ar", "kind": "SPELLING"}}
	return map[string]variables{
		"Article": {
			"language": "en", "title": "Title", "slug": "own-slug", "externalId": "own", "summary": "Summary", "body": "Body", "byline": []string{"A", "B"},
			"sourceName": "Source", "sourceUrl": "https://source.example", "appearances": []variables{{"official": official, "role": "SPEAKER"}},
			"countries": []string{country}, "topics": []string{topic.ID}, "translationOf": french.ID,
		},
		"Official": {"names": testserver.Names("en", "Name"), "slug": "own-slug", "externalId": "own-key", "wikidataId": "Q1", "aliases": aliases, "descriptions": testserver.Names("en", "A"), "country": country},
		"Country":  {},
		"Topic":    {"names": testserver.Names("en", "Name"), "slug": "own-slug", "externalId": "own-key", "mediaTopic": "medtop:01000000", "aliases": aliases, "descriptions": testserver.Names("en", "A"), "parent": topic.ID},
		"Office":   {"titles": testserver.Names("en", "Name"), "slug": "own-slug", "externalId": "own-key", "kind": "MINISTER", "country": country, "singleSeat": false},
		"Tenure":   {"official": official, "office": office.ID, "startedOn": "2020", "endedOn": "2021", "acting": true, "sourceUrl": "https://source.example"},
	}
}

// For every field of every update in the schema: a value sets it, null clears it, and
// leaving it out keeps it.
func TestUpdatesKeepClearAndSetEachField(t *testing.T) {
	t.Parallel()
	lookAt := testserver.Start(t)
	for noun, update := range updates {
		t.Run(noun+": every field is tested", func(t *testing.T) {
			t.Parallel()
			schema := testserver.Ask[struct {
				Type struct{ InputFields []struct{ Name string } } `json:"__type"`
			}](t, lookAt, fmt.Sprintf(`{ __type(name: "Update%sInput") { inputFields { name } } }`, noun), nil)
			var have []string
			for _, field := range schema.Type.InputFields {
				have = append(have, field.Name)
			}
			slices.Sort(have)
			if want := slices.Sorted(maps.Keys(update.fields)); !slices.Equal(have, want) {
				t.Errorf("Update%sInput has the fields %v\nbut updates tests %v", noun, have, want)
			}
		})
		t.Run(noun, func(t *testing.T) {
			t.Parallel()
			u := startUpdates(t, noun, update.answer)
			for _, name := range slices.Sorted(maps.Keys(update.fields)) {
				field := update.fields[name]
				t.Run(name+": a value is set, and nothing else changes", func(t *testing.T) {
					u.check(t, variables{name: u.resolved(t, field.set)}, field.changes)
				})
				if field.cleared == nil {
					t.Run(name+": cannot be cleared", func(t *testing.T) {
						id, before := u.make(t)
						errs := u.Refuse(t, "update", noun, variables{"id": id, "input": variables{name: nil}})
						if errs[0].At() != "INVALID input."+name || errs[0].Message != "this cannot be cleared; leave it out to keep what is there" && !strings.Contains(errs[0].Message, "send at least one") {
							t.Errorf("update%s(%s: null) = %+v, want INVALID input.%s", noun, name, errs, name)
						}
						if after := u.read(t, id); !reflect.DeepEqual(after, before) {
							t.Errorf("the refused update changed %s\nto %s", testserver.JSON(before), testserver.JSON(after))
						}
					})
					continue
				}
				t.Run(name+": null clears it, and nothing else changes", func(t *testing.T) {
					u.check(t, variables{name: nil}, field.cleared)
				})
			}
			t.Run("an empty input changes nothing", func(t *testing.T) { u.check(t, variables{}, nil) })
		})
	}
}

// updated is a noun whose updates are tested.
type updated struct {
	*testserver.Server
	noun, answer string
	whole        variables
	others       map[string]string
}

func startUpdates(t *testing.T, noun, answer string) *updated {
	t.Helper()
	u := &updated{Server: testserver.Start(t), noun: noun, answer: answer}
	u.whole = wholeInputs(t, u.Server)[noun]
	german := u.Server.Article(t, "Autre", variables{"language": "de"})
	u.others = map[string]string{
		"$country": u.CountryID(t, "FR"), "$official": u.Official(t, "other"), "$own": u.Official(t, "own"), "$article": german.ID,
		"$topic":  u.Create(t, "Topic", variables{"names": testserver.Names("en", "Other")}).ID,
		"$office": u.Create(t, "Office", variables{"titles": testserver.Names("en", "Other"), "kind": "OTHER"}).ID,
	}
	return u
}

// resolved replaces $country and so on by the ids of the other nodes.
func (u *updated) resolved(t testing.TB, value any) any {
	t.Helper()
	encoded := testserver.JSON(value)
	for name, id := range u.others {
		encoded = strings.ReplaceAll(encoded, `"`+name+`"`, `"`+id+`"`)
	}
	var resolved any
	if err := json.Unmarshal([]byte(encoded), &resolved); err != nil {
		t.Fatal(err)
	}
	return resolved
}

// make creates a node that has every field set, and deletes it at the end of the test.
// Countries cannot be created, so it resets the fields of an existing one.
func (u *updated) make(t testing.TB) (id string, node map[string]any) {
	t.Helper()
	if u.noun == "Country" {
		id = u.CountryID(t, "IQ")
		u.Update(t, "Country", testserver.Node{ID: id}, variables{"names": testserver.Names("en", "Iraq"), "aliases": []variables{{"text": "A", "language": "en"}}})
		return id, u.read(t, id)
	}
	id = u.Create(t, u.noun, u.whole).ID
	node = u.read(t, id)
	t.(*testing.T).Cleanup(func() { u.Delete(t, u.noun, id) })
	return id, node
}

func (u *updated) read(t testing.TB, id string) map[string]any {
	t.Helper()
	return testserver.Ask[struct{ Node map[string]any }](t, u.Server, `query($id: ID!) { node(id: $id) { ... on `+u.noun+` { `+u.answer+` } } }`,
		variables{"id": id}, testserver.AsAdmin, testserver.SeeDrafts).Node
}

// check updates a node that has every field set, and compares all fields.
func (u *updated) check(t *testing.T, input variables, changes map[string]string) {
	t.Helper()
	id, want := u.make(t)
	for name, value := range changes {
		var decoded any
		if err := json.Unmarshal([]byte(value), &decoded); err != nil {
			t.Fatalf("decode the wanted value %s: %v", value, err)
		}
		want[name] = decoded
	}
	_, _, errs := u.Mutate(t, "update", u.noun, variables{"id": id, "input": input})
	if got := u.read(t, id); len(errs) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("update%s(%v) = %+v\n%s\nwant %s", u.noun, input, errs, testserver.JSON(got), testserver.JSON(want))
	}
}
