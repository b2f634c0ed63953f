package api

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestRelatedArticlesShareTags(t *testing.T) {
	t.Parallel()
	var clock testserver.Clock
	s := testserver.Start(t, clock.Drive)
	day := func(n int) { clock.Set(testserver.Moment.Add(time.Duration(n) * 24 * time.Hour)) }
	officials, topics := []string{s.Official(t, "o0"), s.Official(t, "o1")}, []string{}
	tree := s.TopicTree(t, "t0", "t1")
	topics = append(topics, tree["t0"].ID, tree["t1"].ID)
	countries := []string{s.CountryID(t, "IQ"), s.CountryID(t, "FR")}
	tags := func(o, top, c int) variables {
		return variables{"officials": officials[:o], "topics": topics[:top], "countries": countries[:c]}
	}
	with := func(in variables, more variables) variables { maps.Copy(in, more); return in }

	day(0)
	base := s.Article(t, "base", tags(2, 2, 2))
	day(400) // too late to count as near in time
	for _, a := range []struct {
		title   string
		o, t, c int
	}{{"country", 0, 0, 1}, {"topic", 0, 1, 0}, {"official", 1, 0, 0}, {"two countries", 0, 0, 2}, {"all", 2, 2, 2}, {"official and country", 1, 0, 1}, {"nothing", 0, 0, 0}} {
		s.Article(t, a.title, tags(a.o, a.t, a.c))
	}
	related := func(t *testing.T, id, arguments string) string {
		t.Helper()
		got := testserver.Ask[struct {
			Article struct{ Related []struct{ Title string } }
		}](t, s, `query($id: ID!) { article(by: {id: $id}) { related`+arguments+` { title } } }`, variables{"id": id})
		titles := []string{}
		for _, one := range got.Article.Related {
			titles = append(titles, one.Title)
		}
		return strings.Join(titles, ", ")
	}

	t.Run("an official counts three, a topic two, a country one; of equals the latest written", func(t *testing.T) {
		if got, want := related(t, base.ID, "(first: 20)"), "all, official and country, official, two countries, topic, country"; got != want {
			t.Errorf("related = %s, want %s", got, want)
		}
	})
	t.Run("five, when first is left out or null", func(t *testing.T) {
		for _, arguments := range []string{"", "(first: null)", "(first: 5)"} {
			if got, want := related(t, base.ID, arguments), "all, official and country, official, two countries, topic"; got != want {
				t.Errorf("related%s = %s, want %s", arguments, got, want)
			}
		}
		if got := related(t, base.ID, "(first: 1)"); got != "all" {
			t.Errorf("related(first: 1) = %s, want all", got)
		}
	})
	t.Run("a topic above or below is none in common", func(t *testing.T) {
		above := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Above")})
		below := s.Create(t, "Topic", variables{"names": testserver.Names("en", "Below"), "parent": above.ID})
		general := s.Article(t, "on the general topic", variables{"topics": []string{above.ID}})
		special := s.Article(t, "on the special topic", variables{"topics": []string{below.ID}})
		for _, article := range []testserver.Node{general, special} {
			if got := related(t, article.ID, ""); got != "" {
				t.Errorf("related of %s = %s, want none", article.Slug, got)
			}
		}
	})
	t.Run("first is 0 to 20", func(t *testing.T) {
		if got := related(t, base.ID, "(first: 0)"); got != "" {
			t.Errorf("related(first: 0) = %s, want none", got)
		}
		for _, first := range []int{-1, 21} {
			if code, message := s.Refused(t, `query($first: Int) { articles { nodes { related(first: $first) { id } } } }`, variables{"first": first}); code != "INVALID" && code != "LIMIT_EXCEEDED" || !strings.Contains(message, "20") {
				t.Errorf("related(first: %d) = %s %q, want an error that names 20", first, code, message)
			}
		}
	})
	t.Run("each of a list has its own, with what is below it", func(t *testing.T) {
		s.WantData(t, `{ articles(filter: {title: {in: ["country", "nothing"]}}, orderBy: {field: TITLE}) { nodes { title related(first: 1) { title officials { slug } countries { code } } } } }`, nil,
			`{"articles":{"nodes":[{"title":"country","related":[{"title":"official and country","officials":[{"slug":"o0"}],"countries":[{"code":"IQ"}]}]},{"title":"nothing","related":[]}]}}`)
	})
	t.Run("the nearer in time, up to a point, before or after", func(t *testing.T) {
		day(-10)
		s.Article(t, "ten days before", tags(0, 0, 1))
		day(5)
		s.Article(t, "five days after", tags(0, 0, 1))
		day(364)
		s.Article(t, "official, nearly a year after", tags(1, 0, 0))
		want := "all, official and country, official, nearly a year after, official, two countries, topic, five days after, ten days before, country"
		if got := related(t, base.ID, "(first: 20)"); got != want {
			t.Errorf("related = %s, want %s", got, want)
		}
	})
	t.Run("translations: one is answered, in this language where there is one; its own never", func(t *testing.T) {
		day(400)
		s.Article(t, "base in French", with(tags(2, 2, 2), variables{"language": "fr", "translationOf": base.ID}))
		german := s.Article(t, "in German", with(tags(2, 2, 0), variables{"language": "de"}))
		s.Article(t, "in English", with(tags(2, 1, 0), variables{"translationOf": german.ID}))
		s.Article(t, "in French", with(tags(2, 2, 1), variables{"language": "fr", "translationOf": german.ID}))
		japanese := s.Article(t, "in Japanese", with(tags(2, 0, 0), variables{"language": "ja"}))
		s.Article(t, "in Korean", with(tags(2, 0, 1), variables{"language": "ko", "translationOf": japanese.ID}))
		if got, want := related(t, base.ID, "(first: 4)"), "all, in English, in Korean, official and country"; got != want {
			t.Errorf("related = %s, want %s", got, want)
		}
	})
}
