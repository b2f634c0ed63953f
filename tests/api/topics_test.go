package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// tagged creates published articles. Each is given by its title and its topics, such as
// "ballots: elections politics".
func tagged(t testing.TB, s *testserver.Server, tree map[string]testserver.Node, articles ...string) {
	t.Helper()
	for _, article := range articles {
		title, topics, _ := strings.Cut(article, ":")
		ids := []string{}
		for _, topic := range strings.Fields(topics) {
			ids = append(ids, tree[topic].ID)
		}
		s.Create(t, "Article", variables{"language": "en", "title": title, "topics": ids, "publish": true})
	}
}

// articlesOfTopic returns a topic's articles with and without those of its descendants. It
// fails the test if totalCount and facets disagree with them.
func articlesOfTopic(t testing.TB, s *testserver.Server, slug string, headers ...header) string {
	t.Helper()
	got := testserver.Ask[struct {
		Topic struct {
			All, Own, Plain struct {
				Nodes      []testserver.Node
				TotalCount int
				Facets     struct{ Languages []struct{ Count int } }
			}
		}
	}](t, s, `query($slug: String!) { topic(by: {slug: $slug}) {
		all: articles(includeDescendants: true) { ...x } own: articles(includeDescendants: false) { ...x } plain: articles { ...x } } }
		fragment x on ArticleConnection { nodes { slug } totalCount facets { languages { count } } }`, variables{"slug": slug}, headers...).Topic
	if testserver.JSON(got.All) != testserver.JSON(got.Plain) {
		t.Errorf("articles of topic %s = %s, want %s as with descendants", slug, testserver.JSON(got.Plain), testserver.JSON(got.All))
	}
	listed := func(nodes []testserver.Node, total int, languages []struct{ Count int }) string {
		counted := 0
		for _, language := range languages {
			counted += language.Count
		}
		if total != len(nodes) || counted != total {
			t.Errorf("topic %s has %d articles, totalCount %d and facets of %d, want equal numbers", slug, len(nodes), total, counted)
		}
		slugs := make([]string, len(nodes))
		for i, node := range nodes {
			slugs[i] = node.Slug
		}
		return strings.Join(slugs, " ")
	}
	return listed(got.All.Nodes, got.All.TotalCount, got.All.Facets.Languages) + " | " + listed(got.Own.Nodes, got.Own.TotalCount, got.Own.Facets.Languages)
}

