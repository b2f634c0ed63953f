package tests

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
)

// newsroom is a server with one of each noun.
type newsroom struct {
	*server
	country                                          string
	topic, official, office, tenure, article, second made
	reader                                           grant
}

func startNewsroom(t *testing.T, edit ...func(*app.Config)) *newsroom {
	t.Helper()
	n := &newsroom{}
	n.server = start(t, edit...)
	n.country = n.countryID(t, "IQ")
	n.topic = n.create(t, "Topic", variables{"names": names("en", "Topic")})
	n.official = n.create(t, "Official", variables{"names": names("en", "Official")})
	n.office = n.create(t, "Office", variables{"titles": names("en", "Office"), "kind": "MINISTER"})
	n.tenure = n.create(t, "Tenure", variables{"official": n.official.ID, "office": n.office.ID, "startedOn": "2020"})
	n.article = n.server.article(t, "Article", variables{"topics": []string{n.topic.ID}, "officials": []string{n.official.ID}, "externalId": "one", "body": "Official"})
	n.second = n.server.article(t, "Second", variables{"publish": false})
	n.reader = n.grant(t, variables{"name": "reader", "role": "READER"})
	return n
}

// mutations are all mutations, with arguments that are in order.
func (n *newsroom) mutations() map[string]string {
	quoted := func(format string, ids ...any) string { return fmt.Sprintf(format, ids...) }
	return map[string]string{
		"createArticle":          `(input: {language: "en", title: "New"})`,
		"updateArticle":          quoted(`(id: %q, input: {title: "New"} EXPECTED)`, n.article.ID),
		"deleteArticle":          quoted(`(id: %q EXPECTED)`, n.article.ID),
		"publishArticle":         quoted(`(id: %q EXPECTED)`, n.second.ID),
		"unpublishArticle":       quoted(`(id: %q EXPECTED)`, n.article.ID),
		"submitArticle":          quoted(`(id: %q EXPECTED)`, n.second.ID),
		"archiveArticle":         quoted(`(id: %q EXPECTED)`, n.article.ID),
		"discardArticleChanges":  quoted(`(id: %q EXPECTED)`, n.article.ID),
		"restoreArticleRevision": quoted(`(id: %q, revision: 1 EXPECTED)`, n.article.ID),
		"confirmMention":         quoted(`(article: %q, start: 0, end: 8, entity: %q)`, n.article.ID, n.official.ID),
		"rejectMention":          quoted(`(article: %q, start: 0, end: 8, entity: %q)`, n.article.ID, n.official.ID),
		"upsertArticles":         `(inputs: [{externalId: "new", language: "en", title: "New"}])`,
		"updateCountry":          quoted(`(id: %q, input: {names: [{language: "en", value: "New"}]} EXPECTED)`, n.country),
		"createTopic":            `(input: {names: [{language: "en", value: "New"}]})`,
		"updateTopic":            quoted(`(id: %q, input: {names: [{language: "en", value: "New"}]} EXPECTED)`, n.topic.ID),
		"deleteTopic":            quoted(`(id: %q EXPECTED)`, n.topic.ID),
		"createOfficial":         `(input: {names: [{language: "en", value: "New"}]})`,
		"updateOfficial":         quoted(`(id: %q, input: {names: [{language: "en", value: "New"}]} EXPECTED)`, n.official.ID),
		"deleteOfficial":         quoted(`(id: %q EXPECTED)`, n.official.ID),
		"createOffice":           `(input: {titles: [{language: "en", value: "New"}], kind: OTHER})`,
		"updateOffice":           quoted(`(id: %q, input: {titles: [{language: "en", value: "New"}]} EXPECTED)`, n.office.ID),
		"deleteOffice":           quoted(`(id: %q EXPECTED)`, n.office.ID),
		"createTenure":           quoted(`(input: {official: %q, office: %q, endedOn: "2019"})`, n.official.ID, n.office.ID),
		"updateTenure":           quoted(`(id: %q, input: {startedOn: "2021"})`, n.tenure.ID),
		"deleteTenure":           quoted(`(id: %q)`, n.tenure.ID),
		"createPreviewLink":      quoted(`(article: %q)`, n.article.ID),
		"createAccessToken":      `(input: {name: "new", role: EDITOR})`,
		"revokeAccessToken":      quoted(`(id: %q)`, n.reader.AccessToken.ID),
	}
}

