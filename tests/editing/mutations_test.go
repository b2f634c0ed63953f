package editing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestMutationsNeedAToken(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	n := testserver.StartNewsroom(t)
	all := n.Mutations()
	for name := range n.SchemaMutations(t) {
		if all[name] == "" {
			t.Errorf("the mutation %s is not tested; add it to Newsroom.Mutations", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name+": FORBIDDEN at the top level, and nothing is written", func(t *testing.T) {
			n.Database.Unchanged(t, func() {
				got := n.SendMutation(t, name, 0)
				if len(got.Errors) != 1 || got.Errors[0].Extensions["code"] != "FORBIDDEN" || !strings.Contains(got.Errors[0].Message, "Authorization: Bearer") || string(got.Data) != "null" {
					t.Errorf("%s = %s, want FORBIDDEN with the header to send, and no data", name, got.Raw)
				}
				if got := n.SendMutation(t, name, 0, header{"Authorization", "Bearer nobody"}); got.Status != 401 {
					t.Errorf("%s with a token that is nobody's = %d %s, want 401", name, got.Status, got.Raw)
				}
			})
		})
	}
	t.Run("by GET nothing is written, even with the token", func(t *testing.T) {
		n.Database.Unchanged(t, func() {
			query := `mutation { createTopic(input: {names: [{language: "en", value: "New"}]}) { errors { code } } }`
			if got := n.Get(t, query, testserver.AsAdmin); len(got.Errors) != 1 || len(got.Data) > 0 && string(got.Data) != "null" {
				t.Errorf("a mutation by GET = %d %s, want an error and no data", got.Status, got.Raw)
			}
		})
	})
}

// All errors of an input are reported at once, each with its path, and nothing is written.
func TestErrorsAreReportedAllAtOnce(t *testing.T) {
	t.Parallel()
	n := testserver.StartNewsroom(t)
	gone := "VG9waWM6OTk5OTk" // Topic:99999
	taken := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Taken"), "slug": "taken", "externalId": "taken"})
	n.Create(t, "Official", variables{"names": testserver.Names("en", "Taken"), "externalId": "taken", "wikidataId": "Q1"})
	twice := []string{n.Official.ID, n.Official.ID}

	for _, c := range []struct {
		name, verb, noun string
		vars             variables
		want             []string
	}{
		{"no names", "create", "Topic", variables{"input": variables{"names": testserver.Names()}}, []string{"INVALID input.names"}},
		{"all that is wrong with a topic", "create", "Topic", variables{"input": variables{
			"names": testserver.Names("en", " ", "EN", "ok", "ar", "a\nb"), "slug": "Not A Slug", "externalId": "", "mediaTopic": "sport", "parent": gone,
			"aliases":      []variables{{"text": "a", "language": "en"}, {"text": "a", "language": "en"}, {"text": "\u202e", "language": "en"}},
			"descriptions": testserver.Names("en", "\u200b"),
		}}, []string{
			"INVALID input.names.0.value", "INVALID input.names.1.language", "INVALID input.names.2.value", "INVALID input.aliases.1.text", "INVALID input.aliases.2.text",
			"INVALID input.descriptions.0.value", "INVALID input.mediaTopic", "NOT_FOUND input.parent", "INVALID input.externalId", "INVALID input.slug",
		}},
		{"keys that others have", "create", "Topic", variables{"input": variables{"names": testserver.Names("en", "N"), "slug": "taken", "externalId": "taken"}}, []string{"DUPLICATE input.externalId", "DUPLICATE input.slug"}},
		{"all that is wrong with an official", "create", "Official", variables{"input": variables{
			"names": testserver.Names("en", ""), "wikidataId": "1", "country": n.Topic.ID, "externalId": "taken",
		}}, []string{"INVALID input.names.0.value", "NOT_FOUND input.country", "DUPLICATE input.externalId", "INVALID input.wikidataId"}},
		{"a Wikidata item that another is", "create", "Official", variables{"input": variables{"names": testserver.Names("en", "N"), "wikidataId": "Q1"}}, []string{"DUPLICATE input.wikidataId"}},
		{"all that is wrong with an office", "create", "Office", variables{"input": variables{"titles": testserver.Names("en", "\x00"), "kind": "OTHER", "country": n.Official.ID, "slug": "-"}}, []string{"INVALID input.titles.0.value", "NOT_FOUND input.country", "INVALID input.slug"}},
		{"all that is wrong with a tenure", "create", "Tenure", variables{"input": variables{"official": n.Office.ID, "office": n.Official.ID, "startedOn": "2021", "endedOn": "2020"}}, []string{"NOT_FOUND input.official", "NOT_FOUND input.office", "INVALID input.endedOn"}},
		{"all that is wrong with an article", "create", "Article", variables{"input": variables{
			"language": "en", "title": "", "summary": "\x00", "body": "\u202e", "byline": []string{"ok", " "}, "sourceName": "\n", "externalId": "one", "slug": "A",
			"countries": []string{n.Country, n.Country, gone}, "topics": []string{gone, n.Topic.ID, n.Official.ID}, "officials": twice, "translationOf": gone,
		}}, []string{
			"INVALID input.title", "INVALID input.summary", "INVALID input.body", "INVALID input.byline.1", "INVALID input.sourceName",
			"INVALID input.officials.1", "INVALID input.countries.1", "NOT_FOUND input.countries.2", "NOT_FOUND input.topics.0", "NOT_FOUND input.topics.2",
			"DUPLICATE input.externalId", "INVALID input.slug", "NOT_FOUND input.translationOf",
		}},
		{"officials and appearances at once", "create", "Article", variables{"input": variables{"language": "en", "title": "T", "officials": twice[:1], "appearances": []variables{{"official": n.Official.ID, "role": "SPEAKER"}}}}, []string{"INVALID input.appearances"}},
		{"an official who appears twice", "create", "Article", variables{"input": variables{"language": "en", "title": "T", "appearances": []variables{{"official": n.Official.ID, "role": "SPEAKER"}, {"official": n.Official.ID, "role": "SUBJECT"}}}}, []string{"INVALID input.appearances.1.official"}},
		{"too many tags", "update", "Article", variables{"id": n.Article.ID, "input": variables{"topics": slices.Repeat([]string{n.Topic.ID}, 201)}}, []string{"LIMIT_EXCEEDED input.topics"}},
		{"an update of what does not exist", "update", "Topic", variables{"id": gone, "input": variables{}}, []string{"NOT_FOUND id"}},
		{"an update of another type", "update", "Topic", variables{"id": n.Official.ID, "input": variables{}}, []string{"NOT_FOUND id"}},
		{"a deletion of what does not exist", "delete", "Topic", variables{"id": gone}, []string{"NOT_FOUND id"}},
		{"a deletion of another type", "delete", "Tenure", variables{"id": n.Article.ID}, []string{"NOT_FOUND id"}},
		{"a country without names", "update", "Country", variables{"id": n.Country, "input": variables{"names": testserver.Names()}}, []string{"INVALID input.names"}},
		{"one wrong thing beside ten right ones", "update", "Topic", variables{"id": n.Topic.ID, "input": variables{"names": testserver.Names("en", "New", "fr", "Nouveau"), "aliases": []variables{{"text": "x", "language": "en"}}, "parent": taken.ID, "mediaTopic": "x"}}, []string{"INVALID input.mediaTopic"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.Database.Unchanged(t, func() {
				got := []string{}
				for _, e := range n.Refuse(t, c.verb, c.noun, c.vars) {
					got = append(got, e.At())
					if e.Type != "InputError" || e.Message == "" || strings.ContainsAny(e.Message, "\n") {
						t.Errorf("%+v, want an InputError with a message of one line", e)
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

func TestNodesInUseAreNotDeleted(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	n := testserver.StartNewsroom(t)
	child := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Child"), "parent": n.Topic.ID})
	articles := []testserver.Node{n.Article, n.Second}
	for i := range 6 {
		articles = append(articles, n.Server.Article(t, fmt.Sprint("Draft ", i), variables{"publish": false, "topics": []string{n.Topic.ID}}))
	}
	for _, c := range []struct{ noun, id, message string }{
		{"Topic", n.Topic.ID, "this topic is in use by 7 articles: article, draft-0, draft-1, draft-2, draft-3 and 2 more; 1 topic: child; change or delete them first"},
		{"Official", n.Official.ID, "this official is in use by 1 article: article; 1 tenure: office; change or delete them first"},
		{"Office", n.Office.ID, "this office is in use by 1 tenure: official; change or delete them first"},
	} {
		t.Run(c.noun+": IN_USE, with what uses it", func(t *testing.T) {
			n.Database.Unchanged(t, func() {
				errs := n.Refuse(t, "delete", c.noun, variables{"id": c.id})
				if errs[0].At() != "IN_USE id" || errs[0].Message != c.message {
					t.Errorf("delete%s = %+v, want IN_USE id and %q", c.noun, errs, c.message)
				}
			})
		})
	}
	t.Run("once nothing uses them they go, and leave nothing behind", func(t *testing.T) {
		empty := testserver.NewDatabase(t)
		for _, article := range articles {
			n.Delete(t, "Article", article.ID)
		}
		n.Delete(t, "Tenure", n.Tenure.ID)
		n.Delete(t, "Topic", child.ID)
		n.Delete(t, "Topic", n.Topic.ID)
		n.Delete(t, "Official", n.Official.ID)
		n.Delete(t, "Office", n.Office.ID)
		for table, rows := range empty.State(t) {
			if strings.Contains(table, "_index_") || strings.HasPrefix(table, "search_") { // tables inside SQLite's indexes, and the dictionary, which only grows
				continue
			}
			if got := n.Database.State(t)[table]; table != "changes" && table != "access_tokens" && table != "goose_db_version" && got != rows {
				t.Errorf("%s has %s, want %s as in a new database: %v", table, got, rows, n.Database.Rows(t, "SELECT * FROM "+table))
			}
		}
	})
	t.Run("ids are never used again", func(t *testing.T) {
		if again := n.Create(t, "Topic", variables{"names": testserver.Names("en", "Topic")}); again.ID == n.Topic.ID || again.Slug != n.Topic.Slug {
			t.Errorf("a topic created after a deletion = %+v, want a new id instead of %s, and the free slug", again, n.Topic.ID)
		}
	})
}
