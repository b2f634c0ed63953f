package transfer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// own are the fields that tell databases apart, which no export has: the keys of nodes, how
// often they were written here, and what stood there before.
var own = map[string]bool{"id": true, "version": true, "cursor": true, "revisions": true}

// schemaType is a type of the schema, as introspection describes it.
type schemaType struct {
	Kind, Name    string
	PossibleTypes []struct{ Name string }
	Fields        []struct {
		Name string
		Args []struct {
			Name string
			Type typeRef
		}
		Type typeRef
	}
	EnumValues []struct{ Name string }
}

type typeRef struct {
	Kind, Name string
	OfType     *typeRef
}

func (r typeRef) named() string {
	if r.OfType != nil {
		return r.OfType.named()
	}
	return r.Name
}

// selections writes selections of everything that a schema has.
type selections map[string]schemaType

func readSchema(t *testing.T, s *testserver.Server) selections {
	t.Helper()
	answer := testserver.Ask[struct {
		Schema struct{ Types []schemaType } `json:"__schema"`
	}](t, s, `{ __schema { types { kind name possibleTypes { name } enumValues { name } fields { name
		args { name type { kind name ofType { kind name ofType { kind name } } } }
		type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }`, nil)
	types := selections{}
	for _, one := range answer.Schema.Types {
		types[one.Name] = one
	}
	return types
}

// of selects every field of a type, but of other nodes only what identifies them: they are
// selected where they are listed. Fields that take an enum are selected with each value.
func (all selections) of(name string, whole bool) string {
	one := all[name]
	if one.Kind == "UNION" || one.Kind == "INTERFACE" {
		var parts []string
		for _, possible := range one.PossibleTypes {
			parts = append(parts, "... on "+possible.Name+" "+all.of(possible.Name, false))
		}
		return "{ __typename " + strings.Join(parts, " ") + " }"
	}
	has := func(field string) bool {
		return slices.ContainsFunc(one.Fields, func(f struct {
			Name string
			Args []struct {
				Name string
				Type typeRef
			}
			Type typeRef
		},
		) bool {
			return f.Name == field
		})
	}
	switch {
	case !whole && has("slug"):
		return "{ " + name + "_slug: slug }"
	case !whole && has("code") && has("id"):
		return "{ code }"
	case !whole && has("nodes"):
		return "{ totalCount nodes " + all.of(strings.TrimSuffix(name, "Connection"), false) + " }"
	}
	var fields []string
	for _, field := range one.Fields {
		if own[field.Name] {
			continue
		}
		below := ""
		if of := all[field.Type.named()]; of.Kind != "SCALAR" && of.Kind != "ENUM" {
			below = " " + all.of(of.Name, false)
		}
		called := name + "_" + field.Name + ": " + field.Name
		values := 0
		for _, argument := range field.Args {
			for _, value := range all[argument.Type.named()].EnumValues {
				fields = append(fields, fmt.Sprintf("%s_%s_%s: %s(%s: %s)%s", name, field.Name, value.Name, field.Name, argument.Name, value.Name, below))
				values++
			}
		}
		if values == 0 {
			fields = append(fields, called+below)
		}
	}
	return "{ " + strings.Join(fields, " ") + " }"
}

// identifier is the id of an article in JSON-LD.
var identifier = regexp.MustCompile(`\\?"identifier\\?": ?\\?"QXJ0aWNsZT[^"\\]*\\?",`)

