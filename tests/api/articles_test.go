package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestArticlesAreLookedUpByOneKey(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	english := s.Article(t, "Baghdad", variables{"externalId": "en"})
	french := s.Article(t, "Bagdad", variables{"language": "fr", "slug": "baghdad", "externalId": "fr", "translationOf": english.ID})
	s.Article(t, "بغداد", variables{"language": "ar", "slug": "baghdad", "externalId": "ar", "translationOf": french.ID})
	s.Article(t, "Berlin", variables{"language": "de", "externalId": "de"})
	s.Article(t, "برلين", variables{"language": "ar-IQ", "slug": "berlin", "externalId": "ar-IQ"})
	s.Article(t, "東京", variables{"language": "ja", "slug": "tokyo", "externalId": "ja"})
	s.Article(t, "Tokio", variables{"language": "pl", "slug": "tokyo", "externalId": "pl"})
	topic := s.Create(t, "Topic", variables{"names": testserver.Names("en", "T")})

	for _, c := range []struct{ name, by, language, accept, want string }{
		{"slug and language", `slug: "baghdad"`, "fr", "", "fr"},
		{"the language of the argument, not of the header", `slug: "baghdad"`, "fr", "ar", "fr"},
		{"the argument's case does not matter", `slug: "berlin"`, "AR-iq", "", "ar-IQ"},
		{"slug in a language without it", `slug: "baghdad"`, "de", "en", ""},
		{"a general language is not the special one", `slug: "berlin"`, "ar", "", ""},
		{"slug in the header's language", `slug: "baghdad"`, "", "ar", "ar"},
		{"slug in a more general form of the header's", `slug: "baghdad"`, "", "ar-EG, fr;q=0.3", "ar"},
		{"slug in the second of the header's", `slug: "baghdad"`, "", "de, fr", "fr"},
		{"slug in English where the header's have none", `slug: "baghdad"`, "", "de", "en"},
		{"slug in English where there is no header", `slug: "baghdad"`, "", "", "en"},
		{"slug in any language, the first of them", `slug: "tokyo"`, "", "ar", "ja"},
		{"slug in the header's before any other", `slug: "tokyo"`, "", "pl", "pl"},
		{"no such slug", `slug: "basra"`, "", "", ""},
		{"slugs are exact", `slug: "Baghdad"`, "", "", ""},
		{"externalId alone, whatever the header", `externalId: "fr"`, "", "ar", "fr"},
		{"externalId and language is the translation", `externalId: "fr"`, "ar", "", "ar"},
		{"its own language is itself", `externalId: "fr"`, "fr", "", "fr"},
		{"a language into which it is not translated", `externalId: "fr"`, "de", "", ""},
		{"an article without translations, in another language", `externalId: "de"`, "en", "", ""},
		{"no such externalId", `externalId: "xx"`, "", "", ""},
		{"id alone, whatever the header", `id: "` + english.ID + `"`, "", "ar", "en"},
		{"id and language is the translation", `id: "` + english.ID + `"`, "ar", "", "ar"},
		{"from any of the translations", `id: "` + french.ID + `"`, "en", "", "en"},
		{"an id of another type", `id: "` + topic.ID + `"`, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := `{"article":null}`
			if c.want != "" {
				want = fmt.Sprintf(`{"article":{"externalId":%q}}`, c.want)
			}
			language := ""
			if c.language != "" {
				language = fmt.Sprintf(", language: %q", c.language)
			}
			s.WantData(t, fmt.Sprintf(`{ article(by: {%s}%s) { externalId } }`, c.by, language), nil, want, accept(c.accept))
		})
	}
	for _, by := range []string{`{}`, `{id: "` + english.ID + `", slug: "baghdad"}`, `{slug: null}`} {
		t.Run("exactly one key: "+by, func(t *testing.T) {
			t.Parallel()
			code, message := s.Refused(t, `{ article(by: `+by+`) { id } }`, nil)
			if !strings.Contains(message, "one") && !strings.Contains(message, "null") {
				t.Errorf("by: %s = %s %q, want an error that asks for one key", by, code, message)
			}
		})
	}
	t.Run("exactly one key, in a variable too", func(t *testing.T) {
		t.Parallel()
		for _, by := range []variables{{}, {"slug": nil}, {"slug": "baghdad", "externalId": "x"}, {"id": english.ID, "slug": "baghdad"}} {
			if code, message := s.Refused(t, `query($by: ArticleBy!) { article(by: $by) { id } }`, variables{"by": by}); code != "INVALID" || !strings.Contains(message, "name exactly one") {
				t.Errorf("by: %v = %s %q, want INVALID", by, code, message)
			}
		}
	})
	t.Run("an invalid id is refused", func(t *testing.T) {
		t.Parallel()
		for _, id := range []string{"", "1", "QXJ0aWNsZTox=", "QXJ0aWNsZTowMQ", "QXJ0aWNsZToxeA", "V2FyOjE", "QXJ0aWNsZTow"} {
			if code, message := s.Refused(t, `query($id: ID!) { article(by: {id: $id}) { id } }`, variables{"id": id}); code != "INVALID" || !strings.Contains(message, "send the `id` that this API returned") {
				t.Errorf("id %q = %s %q, want INVALID with advice", id, code, message)
			}
		}
	})
}