// send sends one of the mutations, with an expectedVersion where it takes one.
func (n *newsroom) send(t testing.TB, mutation string, expectedVersion int, headers ...header) answer {
	t.Helper()
	expected := ""
	if expectedVersion > 0 {
		expected = fmt.Sprint(", expectedVersion: ", expectedVersion)
	}
	selection := `{ errors { __typename code message path ... on ConflictError { currentVersion } } }`
	if mutation == "upsertArticles" {
		selection = `{ created results { errors { code } } }`
	}
	query := "mutation { " + mutation + strings.ReplaceAll(n.mutations()[mutation], " EXPECTED", expected) + selection + " }"
	return n.post(t, query, nil, headers...)
}

// schemaMutations answers the mutations that the schema has, with their arguments.
func (n *newsroom) schemaMutations(t testing.TB) map[string][]string {
	t.Helper()
	schema := ask[struct {
		Schema struct {
			MutationType struct {
				Fields []struct {
					Name string
					Args []struct{ Name string }
				}
			}
		} `json:"__schema"`
	}](t, n.server, `{ __schema { mutationType { fields { name args { name } } } } }`, nil)
	fields := map[string][]string{}
	for _, field := range schema.Schema.MutationType.Fields {
		for _, argument := range field.Args {
			fields[field.Name] = append(fields[field.Name], argument.Name)
		}
	}
	return fields
}

