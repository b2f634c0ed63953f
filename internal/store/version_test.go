package store_test

import (
	"fmt"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// Each view shows its version of a published article, of one that is being reworked, and
// of a draft, however the caller asks for them.
func TestVersionsThatViewsSee(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	preview := readers()
	preview.Preview = reworked
	only := preview
	only.PreviewOnly = true
	for _, c := range []struct {
		name                       string
		view                       store.View
		published, reworked, draft string // "" where it is not found
		listed                     int
	}{
		{"readers", readers(), "The match", "As readers see it", "", 6},
		{"editors", editors(), "The match", "As editors see it", "A draft", 8},
		{"a preview beside what readers see", preview, "The match", "As editors see it", "", 6},
		{"a preview of one article", only, "", "As editors see it", "", 0},
	} {
		for key, want := range map[int64]string{match: c.published, reworked: c.reworked, draft: c.draft} {
			node := loaded(t, s, c.view, nil, id(model.NodeArticle, key))[0]
			a, err := s.Article(t.Context(), c.view, model.ArticleBy{ID: of(id(model.NodeArticle, key))}, nil, nil)
			if want == "" {
				wantCode(t, fmt.Sprint("article ", key, " to ", c.name), err, model.ErrorCodeNotFound)
				if node != nil {
					t.Errorf("%s: article %d is a node", c.name, key)
				}
				continue
			}
			if err != nil || a.Title != want || node == nil || node.(*model.Article).Title != want {
				t.Errorf("%s: article %d = %+v, %v, want %s", c.name, key, a, err, want)
			}
		}
		if got := articleSlugs(t, s, c.view, model.Query{}); len(got) != c.listed {
			t.Errorf("%s: %d articles are listed, want %d", c.name, len(got), c.listed)
		}
	}
	bySlug := func(view store.View, slug string) error {
		_, err := s.Article(t.Context(), view, model.ArticleBy{Slug: &slug}, nil, nil)
		return err
	}
	wantCode(t, "readers, by the slug of a working copy", bySlug(readers(), "reworked-copy"), model.ErrorCodeNotFound)
	wantCode(t, "editors, by the slug that readers see", bySlug(editors(), "reworked"), model.ErrorCodeNotFound)
	wantCode(t, "editors, by the slug of a working copy", bySlug(editors(), "reworked-copy"), "")
	wantCode(t, "a preview, by the slug of its working copy", bySlug(only, "reworked-copy"), "")
}

func TestArticleByItsKeys(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	arabic := store.View{Languages: []model.Language{"ar-IQ"}}
	for _, c := range []struct {
		rule     string
		view     store.View
		by       model.ArticleBy
		language *model.Language
		want     string // a code, where it is not found
	}{
		{"a slug in the language of the request", arabic, model.ArticleBy{Slug: of("budget")}, nil, "ar:budget"},
		{"or in English", readers(), model.ArticleBy{Slug: of("budget")}, nil, "en:budget"},
		{"or in any other", readers(), model.ArticleBy{Slug: of("vote")}, nil, "en:vote"},
		{"a slug in the language asked for", readers(), model.ArticleBy{Slug: of("budget")}, of[model.Language]("ar"), "ar:budget"},
		{"and in no other", readers(), model.ArticleBy{Slug: of("vote")}, of[model.Language]("ar"), "NOT_FOUND"},
		{"an external id", readers(), model.ArticleBy{ExternalID: of("a:1")}, nil, "ar:budget"},
		{"the translation of what has an external id", readers(), model.ArticleBy{ExternalID: of("a:1")}, of[model.Language]("en"), "en:budget"},
		{"the translation of an id", readers(), model.ArticleBy{ID: of(id(model.NodeArticle, budgetEn))}, of[model.Language]("ar"), "ar:budget"},
		{"no such translation", readers(), model.ArticleBy{ID: of(id(model.NodeArticle, vote))}, of[model.Language]("ar"), "NOT_FOUND"},
		{"an id of another type", readers(), model.ArticleBy{ID: of(id(model.NodeTopic, vote))}, nil, "NOT_FOUND"},
		{"no key", readers(), model.ArticleBy{}, nil, "INVALID"},
	} {
		a, err := s.Article(t.Context(), c.view, c.by, c.language, nil)
		got := string(model.CodeOf(err))
		if err == nil {
			got = slugOf(a)
		}
		if got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.rule, got, err, c.want)
		}
	}
}