func TestWordsAndReadingTimeAreCounted(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	for _, c := range []struct {
		name, language, body string
		words, minutes       int
	}{
		{"nothing", "ar", "", 0, 0},
		{"punctuation is no word", "ar", "، … — !", 0, 0},
		{"a vocalised word is one", "ar", "اِسْتَقْبَلَ الرَّئِيسُ الوَزِيرَ", 3, 1},
		{"138 Arabic words a minute", "ar", strings.Repeat("كلمة ", 138), 138, 1},
		{"rounded up", "ar", strings.Repeat("كلمة ", 139), 139, 2},
		{"every Arabic", "ar-IQ", strings.Repeat("كلمة ", 139), 139, 2},
		{"228 English words a minute", "en", strings.Repeat("word ", 228), 228, 1},
		{"one more", "en", strings.Repeat("word ", 229), 229, 2},
		{"195 French words a minute", "fr", strings.Repeat("mot ", 196), 196, 2},
		{"an apostrophe does not divide", "en", "don't can't", 2, 1},
		{"Chinese by the character", "zh", strings.Repeat("新聞", 128), 256, 2},
		{"255 Chinese characters a minute", "zh", strings.Repeat("新", 255), 255, 1},
		{"markup is not counted", "en", "# One\n\n[two](https://example.org/three) **four** <b title=\"five\">six</b>", 4, 1},
		{"numbers are words", "en", "In 2020, 3.5 %", 3, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			article := s.Article(t, c.name, variables{"language": c.language, "body": c.body})
			want := fmt.Sprintf(`{"article":{"wordCount":%d,"readingMinutes":%d}}`, c.words, c.minutes)
			s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { wordCount readingMinutes } }`, variables{"id": article.ID}, want)
			s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { readingMinutes } }`, variables{"id": article.ID}, fmt.Sprintf(`{"article":{"readingMinutes":%d}}`, c.minutes))
		})
	}
	t.Run("a new body is counted anew", func(t *testing.T) {
		t.Parallel()
		article := s.Article(t, "Counted anew", variables{"body": "one two"})
		s.Update(t, "Article", article, variables{"body": "one", "publish": true})
		s.WantData(t, `query($id: ID!) { article(by: {id: $id}) { wordCount } }`, variables{"id": article.ID}, `{"article":{"wordCount":1}}`)
	})
}

