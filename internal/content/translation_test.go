package content

import (
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// groups returns the articles with their TranslationOf, as "slug:key", by key.
func (n newsroom) groups() []string {
	n.Helper()
	return n.strings("SELECT slug || ':' || translation_of FROM articles ORDER BY id")
}

// translate joins an article to the translations of another; nil takes it out.
func (n newsroom) translate(a *model.Article, of *model.Article) (*model.Article, error) {
	in := model.UpdateArticleInput{TranslationOf: om[*model.ID](nil)}
	if of != nil {
		in.TranslationOf = om(ptr(of.ID()))
	}
	return n.UpdateArticle(n.ctx, a.ID(), in, nil)
}

func TestTranslations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		// do changes ar and en, which are together, and fr, which is alone.
		do   func(n newsroom, ar, en, fr *model.Article) error
		want []string
	}{
		{"a third joins through any of them", func(n newsroom, _, en, fr *model.Article) error {
			_, err := n.translate(fr, en)
			return err
		}, []string{"a:1", "b:1", "c:1"}},
		{"one that follows leaves", func(n newsroom, _, en, _ *model.Article) error {
			_, err := n.translate(en, nil)
			return err
		}, []string{"a:1", "b:2", "c:3"}},
		{"the first leaves, and the others stay together", func(n newsroom, ar, en, fr *model.Article) error {
			must(n.translate(fr, en))(n.T)
			left, err := n.translate(ar, nil)
			if err == nil && left.Version != 2 {
				n.Errorf("version of the first that left = %d, want 2", left.Version)
			}
			return err
		}, []string{"a:-1", "b:1", "c:1"}},
		{"the first is deleted, and the others stay together", func(n newsroom, ar, en, fr *model.Article) error {
			must(n.translate(fr, en))(n.T)
			return n.DeleteArticle(n.ctx, ar.ID(), nil)
		}, []string{"b:1", "c:1"}},
		{"the first joins others, and those it was with stay", func(n newsroom, ar, _, fr *model.Article) error {
			_, err := n.translate(ar, fr)
			return err
		}, []string{"a:3", "b:1", "c:3"}},
		{"the first joins those it is with, and nothing changes", func(n newsroom, ar, en, _ *model.Article) error {
			same, err := n.translate(ar, en)
			if err == nil && same.Version != 1 {
				n.Errorf("version = %d, want 1", same.Version)
			}
			return err
		}, []string{"a:1", "b:1", "c:3"}},
		{"one that stands alone leaves nothing", func(n newsroom, _, _, fr *model.Article) error {
			same, err := n.translate(fr, nil)
			if err == nil && same.Version != 1 {
				n.Errorf("version = %d, want 1", same.Version)
			}
			return err
		}, []string{"a:1", "b:1", "c:3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := open(t)
			ar := n.article("ar", "A")
			en := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "B", TranslationOf: om(ptr(ar.ID()))}))(t)
			fr := n.article("fr", "C")
			n.T = t
			if err := c.do(n, ar, en, fr); err != nil {
				t.Fatal(err)
			}
			if got := n.groups(); !slices.Equal(got, c.want) {
				t.Errorf("translations = %v, want %v", got, c.want)
			}
		})
	}
}

func TestTranslationIsRefused(t *testing.T) {
	t.Parallel()
	n := open(t)
	ar := n.article("ar", "A")
	en := must(n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "B", TranslationOf: om(ptr(ar.ID()))}))(t)
	alone := n.article("en", "C")

	_, err := n.translate(ar, ar)
	refused(t, "an article as its own translation", err, "INVALID at input.translationOf")
	_, err = n.translate(alone, ar)
	refused(t, "a second English one", err, "DUPLICATE at input.translationOf")
	says(t, err, "b;")
	_, err = n.UpdateArticle(n.ctx, en.ID(), model.UpdateArticleInput{Language: om(ptr(model.Language("ar")))}, nil)
	refused(t, "a second Arabic one, by changing its language", err, "DUPLICATE at input.language")
	_, err = n.CreateArticle(n.ctx, model.CreateArticleInput{Language: "en", Title: "D", TranslationOf: om(ptr(ar.ID()))})
	refused(t, "a new second English one", err, "DUPLICATE at input.translationOf")
	if got, want := n.groups(), []string{"a:1", "b:1", "c:3"}; !slices.Equal(got, want) {
		t.Errorf("translations = %v, want %v", got, want)
	}
}