// everything returns what a server answers of every node, in an order that does not depend
// on keys: one text for each node, which begins with what identifies it.
func everything(t *testing.T, s *testserver.Server, headers ...testserver.Header) []string {
	t.Helper()
	all := readSchema(t, s)
	var texts []string
	for list, noun := range map[string]string{"countries": "Country", "topics": "Topic", "offices": "Office", "officials": "Official", "articles": "Article"} {
		for after := ""; ; {
			answer := s.Post(t, `query($after: String) { list: `+list+`(first: 20, after: $after) { pageInfo { hasNextPage endCursor } nodes `+all.of(noun, true)+` } }`,
				testserver.Variables{"after": orNil(after)}, headers...)
			if len(answer.Errors) > 0 {
				t.Fatalf("%s = %s", list, answer.Raw)
			}
			var page struct {
				List struct {
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
					Nodes []json.RawMessage
				}
			}
			if err := json.Unmarshal(answer.Data, &page); err != nil {
				t.Fatal(err)
			}
			for _, node := range page.List.Nodes {
				var indented bytes.Buffer
				if err := json.Indent(&indented, node, "", " "); err != nil {
					t.Fatal(err)
				}
				texts = append(texts, noun+" "+identifier.ReplaceAllString(indented.String(), ""))
			}
			if after = page.List.PageInfo.EndCursor; !page.List.PageInfo.HasNextPage {
				break
			}
		}
	}
	slices.Sort(texts)
	return texts
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// What an export has is what answers say: imported into an empty database, every field of
// the schema is answered as before, to readers and to editors.
func TestAnImportOfTheExportAnswersTheSame(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	var clock testserver.Clock
	s := startWritten(t, &clock)
	exported := s.Database.Export(t)
	other := testserver.NewDatabase(t)
	other.MustImport(t, exported)
	if again := other.Export(t); again != exported {
		t.Errorf("import of\n%s\nexported =\n%s\nwant the same", exported, again)
	}
	changes := other.Rows(t, "SELECT MAX(id) FROM changes")
	other.MustImport(t, exported)
	if after := other.Rows(t, "SELECT MAX(id) FROM changes"); after[0] != changes[0] {
		t.Error("a second import of the same lines changed something")
	}
	imported := testserver.Start(t, testserver.InDatabase(string(other)), clock.Drive)
	for name, headers := range map[string][]testserver.Header{"readers": nil, "editors": {testserver.AsAdmin, testserver.SeeDrafts}} {
		want, got := everything(t, s, headers...), everything(t, imported, headers...)
		if len(got) != len(want) {
			t.Fatalf("%s see %d nodes, want %d", name, len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s see\n%s\nwant\n%s", name, got[i], want[i])
			}
		}
	}
	// Who created a draft may edit it.
	if owners := other.Rows(t, "SELECT owner FROM articles WHERE title = 'Of a contributor'"); len(owners) != 1 || !strings.Contains(owners[0], "token:") {
		t.Errorf("the draft of a contributor is owned by %q, want the token", owners)
	}
}

// startWritten starts a server with a newsroom in which editors have used everything that
// can be written.
func startWritten(t *testing.T, clock *testserver.Clock) *testserver.Server {
	t.Helper()
	s, article, _, edit := testserver.StartEdited(t, clock)
	s.Update(t, "Article", article, edit) // a working copy
	s.Update(t, "Country", testserver.Node{ID: s.CountryID(t, "SE"), Version: 1}, variables{"aliases": []variables{{"text": "Svea", "language": "en"}}})
	norway := s.CountryID(t, "NO")
	brand, below := s.Official(t, "brand"), s.Create(t, "Topic", variables{"slug": "below", "names": testserver.Names("en", "Below", "ar", "تحت"), "mediaTopic": "medtop:20000385"})
	office := s.Create(t, "Office", variables{"slug": "minister", "titles": testserver.Names("en", "Minister of Ports"), "kind": "MINISTER", "country": norway})
	tenure := s.Create(t, "Tenure", variables{"official": brand, "office": office.ID, "startedOn": "2020", "endedOn": "2023-05"})
	clock.SetAt(t, "2024-07-01T00:00:00Z")
	s.Update(t, "Topic", below, variables{"descriptions": testserver.Names("en", "Under another.")})
	s.Update(t, "Tenure", tenure, variables{"sourceUrl": "https://example.org/brand"})
	decide := func(article testserver.Node, verb, surface, entity, body string) {
		start := strings.Index(body, surface)
		if start < 0 {
			t.Fatalf("%q has no %q", body, surface)
		}
		answer := s.Post(t, `mutation($a: ID!, $s: Int!, $e: Int!, $n: ID!, $w: String) { `+verb+`Mention(article: $a, start: $s, end: $e, entity: $n, surface: $w) { errors { message } } }`,
			variables{"a": article.ID, "s": start, "e": start + len(surface), "n": entity, "w": surface}, testserver.AsAdmin)
		if !strings.Contains(string(answer.Data), `"errors":[]`) {
			t.Fatalf("%sMention of %q = %s", verb, surface, answer.Raw)
		}
	}
	const body = "Karin Brand, Minister of Ports, spoke about Norway and Below in the harbour."
	apart := 5 * time.Hour
	for _, link := range []string{"OFF", "SUGGEST", "AUTO"} {
		for _, publish := range []bool{false, true} {
			clock.Set(clock.Now().Add(apart)) // what is equally far away is listed by keys
			apart *= 2
			a := s.Article(t, fmt.Sprint(link, " ", publish), variables{"link": link, "publish": publish, "body": body})
			decide(a, "reject", "Norway", norway, body)
			decide(a, "confirm", "harbour", below.ID, body) // of a published one, in a working copy
		}
	}
	gone := s.Article(t, "Gone", variables{"body": body})
	for _, entity := range []string{brand, office.ID} {
		decide(gone, "reject", "Karin Brand", entity, body)
	}
	s.Update(t, "Article", gone, variables{"body": "Nobody spoke.", "publish": true})
	cleared := s.Article(t, "Nothing is certain", variables{"link": "AUTO", "body": "Nobody spoke.", "publish": true})
	s.Create(t, "Topic", variables{"names": testserver.Names("en", "Nobody"), "aliases": []variables{{"text": "spoke", "language": "en"}}}) // after the text was linked
	clock.SetAt(t, "2024-08-01T00:00:00Z")
	for title, steps := range map[string][]string{"In review": {"submitArticle"}, "Archived": {"publishArticle", "archiveArticle"}, "Hidden": {"publishArticle", "unpublishArticle"}} {
		s.Steps(t, s.Article(t, title, variables{"publish": false, "summary": "Lead."}), steps...)
	}
	soon := s.Article(t, "Soon", variables{"publish": false})
	if _, errs := s.Step(t, "publishArticle", soon, "at", "2030-01-01T00:00:00Z"); len(errs) > 0 {
		t.Fatal(errs)
	}
	french := s.Article(t, "Rien", variables{"language": "fr", "translationOf": cleared.ID, "byline": []string{"A", "B"}, "sourceName": "Agency", "sourceUrl": "https://example.org/"})
	s.Update(t, "Article", french, variables{"title": "Rien de sûr", "publish": true})
	contributor := s.Token(t, "CONTRIBUTOR")
	if answer := s.Post(t, `mutation { createArticle(input: {language: "en", title: "Of a contributor"}) { errors { message } } }`, nil, contributor); !strings.Contains(string(answer.Data), `"errors":[]`) {
		t.Fatalf("createArticle = %s", answer.Raw)
	}
	return s
}

// An article that was published long ago is as old as that, unless its line says more.
func TestImportedArticlesAreAsOldAsTheyWere(t *testing.T) {
	t.Parallel()
	const old = `{"type":"article","slug":"old","language":"en","title":"Old","status":"PUBLISHED","publishedAt":"2011-03-04T05:06:07Z"`
	for name, c := range map[string]struct{ line, created, updated string }{
		"nothing but when it was published": {old + `}`, "2011-03-04T05:06:07.000Z", "2011-03-04T05:06:07.000Z"},
		"both times":                        {old + `,"createdAt":"2011-01-01T00:00:00Z","updatedAt":"2012-01-01T00:00:00Z"}`, "2011-01-01T00:00:00.000Z", "2012-01-01T00:00:00.000Z"},
		"when it was changed":               {old + `,"updatedAt":"2012-01-01T00:00:00Z"}`, "2011-03-04T05:06:07.000Z", "2012-01-01T00:00:00.000Z"},
		"times that are not known":          {old + `,"createdAt":null,"updatedAt":null}`, "2011-03-04T05:06:07.000Z", "2011-03-04T05:06:07.000Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, c.line)
			wantCounts(t, d.MustImport(t, c.line), "article", 0, 0, 1, 0)
			if got, want := d.Export(t), `"createdAt":"`+c.created+`","updatedAt":"`+c.updated+`"}`; !strings.Contains(got, want) {
				t.Errorf("export = %s, want %s in it", got, want)
			}
			s := testserver.Start(t, testserver.InDatabase(string(d)))
			s.WantData(t, `{ article(by: {slug: "old"}) { createdAt updatedAt } }`, nil, `{"article":{"createdAt":"`+c.created+`","updatedAt":"`+c.updated+`"}}`)
			if got := string(s.Post(t, `{ article(by: {slug: "old"}) { jsonLd } }`, nil).Data); !strings.Contains(got, `"dateModified":"`+c.updated) {
				t.Errorf("jsonLd = %s, want the date %s", got, c.updated)
			}
		})
	}
}

