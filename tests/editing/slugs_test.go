package editing

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/tests/testserver"
)

func TestSlugsAreMadeFromTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, language, titles, slugs string }{
		{"the vocalised and the bare spelling meet, and so does tatweel", "ar", "وَزِيرُ الخَارِجِيَّةِ|وزير الخارجية|وزيـــر الخارجيــة", "وزير-الخارجية|وزير-الخارجية-2|وزير-الخارجية-3"},
		{"hamza is spelling, and stays", "ar", "الأمن|الامن", "الأمن|الامن"},
		{"punctuation and spaces become one hyphen", "ar", "«بغداد»:  قمّةٌ، وماذا بعد؟", "بغداد-قمة-وماذا-بعد"},
		{"Latin is lower-cased and folded", "fr", "Élections à Orléans : l’Été de Œdipe", "elections-a-orleans-l-ete-de-oedipe"},
		{"German and Turkish letters too", "en", "Straße nach İzmir & Łódź", "strasse-nach-izmir-lodz"},
		{"scripts may mix", "ar", "قمة G20 في Riyadh", "قمة-g20-في-riyadh"},
		{"Han and kana stay", "zh", "習近平訪問", "習近平訪問"},
		{"invisible characters leave no trace", "fa", "می\u200cخواهم\u200f!|میخواهم", "میخواهم|میخواهم-2"},
		{"a title of symbols only", "en", "!!!|???", "article|article-2"},
		{"decomposed and composed letters meet", "en", "Cafe\u0301|Caf\u00e9", "cafe|cafe-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t)
			var got []string
			for _, title := range strings.Split(c.titles, "|") {
				got = append(got, s.Article(t, title, variables{"language": c.language}).Slug)
			}
			if strings.Join(got, "|") != c.slugs {
				t.Errorf("slugs of %s = %s, want %s", c.titles, strings.Join(got, "|"), c.slugs)
			}
		})
	}

	s := testserver.Start(t)
	t.Run("at most 96 characters, cut between words, numbered within them", func(t *testing.T) {
		title := strings.TrimSpace(strings.Repeat("مفاوضات ", 30))
		first, second := s.Article(t, title, variables{"language": "ar"}), s.Article(t, title, variables{"language": "ar"})
		if want := strings.TrimSuffix(strings.Repeat("مفاوضات-", 12), "-"); first.Slug != want {
			t.Errorf("slug = %s, want %s", first.Slug, want)
		}
		if !strings.HasSuffix(second.Slug, "-مفاوضات-2") || utf8.RuneCountInString(second.Slug) > 96 {
			t.Errorf("second slug = %s, want a number, and at most 96 characters", second.Slug)
		}
	})
	t.Run("unique within a language only", func(t *testing.T) {
		english, french, canadian := s.Article(t, "Paris", nil), s.Article(t, "Paris", variables{"language": "fr"}), s.Article(t, "Paris", variables{"language": "fr-CA"})
		if english.Slug != "paris" || french.Slug != "paris" || canadian.Slug != "paris" {
			t.Errorf("slugs = %s, %s, %s, want paris in each language", english.Slug, french.Slug, canadian.Slug)
		}
		errs := s.Refuse(t, "update", "Article", variables{"id": french.ID, "input": variables{"language": "en"}})
		if errs[0].At() != "DUPLICATE input.language" {
			t.Errorf("a change to a language in which the slug is taken = %+v, want DUPLICATE input.language", errs)
		}
	})
	t.Run("a new title keeps the slug, null makes a new one", func(t *testing.T) {
		article := s.Article(t, "Old title", nil)
		if got := s.Update(t, "Article", article, variables{"title": "New title"}).Slug; got != "old-title" {
			t.Errorf("slug after a new title = %s, want old-title", got)
		}
		if got := s.Update(t, "Article", article, variables{"slug": nil}).Slug; got != "new-title" {
			t.Errorf("slug: null = %s, want new-title", got)
		}
		if got := s.Update(t, "Article", article, variables{"slug": "own-slug"}).Slug; got != "own-slug" {
			t.Errorf("slug: own-slug = %s", got)
		}
	})
	for _, c := range []struct{ name, slug, at, says string }{
		{"a taken slug is refused, not numbered", "taken", "DUPLICATE input.slug", "already has the slug taken"},
		{"capitals", "Baghdad", "INVALID input.slug", `send "baghdad"`},
		{"spaces", "a b", "INVALID input.slug", `send "a-b"`},
		{"diacritics", "وَزير", "INVALID input.slug", `send "وزير"`},
		{"too long", strings.Repeat("a", 97), "INVALID input.slug", "at most 96 characters"},
		{"blank", " ", "INVALID input.slug", "at least one letter or digit"},
		{"a slash", "a/b", "INVALID input.slug", `send "a-b"`},
	} {
		t.Run("given: "+c.name, func(t *testing.T) {
			if c.slug == "taken" {
				s.Article(t, "Taken", nil)
			}
			errs := s.Refuse(t, "create", "Article", variables{"input": variables{"language": "en", "title": "T", "slug": c.slug}})
			if errs[0].At() != c.at || !strings.Contains(errs[0].Message, c.says) {
				t.Errorf("slug %q = %+v, want %s and %q", c.slug, errs, c.at, c.says)
			}
		})
	}
}