func TestTopicsFormATree(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	tree := s.TopicTree(t, "politics", "elections/politics", "ballots/elections", "abroad/elections", "sport", "football/sport")
	tagged(t, s, tree, "a: ballots", "b: elections politics", "c: abroad ballots", "d: sport", "e:")

	for _, c := range []struct{ slug, parent, ancestors, children string }{
		{"politics", `null`, ``, `elections`},
		{"elections", `politics`, `politics`, `abroad ballots`},
		{"ballots", `elections`, `politics elections`, ``},
		{"football", `sport`, `sport`, ``},
	} {
		t.Run(c.slug+" knows its parent, its ancestors root first, and its children by name", func(t *testing.T) {
			t.Parallel()
			s.WantData(t, `query($slug: String!) { topic(by: {slug: $slug}) { parent { slug } ancestors { slug } children { slug } } }`, variables{"slug": c.slug},
				fmt.Sprintf(`{"topic":{"parent":%s,"ancestors":%s,"children":%s}}`, slugOrNull(c.parent), slugList(c.ancestors), slugList(c.children)))
		})
	}
	t.Run("in a list each has its own", func(t *testing.T) {
		t.Parallel()
		s.WantData(t, `{ topics(filter: {slug: {in: ["ballots", "football", "sport"]}}) { nodes { slug ancestors { slug children { slug } } children { parent { slug } } } } }`, nil,
			`{"topics":{"nodes":[
			{"slug":"ballots","ancestors":[{"slug":"politics","children":[{"slug":"elections"}]},{"slug":"elections","children":[{"slug":"abroad"},{"slug":"ballots"}]}],"children":[]},
			{"slug":"football","ancestors":[{"slug":"sport","children":[{"slug":"football"}]}],"children":[]},
			{"slug":"sport","ancestors":[],"children":[{"parent":{"slug":"sport"}}]}]}}`)
	})
	for slug, want := range map[string]string{
		"politics":  "c b a | b",
		"elections": "c b a | b",
		"ballots":   "c a | c a",
		"abroad":    "c | c",
		"sport":     "d | d",
		"football":  " | ",
	} {
		t.Run(slug+".articles: with those below, each once; and without", func(t *testing.T) {
			t.Parallel()
			for _, headers := range [][]header{nil, {testserver.AsAdmin, testserver.SeeDrafts}} {
				if got := articlesOfTopic(t, s, slug, headers...); got != want {
					t.Errorf("articles of %s %v = %q, want %q", slug, headers, got, want)
				}
			}
		})
	}
	for _, c := range []struct{ name, filter, want string }{
		{"descendantOf finds the topic itself and all below", `descendantOf: "%s"`, "abroad ballots elections"},
		{"not descendantOf finds all others", `not: {descendantOf: "%s"}`, "football politics sport"},
		{"isRoot finds those without a parent", `isRoot: true, not: {descendantOf: "%s"}`, "politics sport"},
		{"isRoot: false finds the others", `isRoot: false, not: {descendantOf: "%s"}`, "football"},
		{"parent looks one step up", `parent: {parent: {slug: {eq: "politics"}}}, descendantOf: "%s"`, "abroad ballots"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s.WantData(t, fmt.Sprintf(`{ topics(filter: {`+c.filter+`}) { nodes { slug } } }`, tree["elections"].ID), nil,
				fmt.Sprintf(`{"topics":{"nodes":%s}}`, slugList(c.want)))
		})
	}
	t.Run("articles can be filtered by a tree", func(t *testing.T) {
		t.Parallel()
		const query = `query($id: ID!) { some: articles(filter: {topics: {some: {descendantOf: $id}}}) { nodes { slug } }
			every: articles(filter: {topics: {every: {descendantOf: $id}}}) { nodes { slug } } none: articles(filter: {topics: {none: {descendantOf: $id}}}) { nodes { slug } } }`
		s.WantData(t, query, variables{"id": tree["elections"].ID},
			fmt.Sprintf(`{"some":{"nodes":%s},"every":{"nodes":%s},"none":{"nodes":%s}}`, slugList("c b a"), slugList("e c a"), slugList("e d")))
	})
	t.Run("descendantOf wants the id of a topic", func(t *testing.T) {
		t.Parallel()
		code, message := s.Refused(t, `query($id: ID!) { topics(filter: {descendantOf: $id}) { nodes { slug } } }`, variables{"id": s.CountryID(t, "IQ")})
		if code != "INVALID" || message != "the filter asks for a Topic, but the id is of a Country" {
			t.Errorf("descendantOf a country = %s %q, want INVALID", code, message)
		}
	})
}