func TestNodesByTheirKeys(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	ctx, view := t.Context(), readers()
	official := func(by model.OfficialBy) (any, error) { return s.Official(ctx, view, by, nil) }
	country := func(by model.CountryBy) (any, error) { return s.Country(ctx, view, by, nil) }
	topic := func(by model.TopicBy) (any, error) { return s.Topic(ctx, view, by, nil) }
	office := func(by model.OfficeBy) (any, error) { return s.Office(ctx, view, by, nil) }
	for _, c := range []struct {
		rule string
		got  func() (any, error)
		want string
	}{
		{"official by id", func() (any, error) { return official(model.OfficialBy{ID: of(id(model.NodeOfficial, salih))}) }, "salih"},
		{"official by slug", func() (any, error) { return official(model.OfficialBy{Slug: of("zola")}) }, "zola"},
		{"official by external id", func() (any, error) { return official(model.OfficialBy{ExternalID: of("p:1")}) }, "kadhimi"},
		{"official by Wikidata id", func() (any, error) { return official(model.OfficialBy{WikidataID: of("Q1")}) }, "kadhimi"},
		{"no such official", func() (any, error) { return official(model.OfficialBy{Slug: of("nobody")}) }, "NOT_FOUND"},
		{"country by code of two letters", func() (any, error) { return country(model.CountryBy{Code: of("kw")}) }, "KW"},
		{"country by code of three", func() (any, error) { return country(model.CountryBy{Code: of("irq")}) }, "IQ"},
		{"country by id", func() (any, error) { return country(model.CountryBy{ID: of(id(model.NodeCountry, kuwait))}) }, "KW"},
		{"topic by slug", func() (any, error) { return topic(model.TopicBy{Slug: of("sport")}) }, "sport"},
		{"topic by external id", func() (any, error) { return topic(model.TopicBy{ExternalID: of("elections")}) }, "sport"},
		{"office by slug", func() (any, error) { return office(model.OfficeBy{Slug: of("envoy")}) }, "envoy"},
		{"office by the id of a topic", func() (any, error) { return office(model.OfficeBy{ID: of(id(model.NodeTopic, 1))}) }, "NOT_FOUND"},
		{"office by nothing", func() (any, error) { return office(model.OfficeBy{}) }, "INVALID"},
	} {
		node, err := c.got()
		got := string(model.CodeOf(err))
		if err == nil {
			got = slugOf(node)
		}
		if got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.rule, got, err, c.want)
		}
	}
}

// Readers keep seeing the public version until its working copy is published, or the
// article is hidden.
func TestWorkingCopies(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	titles := func(want ...string) { // to readers, to editors
		t.Helper()
		for i, view := range []store.View{readers(), editors()} {
			got := "-"
			if node := loaded(t, s, view, nil, id(model.NodeArticle, match))[0]; node != nil {
				got = node.(*model.Article).Title
			}
			if got != want[i] {
				t.Errorf("title to %s = %s, want %s", []string{"readers", "editors"}[i], got, want[i])
			}
		}
	}
	review := func(title string) func(*store.TaggedArticle) {
		return func(a *store.TaggedArticle) {
			a.Title, a.Status, a.Public, a.PublishedAt = title, model.ArticleStatusInReview, false, nil
		}
	}
	publish := func(a *store.TaggedArticle) {
		a.Status, a.Public, a.PublishedAt = model.ArticleStatusPublished, true, of(on(3, 1))
	}
	first := edit(t, s, begin+1, match, review("One"))
	titles("The match", "One")
	second := edit(t, s, begin+2, match, review("Two"))
	titles("The match", "Two")
	if first.Key != -match || second.Version != 3 || !second.HasUnpublishedChanges() {
		t.Errorf("the second working copy = %+v, want version 3 in the row of the first", second.Article)
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		public, err := tx.PublicArticle(match)
		if err != nil || public.Title != "The match" || public.Working {
			t.Errorf("PublicArticle = %+v, %v, want what readers see", public, err)
		}
		_, err = tx.PublicArticle(draft)
		wantCode(t, "what readers see of a draft", err, model.ErrorCodeNotFound)
		copied, err := tx.Article(match)
		if err != nil {
			return err
		}
		back, err := tx.DiscardCopy(copied)
		if err != nil || back.Title != "The match" || back.LastVersion != 3 || !back.Working {
			t.Errorf("DiscardCopy = %+v, %v, want the public version, and version 3 the last", back, err)
		}
		return err
	})
	titles("The match", "The match")
	edit(t, s, begin+3, match, review("Three"))
	if got := edit(t, s, begin+4, match, publish); got.Version != 5 || got.Key != match {
		t.Errorf("published = %+v, want version 5 in the row of the article", got.Article)
	}
	titles("Three", "Three")
	edit(t, s, begin+5, match, func(a *store.TaggedArticle) { a.Status, a.Public = model.ArticleStatusArchived, false })
	titles("-", "Three")
	edit(t, s, begin+6, match, publish)
	edit(t, s, begin+7, match, review("Four"))
	mustWrite(t, s, func(tx *store.Tx) error {
		copied, err := tx.Article(match)
		if err != nil {
			return err
		}
		stale := *copied
		stale.Version = 1
		wantCode(t, "the update of an old version", tx.UpdateArticle(&stale, copied), model.ErrorCodeConflict)
		return tx.DeleteArticle(copied)
	})
	titles("-", "-")
}

// An article that leaves its translations gets a TranslationOf of its own.
func TestLeavingTranslations(t *testing.T) {
	t.Parallel()
	s := newsroom(t)
	leave := func(a *store.TaggedArticle) { a.TranslationOf = 0 }
	if got := edit(t, s, begin, budgetEn, leave).TranslationOf; got != budgetEn {
		t.Errorf("TranslationOf of the second = %d, want its own key", got)
	}
	edit(t, s, begin, budgetEn, func(a *store.TaggedArticle) { a.TranslationOf = budgetAr })
	if got := edit(t, s, begin, budgetAr, leave).TranslationOf; got >= 0 {
		t.Errorf("TranslationOf of the first, whose key the others keep, = %d, want a number below zero", got)
	}
}
