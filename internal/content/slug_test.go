package content

import (
	"fmt"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

func TestSlugOfAnArticle(t *testing.T) {
	t.Parallel()
	n := open(t)
	for _, c := range []struct {
		name, title string
		language    model.Language
		want        string
	}{
		{"is made from the title, in its script", "ماكرون في بغداد", "ar", "ماكرون-في-بغداد"},
		{"is numbered when it is taken", "ماكرون في بغداد", "ar", "ماكرون-في-بغداد-2"},
		{"is numbered on", "ماكرون في بغداد!", "ar", "ماكرون-في-بغداد-3"},
		{"is free in another language", "ماكرون في بغداد", "fa", "ماكرون-في-بغداد"},
		{"is the noun when the title has symbols only", "؟!…", "ar", "article"},
		{"is the noun, numbered", "***", "ar", "article-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := n.article(c.language, c.title).Slug; got != c.want {
				t.Errorf("slug of %q = %q, want %q", c.title, got, c.want)
			}
		})
	}
}

func TestGivenSlug(t *testing.T) {
	t.Parallel()
	n := open(t)
	taken := n.article("en", "Budget")
	_, err := n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Other", Slug: om(ptr("budget"))})
	refused(t, "createArticle(slug: taken)", err, "DUPLICATE at input.slug")
	says(t, err, "budget")
	_, err = n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "Other", Slug: om(ptr("The Élysée!"))})
	refused(t, "createArticle(slug: no slug)", err, "INVALID at input.slug")
	says(t, err, `"the-elysee"`)

	renamed := must(n.UpdateArticle(n.ctx, taken.ID(), model.UpdateArticleInput{Title: om(ptr("The vote"))}, nil))(t)
	if renamed.Slug != "budget" {
		t.Errorf("slug after a new title = %q, want the old one", renamed.Slug)
	}
	fresh := must(n.UpdateArticle(n.ctx, taken.ID(), model.UpdateArticleInput{Slug: om[*string](nil)}, nil))(t)
	if fresh.Slug != "the-vote" {
		t.Errorf("slug after null = %q, want one from the title", fresh.Slug)
	}
	same := must(n.UpdateArticle(n.ctx, taken.ID(), model.UpdateArticleInput{Slug: om[*string](nil)}, nil))(t)
	if same.Slug != "the-vote" || same.Version != fresh.Version {
		t.Errorf("slug after null again = %q, version %d; want its own slug to count as free", same.Slug, same.Version)
	}
}

func TestSlugMeetsAnotherInANewLanguage(t *testing.T) {
	t.Parallel()
	n := open(t)
	n.article("en", "Budget")
	french := n.article("fr", "Budget")
	_, err := n.UpdateArticle(n.ctx, french.ID(), model.UpdateArticleInput{Language: om(ptr(model.Language("en")))}, nil)
	refused(t, "updateArticle(language: en)", err, "DUPLICATE at input.language")
	moved := must(n.UpdateArticle(n.ctx, french.ID(), model.UpdateArticleInput{Language: om(ptr(model.Language("en"))), Slug: om[*string](nil)}, nil))(t)
	if moved.Slug != "budget-2" {
		t.Errorf("slug in the new language = %q, want budget-2", moved.Slug)
	}
}

func TestExternalKeyIsUnique(t *testing.T) {
	t.Parallel()
	n := open(t)
	in := model.CreateArticleInput{Language: "en", Title: "Budget", ExternalID: om(ptr("wp:7"))}
	must(n.CreateArticle(n.ctx, in))(t)
	_, err := n.CreateArticle(n.ctx, in)
	refused(t, "createArticle(externalId: taken)", err, "DUPLICATE at input.externalId")
	says(t, err, "the article budget already has wp:7")
}

func TestFreeSlugCostsFewLookUps(t *testing.T) {
	t.Parallel()
	for _, held := range []int{0, 1, 2, 3, 4, 5, 8, 9, 1000} {
		looks := 0
		got, err := freeSlug("a", func(slug string) (bool, error) {
			looks++
			for n := 1; n <= held; n++ {
				if slug == "a" && n == 1 || n > 1 && slug == text.NumberedSlug("a", n) {
					return true, nil
				}
			}
			return false, nil
		})
		want := "a"
		if held > 0 {
			want = fmt.Sprintf("a-%d", held+1)
		}
		if err != nil || got != want || looks > 22 {
			t.Errorf("freeSlug with %d taken = %q, %v after %d look-ups, want %q after at most 22", held, got, err, looks, want)
		}
	}
}

func TestLongSlugLeavesRoomForItsNumber(t *testing.T) {
	t.Parallel()
	n := open(t)
	title := strings.Repeat("x", 200)
	n.article("en", title)
	if got := n.article("en", title).Slug; len(got) > text.MaxSlug || !strings.HasSuffix(got, "x-2") {
		t.Errorf("second slug of a long title = %q (%d), want at most %d with a number", got, len(got), text.MaxSlug)
	}
}

func TestSlugOfNamesIsEnglishElseArabicElseTheFirst(t *testing.T) {
	t.Parallel()
	n := open(t)
	for _, c := range []struct {
		languages []model.Language
		want      string
	}{
		{[]model.Language{"fr", "ar", "en"}, "name-en"},
		{[]model.Language{"fr", "ar", "de"}, "name-ar"},
		{[]model.Language{"fr", "de"}, "name-fr"},
	} {
		in := model.CreateTopicInput{}
		for _, l := range c.languages {
			in.Names = append(in.Names, &model.LocalizedTextInput{Language: l, Value: "Name " + string(l)})
		}
		if got := must(n.CreateTopic(n.ctx, in))(t).Slug; got != c.want {
			t.Errorf("slug of names in %v = %q, want %q", c.languages, got, c.want)
		}
	}
}

func TestNullSlugIsMadeAnewFromTheName(t *testing.T) {
	t.Parallel()
	n := open(t)
	topic := must(n.CreateTopic(n.ctx, model.CreateTopicInput{Names: english("Oil"), Slug: om(ptr("petroleum"))}))(t)
	got := must(n.UpdateTopic(n.ctx, topic.ID(), model.UpdateTopicInput{Slug: om[*string](nil)}, nil))(t)
	if got.Slug != "oil" {
		t.Errorf("updateTopic(slug: null) = the slug %s, want that of the stored name, oil", got.Slug)
	}
}