func TestATopicMovesWithItsArticles(t *testing.T) {
	tier.Long(t)
	t.Parallel()
	s := testserver.Start(t)
	tree := s.TopicTree(t, "world", "politics/world", "elections/politics", "ballots/elections", "economy", "oil/economy")
	tagged(t, s, tree, "a: ballots", "b: elections", "c: politics oil", "d: ballots oil")
	draft := s.Create(t, "Article", variables{"language": "en", "title": "draft", "topics": []string{tree["ballots"].ID}})

	check := func(t *testing.T, want map[string]string) {
		t.Helper()
		for slug, articles := range want {
			if got := articlesOfTopic(t, s, slug); got != articles {
				t.Errorf("articles of %s = %q, want %q", slug, got, articles)
			}
		}
	}
	check(t, map[string]string{"world": "d c b a | ", "politics": "d c b a | c", "elections": "d b a | b", "economy": "d c | "})

	t.Run("the topics below it and their articles move along", func(t *testing.T) {
		s.Update(t, "Topic", tree["elections"], variables{"parent": tree["oil"].ID})
		check(t, map[string]string{
			"world": "c | ", "politics": "c | c", "elections": "d b a | b", "ballots": "d a | d a",
			"oil": "d c b a | d c", "economy": "d c b a | ",
		})
		s.WantData(t, `{ topic(by: {slug: "ballots"}) { ancestors { slug } } }`, nil, fmt.Sprintf(`{"topic":{"ancestors":%s}}`, slugList("economy oil elections")))
	})
	t.Run("a draft published afterwards stands under the new ancestors", func(t *testing.T) {
		s.WantData(t, `mutation($id: ID!) { publishArticle(id: $id) { errors { code } } }`, variables{"id": draft.ID}, `{"publishArticle":{"errors":[]}}`, testserver.AsAdmin)
		check(t, map[string]string{"world": "c | ", "economy": "draft d c b a | ", "ballots": "draft d a | draft d a"})
	})
	t.Run("null makes it a root", func(t *testing.T) {
		s.Update(t, "Topic", tree["elections"], variables{"parent": nil})
		check(t, map[string]string{"economy": "d c | ", "oil": "d c | d c", "elections": "draft d b a | b"})
		s.WantData(t, `{ topics(filter: {isRoot: true}) { nodes { slug } } }`, nil, fmt.Sprintf(`{"topics":{"nodes":%s}}`, slugList("economy elections world")))
	})
	t.Run("and back", func(t *testing.T) {
		s.Update(t, "Topic", tree["elections"], variables{"parent": tree["politics"].ID})
		check(t, map[string]string{"world": "draft d c b a | ", "politics": "draft d c b a | c", "economy": "d c | "})
	})
	t.Run("leaving the parent out leaves it where it is", func(t *testing.T) {
		s.Update(t, "Topic", tree["elections"], variables{"names": testserver.Names("en", "Votes")})
		check(t, map[string]string{"world": "draft d c b a | "})
	})
	for _, c := range []struct{ name, topic, parent, chain string }{
		{"under itself", "elections", "elections", "elections > elections"},
		{"under its child", "elections", "ballots", "elections > ballots > elections"},
		{"under one far below", "world", "ballots", "world > politics > elections > ballots > world"},
	} {
		t.Run("refused "+c.name+", and the message shows the cycle", func(t *testing.T) {
			errs := s.Refuse(t, "update", "Topic", variables{"id": tree[c.topic].ID, "input": variables{"parent": tree[c.parent].ID}})
			if errs[0].At() != "INVALID input.parent" || !strings.Contains(errs[0].Message, c.chain) {
				t.Errorf("%s = %+v, want INVALID input.parent with %q", c.name, errs, c.chain)
			}
			check(t, map[string]string{"world": "draft d c b a | ", "elections": "draft d b a | b"})
		})
	}
	t.Run("a parent that does not exist, or is no topic, is refused", func(t *testing.T) {
		for _, id := range []string{"VG9waWM6OTk5OTk", s.CountryID(t, "IQ")} {
			errs := s.Refuse(t, "update", "Topic", variables{"id": tree["oil"].ID, "input": variables{"parent": id}})
			if errs[0].At() != "NOT_FOUND input.parent" {
				t.Errorf("parent %s = %+v, want NOT_FOUND input.parent", id, errs)
			}
		}
	})
}

// slugList returns a list of objects with these slugs, as JSON.
func slugList(words string) string {
	list := []map[string]string{}
	for _, word := range strings.Fields(words) {
		list = append(list, map[string]string{"slug": word})
	}
	return testserver.JSON(list)
}

func slugOrNull(word string) string {
	if word == "null" {
		return word
	}
	return testserver.JSON(map[string]string{"slug": word})
}
