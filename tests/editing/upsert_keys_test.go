package editing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// Within one mutation, a key that one input gives up is free for those after it, and one
// that an input takes is taken; of an input that fails, neither.
func TestKeysChangeHandsWithinAMutation(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	topic := func(key, slug string) variables {
		return variables{"externalId": key, "slug": slug, "names": names("Name")}
	}
	wrote(t, upsertNodes(t, s, "Topic", "", topic("a", "first"), topic("b", "second")), 2, 0, 0)
	for _, c := range []struct {
		name   string
		inputs []variables
		want   []string
		stored string // slugs, each with that of the parent
	}{
		{"given up and taken", []variables{topic("a", "third"), topic("c", "first"), {"slug": "below", "names": names("Below"), "parent": variables{"slug": "first"}}}, []string{}, "below<first third second"},
		{"taken and not given up", []variables{topic("d", "second")}, []string{"0: DUPLICATE inputs.0.slug"}, ""},
		{"taken before it is given up", []variables{topic("b", "third"), topic("a", "fourth")}, []string{"0: DUPLICATE inputs.0.slug"}, "fourth"},
		{"taken by what fails", []variables{{"externalId": "e", "slug": "fifth", "names": []variables{}}, topic("f", "fifth"), topic("g", "fifth")}, []string{"0: INVALID inputs.0.names", "2: DUPLICATE inputs.2.slug"}, "fifth"},
		{"given up by what fails", []variables{{"externalId": "f", "slug": "sixth", "mediaTopic": "sport"}, topic("h", "fifth")}, []string{"0: INVALID inputs.0.mediaTopic", "1: DUPLICATE inputs.1.slug"}, ""},
		{"the key of another system, given up and taken", []variables{{"slug": "fifth", "externalId": nil}, topic("f", "seventh")}, []string{}, "seventh"},
		{"composed and not", []variables{topic("\u0622", "eighth"), {"slug": "ninth", "names": names("Name"), "parent": variables{"externalId": "\u0627\u0653"}}}, []string{}, "ninth<eighth"},
	} {
		got := upsertNodes(t, s, "Topic", ", onError: REJECT_FAILED", c.inputs...)
		if !slices.Equal(got.at(), c.want) || got.Created+got.Updated != len(c.inputs)-got.Failed {
			t.Errorf("%s: upsertTopics = %+v, want the errors %q and the others written", c.name, got, c.want)
		}
		stored := testserver.Ask[struct {
			Topics struct {
				Nodes []struct {
					Slug   string
					Parent *testserver.Node
				}
			}
		}](t, s, `{ topics(first: 100) { nodes { slug parent { slug } } } }`, nil).Topics.Nodes
		var slugs []string
		for _, topic := range stored {
			if topic.Parent != nil {
				topic.Slug += "<" + topic.Parent.Slug
			}
			slugs = append(slugs, topic.Slug)
		}
		for _, want := range strings.Fields(c.stored) {
			if !slices.Contains(slugs, want) {
				t.Errorf("%s: topics = %q, want %s among them", c.name, slugs, want)
			}
		}
	}
}

// A key that several topics may have names the one that was created first, also where that one
// gets it in the same mutation: the mutation can be repeated.
func TestOfTopicsWithOneKeyTheOldestIsMeant(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	wrote(t, upsertNodes(t, s, "Topic", "", variables{"externalId": "old", "names": names("Old")}, variables{"externalId": "new", "names": names("New"), "mediaTopic": "medtop:20000001"}), 2, 0, 0)
	inputs := []variables{
		{"externalId": "old", "mediaTopic": "medtop:20000001"},
		{"externalId": "below", "names": names("Below"), "parent": variables{"mediaTopic": "medtop:20000001"}},
	}
	wrote(t, upsertNodes(t, s, "Topic", "", inputs...), 1, 1, 0)
	wrote(t, upsertNodes(t, s, "Topic", "", inputs...), 0, 0, 2)
}

// A feed that sends times again leaves what editors are working on, and a time that differs
// changes the time and nothing else.
func TestTimesOfUpsertedArticles(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	row := func(more variables) variables {
		return entry("wire:1", "Story", variables{"publish": true, "publishedAt": "2011-03-04T05:06:07Z"}, more)
	}
	const times = `{ article(by: {externalId: "wire:1"}) { title status publishedAt createdAt updatedAt version } }`
	is := func(what, title, published, created, updated string, version int) {
		t.Helper()
		day := func(date string) string { return date + "T05:06:07.000Z" }
		s.WantData(t, times, nil, fmt.Sprintf(`{"article":{"title":%q,"status":"PUBLISHED","publishedAt":%q,"createdAt":%q,"updatedAt":%q,"version":%d}}`, title, day(published), day(created), day(updated), version))
		if t.Failed() {
			t.Fatal(what)
		}
	}
	wrote(t, upsertNodes(t, s, "Article", "", row(nil)), 1, 0, 0)
	is("an article is as old as its publication", "Story", "2011-03-04", "2011-03-04", "2011-03-04", 1)
	wrote(t, upsertNodes(t, s, "Article", "", row(variables{"createdAt": nil, "updatedAt": nil})), 0, 0, 1)
	wrote(t, upsertNodes(t, s, "Article", "", row(variables{"publishedAt": "2011-03-05T05:06:07Z", "createdAt": "2011-03-01T05:06:07Z", "updatedAt": "2011-03-06T05:06:07Z"})), 0, 1, 0)
	is("other times", "Story", "2011-03-05", "2011-03-01", "2011-03-06", 2)
	wrote(t, upsertNodes(t, s, "Article", "", row(variables{"publishedAt": "2011-03-05T05:06:07Z", "title": "Mended", "updatedAt": "2011-03-07T05:06:07Z"})), 0, 1, 0)
	is("a change with its time", "Mended", "2011-03-05", "2011-03-01", "2011-03-07", 3)
	s.Post(t, `mutation($id: ID!) { updateArticle(id: $id, input: {summary: "An editor at work."}) { article { id } } }`,
		variables{"id": testserver.Ask[struct{ Article testserver.Node }](t, s, `{ article(by: {externalId: "wire:1"}) { id } }`, nil).Article.ID}, testserver.AsAdmin)
	s.Database.Unchanged(t, func() {
		wrote(t, upsertNodes(t, s, "Article", "", row(variables{"title": "Mended", "publishedAt": "2011-03-05T05:06:07Z", "updatedAt": "2011-03-07T05:06:07Z"})), 0, 0, 1)
		if got := upsertNodes(t, s, "Article", "", row(variables{"title": "Mended again"})); !slices.Equal(got.at(), []string{"0: INVALID inputs.0.publish"}) {
			t.Errorf("upsertArticles of what an editor is working on = %+v, want INVALID", got)
		}
	})
	// A draft that readers once saw.
	hidden := entry("wire:2", "Hidden", variables{"publishedAt": "2011-03-04T05:06:07Z"})
	wrote(t, upsertNodes(t, s, "Article", "", hidden), 1, 0, 0)
	const draft = `{ article(by: {externalId: "wire:2"}) { status publishedAt } }`
	s.WantData(t, draft, nil, `{"article":{"status":"DRAFT","publishedAt":"2011-03-04T05:06:07.000Z"}}`, testserver.AsAdmin, testserver.SeeDrafts)
	s.WantData(t, draft, nil, `{"article":null}`)
	hidden["publishedAt"] = nil
	wrote(t, upsertNodes(t, s, "Article", "", hidden), 0, 1, 0)
	s.WantData(t, draft, nil, `{"article":{"status":"DRAFT","publishedAt":null}}`, testserver.AsAdmin, testserver.SeeDrafts)
}