func TestTranslationsFormGroups(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t)
	english := s.Article(t, "One", nil)
	french := s.Article(t, "Un", variables{"language": "fr", "translationOf": english.ID})
	arabic := s.Article(t, "واحد", variables{"language": "ar", "translationOf": french.ID}) // translation of a translation: the same group
	alone := s.Article(t, "Alone", nil)

	check := func(t *testing.T, want map[string]string) {
		t.Helper()
		for id, languages := range want {
			got := testserver.Ask[struct {
				Article struct{ Translations []struct{ Language string } }
			}](t, s, `query($id: ID!) { article(by: {id: $id}) { translations { language } } }`, variables{"id": id})
			list := []string{}
			for _, translation := range got.Article.Translations {
				list = append(list, translation.Language)
			}
			if strings.Join(list, " ") != languages {
				t.Errorf("translations of %s = %v, want %s", id, list, languages)
			}
		}
	}
	t.Run("all others, by language, never itself", func(t *testing.T) {
		check(t, map[string]string{english.ID: "ar fr", french.ID: "ar en", arabic.ID: "en fr", alone.ID: ""})
	})
	t.Run("each of a list has its own", func(t *testing.T) {
		s.WantData(t, `{ articles(orderBy: {field: TITLE}) { nodes { title translations { title translations { language } } } } }`, nil, `{"articles":{"nodes":[
			{"title":"Alone","translations":[]},
			{"title":"One","translations":[{"title":"واحد","translations":[{"language":"en"},{"language":"fr"}]},{"title":"Un","translations":[{"language":"ar"},{"language":"en"}]}]},
			{"title":"Un","translations":[{"title":"واحد","translations":[{"language":"en"},{"language":"fr"}]},{"title":"One","translations":[{"language":"ar"},{"language":"fr"}]}]},
			{"title":"واحد","translations":[{"title":"One","translations":[{"language":"ar"},{"language":"fr"}]},{"title":"Un","translations":[{"language":"ar"},{"language":"en"}]}]}]}}`)
	})
	for _, c := range []struct {
		name  string
		input variables
		at    string
	}{
		{"a second in one language", variables{"language": "fr", "title": "T", "translationOf": english.ID}, "DUPLICATE input.translationOf"},
		{"of what does not exist", variables{"language": "de", "title": "T", "translationOf": "QXJ0aWNsZTo5OTk"}, "NOT_FOUND input.translationOf"},
		{"of what is no article", variables{"language": "de", "title": "T", "translationOf": s.CountryID(t, "IQ")}, "NOT_FOUND input.translationOf"},
	} {
		t.Run("refused: "+c.name, func(t *testing.T) {
			if errs := s.Refuse(t, "create", "Article", variables{"input": c.input}); errs[0].At() != c.at {
				t.Errorf("createArticle(%v) = %+v, want %s", c.input, errs, c.at)
			}
		})
	}
	t.Run("refused: of itself", func(t *testing.T) {
		if errs := s.Refuse(t, "update", "Article", variables{"id": alone.ID, "input": variables{"translationOf": alone.ID}}); errs[0].At() != "INVALID input.translationOf" {
			t.Errorf("translationOf itself = %+v, want INVALID input.translationOf", errs)
		}
	})
	t.Run("refused: into a language that another of them has", func(t *testing.T) {
		if errs := s.Refuse(t, "update", "Article", variables{"id": arabic.ID, "input": variables{"language": "fr"}}); errs[0].At() != "DUPLICATE input.language" {
			t.Errorf("language: fr = %+v, want DUPLICATE input.language", errs)
		}
	})
	t.Run("null leaves the group, even for its first article", func(t *testing.T) {
		s.Update(t, "Article", english, variables{"translationOf": nil, "publish": true})
		check(t, map[string]string{english.ID: "", french.ID: "ar", arabic.ID: "fr"})
		s.Update(t, "Article", english, variables{"translationOf": arabic.ID, "publish": true})
		check(t, map[string]string{english.ID: "ar fr", french.ID: "ar en", arabic.ID: "en fr"})
	})
	t.Run("the others stay when one is deleted", func(t *testing.T) {
		s.Delete(t, "Article", french.ID)
		check(t, map[string]string{english.ID: "ar", arabic.ID: "en"})
	})
}