// Lines that say what cannot be are refused, each at its place.
func TestLinesWithImpossibleStateAreRefused(t *testing.T) {
	t.Parallel()
	const line = `{"type":"article","slug":"a","language":"en","title":"A","body":"Oil and oil",`
	mention := func(members string) string { return line + `"mentions":[{` + members + `}]}` }
	for name, c := range map[string]struct{ line, want string }{
		"a time that has not come":          {line + `"createdAt":"2999-01-01T00:00:00Z"}`, "createdAt: 2999-01-01T00:00:00.000Z is in the future"},
		"a time that is none":               {line + `"updatedAt":"yesterday"}`, "updatedAt: "},
		"a mode that is none":               {line + `"link":"MAYBE"}`, "link: "},
		"a creator who cannot be":           {line + `"createdBy":" "}`, "createdBy: the text is blank"},
		"a mention of nothing":              {mention(`"start":0,"surface":"Oil","status":"CONFIRMED"`), "mentions[0]: a mention names one thing"},
		"a mention of two things":           {mention(`"start":0,"surface":"Oil","status":"CONFIRMED","topic":"oil","country":"IQ"`), "mentions[0]: a mention names one thing"},
		"a mention of what is not there":    {mention(`"start":0,"surface":"Oil","status":"CONFIRMED","topic":"gas"`), `mentions[0].topic: there is no topic "gas"`},
		"a mention without a decision":      {mention(`"start":0,"surface":"Oil","topic":"oil"`), "mentions[0].status: this is missing"},
		"a mention that is only suggested":  {mention(`"start":0,"surface":"Oil","status":"SUGGESTED","topic":"oil"`), "mentions[0].status: "},
		"a mention of other words":          {mention(`"start":0,"surface":"oil","status":"CONFIRMED","topic":"oil"`), "mentions[0].start: «oil» does not stand at 0"},
		"a confirmation without its place":  {mention(`"surface":"oil","status":"CONFIRMED","topic":"oil"`), "mentions[0].start: "},
		"a place that is none":              {mention(`"start":-1,"surface":"oil","status":"REJECTED","topic":"oil"`), "mentions[0].start: "},
		"a method that is none":             {mention(`"start":0,"surface":"Oil","status":"CONFIRMED","topic":"oil","method":"GUESS"`), "mentions[0].method: "},
		"a confidence that is none":         {mention(`"start":0,"surface":"Oil","status":"CONFIRMED","topic":"oil","confidence":2`), "mentions[0].confidence: "},
		"the same twice":                    {mention(`"start":0,"surface":"Oil","status":"CONFIRMED","topic":"oil"},{"start":0,"surface":"Oil","status":"REJECTED","topic":"oil"`), "the same mention is here twice"},
		"two confirmations over each other": {mention(`"start":0,"surface":"Oil and","status":"CONFIRMED","topic":"oil"},{"start":0,"surface":"Oil","status":"CONFIRMED","country":"IQ"`), "is a part of what is confirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := testserver.NewDatabase(t)
			d.MustImport(t, oilLine)
			if r := d.Import(c.line); r.Status != 1 || !strings.Contains(r.Stderr, c.want) {
				t.Errorf("import = %d, %s, want 1 and %s", r.Status, r.Stderr, c.want)
			}
			if rows := d.Rows(t, "SELECT id FROM articles"); len(rows) != 0 {
				t.Error("the article was written")
			}
		})
	}
}
