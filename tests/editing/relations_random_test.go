package editing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// version is the content of an article in one of its versions.
type version struct {
	title             string
	officials, topics []string
	group             int // articles of a group are translations of each other
}

// kept is an article as the test expects it: the working version, and the public version
// that readers see; nil if they see none.
type kept struct {
	testserver.Node
	language string
	working  version
	public   *version
}

// editors is a server, and the articles that the test has written to it at random.
type editors struct {
	*testserver.Server
	articles          []*kept
	officials, topics []testserver.Node
	groups            int
}

// After any sequence of edits, publications, withdrawals and deletions, editors see the
// relations that they set, and readers see those of published versions, if both ends are
// published.
func TestPublishingNeverRewritesRelations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		e := &editors{Server: testserver.Start(t)}
		for i := range 3 {
			e.officials = append(e.officials, e.Create(t, "Official", variables{"slug": fmt.Sprint("o", i), "names": testserver.Names("en", fmt.Sprint("O", i))}))
			e.topics = append(e.topics, e.Create(t, "Topic", variables{"slug": fmt.Sprint("t", i), "names": testserver.Names("en", fmt.Sprint("T", i))}))
		}
		for i := range 5 {
			e.add(t, i)
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			e.act(t, rt)
			e.check(t, rt)
		}
	})
}

func (e *editors) add(t *testing.T, i int) {
	e.groups++
	a := &kept{language: []string{"ar", "en", "fr"}[i%3], working: version{title: fmt.Sprint("A", i), group: e.groups}}
	a.Node = e.Create(t, "Article", variables{"language": a.language, "title": a.working.title, "slug": fmt.Sprint("a", i)})
	e.articles = append(e.articles, a)
}

// pickTags returns some of the nodes, in any order.
func pickTags(rt *rapid.T, from []testserver.Node) (ids, slugs []string) {
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(from)-1), 0, len(from), rapid.ID[int]).Draw(rt, "tags") {
		ids, slugs = append(ids, from[i].ID), append(slugs, from[i].Slug)
	}
	return ids, slugs
}

func (e *editors) act(t *testing.T, rt *rapid.T) {
	if len(e.articles) == 0 {
		return
	}
	a := rapid.SampledFrom(e.articles).Draw(rt, "article")
	switch action := rapid.SampledFrom([]string{"tag", "tag", "join", "leave", "publish", "publish", "unpublish", "archive", "discard", "submit", "delete", "official"}).Draw(rt, "action"); action {
	case "tag":
		officials, people := pickTags(rt, e.officials)
		topics, subjects := pickTags(rt, e.topics)
		e.edit(t, a, variables{"officials": orNone(officials), "topics": orNone(topics)}, func(v *version) { v.officials, v.topics = people, subjects })
	case "join":
		other := rapid.SampledFrom(e.articles).Draw(rt, "other")
		e.edit(t, a, variables{"translationOf": other.ID}, func(v *version) { v.group = other.working.group })
	case "leave":
		e.groups++
		e.edit(t, a, variables{"translationOf": nil}, func(v *version) { v.group = e.groups })
	case "delete":
		if rapid.Bool().Draw(rt, "really") {
			e.Delete(t, "Article", a.ID)
			e.articles = slices.DeleteFunc(e.articles, func(one *kept) bool { return one == a })
		}
	case "official": // deleting one that a version uses is refused
		official := rapid.SampledFrom(e.officials).Draw(rt, "official")
		if e.uses(official.Slug) {
			if errs := e.Refuse(t, "delete", "Official", variables{"id": official.ID}); errs[0].Code != "IN_USE" {
				t.Fatalf("deleteOfficial = %+v, want IN_USE", errs)
			}
		}
	default:
		e.lead(t, a, action)
	}
}