func TestMutationsNeedTheToken(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	all := n.mutations()
	for name := range n.schemaMutations(t) {
		if all[name] == "" {
			t.Errorf("the mutation %s is not tested; add it to mutations()", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name+": FORBIDDEN at the top level, and nothing is written", func(t *testing.T) {
			n.database.unchanged(t, func() {
				got := n.send(t, name, 0)
				if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "FORBIDDEN" || !strings.Contains(got.Errors[0].Message, "Authorization: Bearer") || string(got.Data) != "null" {
					t.Errorf("%s = %s, want FORBIDDEN, what to send, and no data", name, got.Raw)
				}
				if got := n.send(t, name, 0, header{"Authorization", "Bearer nobody"}); got.Status != 401 {
					t.Errorf("%s with a token that is nobody's = %d %s, want 401", name, got.Status, got.Raw)
				}
			})
		})
	}
	t.Run("by GET nothing is written, even with the token", func(t *testing.T) {
		n.database.unchanged(t, func() {
			query := `mutation { createTopic(input: {names: [{language: "en", value: "New"}]}) { errors { code } } }`
			if got := n.get(t, query, asAdmin); len(got.Errors) != 1 || len(got.Data) > 0 && string(got.Data) != "null" {
				t.Errorf("a mutation by GET = %d %s, want an error and no data", got.Status, got.Raw)
			}
		})
	})
}

// What is wrong is answered all at once, each with its place, and nothing is
// written. The helper refuse sees to it that the entity is null.
func TestErrorsInPayloads(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	gone := "VG9waWM6OTk5OTk" // Topic:99999
	taken := n.create(t, "Topic", variables{"names": names("en", "Taken"), "slug": "taken", "externalId": "taken"})
	n.create(t, "Official", variables{"names": names("en", "Taken"), "externalId": "taken", "wikidataId": "Q1"})
	twice := []string{n.official.ID, n.official.ID}

	for _, c := range []struct {
		name, verb, noun string
		vars             variables
		want             []string
	}{
		{"no names", "create", "Topic", variables{"input": variables{"names": names()}}, []string{"INVALID input.names"}},
		{"all that is wrong with a topic", "create", "Topic", variables{"input": variables{
			"names": names("en", " ", "EN", "ok", "ar", "a\nb"), "slug": "Not A Slug", "externalId": "", "mediaTopic": "sport", "parent": gone,
			"aliases":      []variables{{"text": "a", "language": "en"}, {"text": "a", "language": "en"}, {"text": "\u202e", "language": "en"}},
			"descriptions": names("en", "\u200b"),
		}}, []string{
			"INVALID input.names.0.value", "INVALID input.names.1.language", "INVALID input.names.2.value", "INVALID input.aliases.1.text", "INVALID input.aliases.2.text",
			"INVALID input.descriptions.0.value", "INVALID input.mediaTopic", "NOT_FOUND input.parent", "INVALID input.externalId", "INVALID input.slug",
		}},
		{"keys that others have", "create", "Topic", variables{"input": variables{"names": names("en", "N"), "slug": "taken", "externalId": "taken"}}, []string{"DUPLICATE input.externalId", "DUPLICATE input.slug"}},
		{"all that is wrong with an official", "create", "Official", variables{"input": variables{
			"names": names("en", ""), "wikidataId": "1", "country": n.topic.ID, "externalId": "taken",
		}}, []string{"INVALID input.names.0.value", "NOT_FOUND input.country", "DUPLICATE input.externalId", "INVALID input.wikidataId"}},
		{"a Wikidata item that another is", "create", "Official", variables{"input": variables{"names": names("en", "N"), "wikidataId": "Q1"}}, []string{"DUPLICATE input.wikidataId"}},
		{"all that is wrong with an office", "create", "Office", variables{"input": variables{"titles": names("en", "\x00"), "kind": "OTHER", "country": n.official.ID, "slug": "-"}}, []string{"INVALID input.titles.0.value", "NOT_FOUND input.country", "INVALID input.slug"}},
		{"all that is wrong with a tenure", "create", "Tenure", variables{"input": variables{"official": n.office.ID, "office": n.official.ID, "startedOn": "2021", "endedOn": "2020"}}, []string{"NOT_FOUND input.official", "NOT_FOUND input.office", "INVALID input.endedOn"}},
		{"all that is wrong with an article", "create", "Article", variables{"input": variables{
			"language": "en", "title": "", "summary": "\x00", "body": "\u202e", "byline": []string{"ok", " "}, "sourceName": "\n", "externalId": "one", "slug": "A",
			"countries": []string{n.country, n.country, gone}, "topics": []string{gone, n.topic.ID, n.official.ID}, "officials": twice, "translationOf": gone,
		}}, []string{
			"INVALID input.title", "INVALID input.summary", "INVALID input.body", "INVALID input.byline.1", "INVALID input.sourceName",
			"INVALID input.officials.1", "INVALID input.countries.1", "NOT_FOUND input.countries.2", "NOT_FOUND input.topics.0", "NOT_FOUND input.topics.2",
			"DUPLICATE input.externalId", "INVALID input.slug", "NOT_FOUND input.translationOf",
		}},
		{"officials and appearances at once", "create", "Article", variables{"input": variables{"language": "en", "title": "T", "officials": twice[:1], "appearances": []variables{{"official": n.official.ID, "role": "SPEAKER"}}}}, []string{"INVALID input.appearances"}},
		{"an official who appears twice", "create", "Article", variables{"input": variables{"language": "en", "title": "T", "appearances": []variables{{"official": n.official.ID, "role": "SPEAKER"}, {"official": n.official.ID, "role": "SUBJECT"}}}}, []string{"INVALID input.appearances.1.official"}},
		{"too many tags", "update", "Article", variables{"id": n.article.ID, "input": variables{"topics": slices.Repeat([]string{n.topic.ID}, 201)}}, []string{"LIMIT_EXCEEDED input.topics"}},
		{"an update of what does not exist", "update", "Topic", variables{"id": gone, "input": variables{}}, []string{"NOT_FOUND id"}},
		{"an update of another type", "update", "Topic", variables{"id": n.official.ID, "input": variables{}}, []string{"NOT_FOUND id"}},
		{"a deletion of what does not exist", "delete", "Topic", variables{"id": gone}, []string{"NOT_FOUND id"}},
		{"a deletion of another type", "delete", "Tenure", variables{"id": n.article.ID}, []string{"NOT_FOUND id"}},
		{"a country without names", "update", "Country", variables{"id": n.country, "input": variables{"names": names()}}, []string{"INVALID input.names"}},
		{"one wrong thing beside ten right ones", "update", "Topic", variables{"id": n.topic.ID, "input": variables{"names": names("en", "New", "fr", "Nouveau"), "aliases": []variables{{"text": "x", "language": "en"}}, "parent": taken.ID, "mediaTopic": "x"}}, []string{"INVALID input.mediaTopic"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.database.unchanged(t, func() {
				got := []string{}
				for _, e := range n.refuse(t, c.verb, c.noun, c.vars) {
					got = append(got, e.at())
					if e.Type != "InputError" || e.Message == "" || strings.ContainsAny(e.Message, "\n") {
						t.Errorf("%+v, want an InputError with one line that says what to do", e)
					}
				}
				slices.Sort(got)
				if want := slices.Sorted(slices.Values(c.want)); !slices.Equal(got, want) {
					t.Errorf("errors = %q\nwant %q", got, want)
				}
			})
		})
	}
}

func TestDeletingWhatIsInUse(t *testing.T) {
	t.Parallel()
	n := startNewsroom(t)
	child := n.create(t, "Topic", variables{"names": names("en", "Child"), "parent": n.topic.ID})
	articles := []made{n.article, n.second}
	for i := range 6 {
		articles = append(articles, n.server.article(t, fmt.Sprint("Draft ", i), variables{"publish": false, "topics": []string{n.topic.ID}}))
	}
	for _, c := range []struct{ noun, id, message string }{
		{"Topic", n.topic.ID, "this topic is in use by 7 articles: article, draft-0, draft-1, draft-2, draft-3 and 2 more; 1 topic: child; change or delete them first"},
		{"Official", n.official.ID, "this official is in use by 1 article: article; 1 tenure: office; change or delete them first"},
		{"Office", n.office.ID, "this office is in use by 1 tenure: official; change or delete them first"},
	} {
		t.Run(c.noun+": IN_USE, with what uses it", func(t *testing.T) {
			n.database.unchanged(t, func() {
				errs := n.refuse(t, "delete", c.noun, variables{"id": c.id})
				if errs[0].at() != "IN_USE id" || errs[0].Message != c.message {
					t.Errorf("delete%s = %+v, want IN_USE id and %q", c.noun, errs, c.message)
				}
			})
		})
	}
	t.Run("once nothing uses them they go, and leave nothing behind", func(t *testing.T) {
		empty := newDatabase(t)
		for _, article := range articles {
			n.delete(t, "Article", article.ID)
		}
		n.delete(t, "Tenure", n.tenure.ID)
		n.delete(t, "Topic", child.ID)
		n.delete(t, "Topic", n.topic.ID)
		n.delete(t, "Official", n.official.ID)
		n.delete(t, "Office", n.office.ID)
		for table, rows := range empty.state(t) {
			if strings.Contains(table, "_index_") || strings.HasPrefix(table, "search_") { // how SQLite keeps an index, and the words that were ever used
				continue
			}
			if got := n.database.state(t)[table]; table != "changes" && table != "access_tokens" && table != "goose_db_version" && got != rows {
				t.Errorf("%s has %s, in a new database %s: %v", table, got, rows, n.database.rows(t, "SELECT * FROM "+table))
			}
		}
	})
	t.Run("ids are never used again", func(t *testing.T) {
		if again := n.create(t, "Topic", variables{"names": names("en", "Topic")}); again.ID == n.topic.ID || again.Slug != n.topic.Slug {
			t.Errorf("a topic after a deletion = %+v, want another id than %s and the free slug", again, n.topic.ID)
		}
	})
}