// lead takes a step of the workflow, if the state of the article allows it.
func (e *editors) lead(t *testing.T, a *kept, action string) {
	mutation := map[string]string{"publish": "publishArticle", "unpublish": "unpublishArticle", "archive": "archiveArticle", "discard": "discardArticleChanges", "submit": "submitArticle"}[action]
	before := a.public
	if _, errs := e.Step(t, mutation, a.Node); len(errs) > 0 {
		if errs[0].Code != "INVALID" {
			t.Fatalf("%s = %+v", mutation, errs)
		}
		return
	}
	switch action {
	case "publish":
		published := a.working
		a.public = &published
	case "unpublish", "archive":
		a.public = nil
	case "discard":
		if before != nil {
			a.working = *before
		}
	}
}

func orNone(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}

func (e *editors) uses(official string) bool {
	return slices.ContainsFunc(e.articles, func(a *kept) bool {
		return slices.Contains(a.working.officials, official) || a.public != nil && slices.Contains(a.public.officials, official)
	})
}

// edit changes an article. If the server refuses the edit, nothing changes.
func (e *editors) edit(t *testing.T, a *kept, input variables, change func(*version)) {
	node, _, errs := e.Mutate(t, "update", "Article", variables{"id": a.ID, "input": input})
	if node == nil {
		if len(errs) != 1 || errs[0].Code != "DUPLICATE" && errs[0].Code != "INVALID" {
			t.Fatalf("updateArticle(%v) = %+v", input, errs)
		}
		return
	}
	change(&a.working)
}

// check compares the articles and tags that editors and readers see with those expected.
func (e *editors) check(t *testing.T, rt *rapid.T) {
	const query = `{ articles(first: 100, orderBy: {field: CREATED_AT}) { nodes { slug officials { slug } topics { slug } translations { slug } } }
		officials { nodes { slug articles { nodes { slug } } } } topics { nodes { slug articles { nodes { slug } } } } }`
	for _, reader := range []struct {
		name    string
		headers []header
		sees    func(*kept) *version
	}{
		{"editors", []header{testserver.AsAdmin, testserver.SeeDrafts}, func(a *kept) *version { return &a.working }},
		{"readers", nil, func(a *kept) *version { return a.public }},
	} {
		got := testserver.Ask[struct {
			Articles          struct{ Nodes []seenArticle }
			Officials, Topics struct{ Nodes []seenTag }
		}](t, e.Server, query, nil, reader.headers...)
		var lines, want []string
		for _, a := range got.Articles.Nodes {
			lines = append(lines, fmt.Sprint(a.Slug, slugsIn(a.Officials), slugsIn(a.Topics), slugsIn(a.Translations)))
		}
		for _, tag := range slices.Concat(got.Officials.Nodes, got.Topics.Nodes) {
			slugs := slugsIn(tag.Articles.Nodes)
			slices.Sort(slugs)
			lines = append(lines, fmt.Sprint(tag.Slug, slugs))
		}
		of := map[string][]string{}
		for _, tag := range slices.Concat(e.officials, e.topics) {
			of[tag.Slug] = []string{}
		}
		for _, a := range e.articles {
			v := reader.sees(a)
			if v == nil {
				continue
			}
			translations := []string{}
			for _, language := range []string{"ar", "en", "fr"} {
				for _, other := range e.articles {
					if o := reader.sees(other); other != a && other.language == language && o != nil && o.group == v.group {
						translations = append(translations, other.Slug)
					}
				}
			}
			want = append(want, fmt.Sprint(a.Slug, append([]string{}, v.officials...), append([]string{}, v.topics...), translations))
			for _, tag := range slices.Concat(v.officials, v.topics) {
				of[tag] = append(of[tag], a.Slug)
			}
		}
		for tag, slugs := range of {
			slices.Sort(slugs)
			want = append(want, fmt.Sprint(tag, slugs))
		}
		slices.Sort(lines)
		slices.Sort(want)
		if !slices.Equal(lines, want) {
			rt.Fatalf("%s see\n%s\nwant\n%s", reader.name, strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
	}
}

type seenArticle struct {
	Slug                            string
	Officials, Topics, Translations []testserver.Node
}

type seenTag struct {
	Slug     string
	Articles struct{ Nodes []testserver.Node }
}

func slugsIn(nodes []testserver.Node) []string {
	slugs := []string{}
	for _, node := range nodes {
		slugs = append(slugs, node.Slug)
	}
	return slugs
}
