package content

import (
	"context"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/model"
)

func (n newsroom) contributor(key string) context.Context {
	return n.as(auth.Actor{Key: key, Name: key, Role: model.RoleContributor})
}

// Contributors write their own articles, until an editor has decided about them.
func TestWhatContributorsMayDo(t *testing.T) {
	t.Parallel()
	n := open(t)
	amal, other := n.contributor("token:1"), n.contributor("token:2")
	created := func() model.ID {
		return must(n.CreateArticle(amal, model.CreateArticleInput{Language: "en", Title: "Budget"}))(t).ID()
	}
	update := func(ctx context.Context, id model.ID) error {
		_, err := n.UpdateArticle(ctx, id, model.UpdateArticleInput{Title: om(ptr("Edited"))}, nil)
		return err
	}
	takeBack := func(ctx context.Context, id model.ID) error { _, err := n.UnpublishArticle(ctx, id, nil); return err }
	discard := func(ctx context.Context, id model.ID) error {
		_, err := n.DiscardArticleChanges(ctx, id, nil)
		return err
	}
	// after is do after these steps of an editor.
	after := func(do func(model.ID) error, way ...step) func(model.ID) error {
		return func(id model.ID) error {
			for _, step := range way {
				if err := n.takes(id, step); err != nil {
					return err
				}
			}
			return do(id)
		}
	}
	for _, c := range []struct {
		name string
		do   func(id model.ID) error
		want string // part of the refusal; "" is allowed
	}{
		{"edit their own", func(id model.ID) error { return update(amal, id) }, ""},
		{"edit another's", func(id model.ID) error { return update(other, id) }, "editing articles requires the EDITOR role"},
		{"submit their own", func(id model.ID) error { _, err := n.SubmitArticle(amal, id, nil); return err }, ""},
		{"submit another's", func(id model.ID) error { _, err := n.SubmitArticle(other, id, nil); return err }, "submitting articles requires the EDITOR role"},
		{"publish their own", func(id model.ID) error { _, err := n.PublishArticle(amal, id, nil, nil); return err }, "publishing or unpublishing articles requires"},
		{"publish with an edit", func(id model.ID) error {
			_, err := n.UpdateArticle(amal, id, model.UpdateArticleInput{Publish: om(ptr(true))}, nil)
			return err
		}, "publishing or unpublishing articles requires"},
		{"give a key of an importing system", func(id model.ID) error {
			_, err := n.UpdateArticle(amal, id, model.UpdateArticleInput{ExternalID: om(ptr("wire:1"))}, nil)
			return err
		}, "editing articles requires the EDITOR role"},
		{"delete their own draft", func(id model.ID) error { return n.DeleteArticle(amal, id, nil) }, ""},
		{"delete another's draft", func(id model.ID) error { return n.DeleteArticle(other, id, nil) }, "deleting articles requires the EDITOR role"},
		{"delete what they handed in", after(func(id model.ID) error { return n.DeleteArticle(amal, id, nil) }, stepSubmit), ""},
		{"delete what is scheduled", after(func(id model.ID) error { return n.DeleteArticle(amal, id, nil) }, schedule), "the article is SCHEDULED, and no longer its author's"},
		{"delete what readers see", after(func(id model.ID) error { return n.DeleteArticle(amal, id, nil) }, stepPublish), "readers have seen the article"},
		{"delete what readers saw", after(func(id model.ID) error { return n.DeleteArticle(amal, id, nil) }, stepPublish, stepUnpublish), "readers have seen the article"},
		{"take back what they handed in", after(func(id model.ID) error { return takeBack(amal, id) }, stepSubmit), ""},
		{"take it back twice", after(func(id model.ID) error { return takeBack(amal, id) }, stepSubmit, stepUnpublish), ""},
		{"take back what readers saw once", after(func(id model.ID) error { return takeBack(amal, id) }, stepPublish, stepUnpublish, stepSubmit), ""},
		{"take back another's", after(func(id model.ID) error { return takeBack(other, id) }, stepSubmit), "publishing or unpublishing articles requires the EDITOR role"},
		{"take back what an editor has scheduled", after(func(id model.ID) error { return takeBack(amal, id) }, schedule), "the article is SCHEDULED, and no longer its author's"},
		{"take back what an editor has archived", after(func(id model.ID) error { return takeBack(amal, id) }, stepPublish, stepArchive), "the article is ARCHIVED, and no longer its author's"},
		{"hide what readers see", after(func(id model.ID) error { return takeBack(amal, id) }, stepPublish), "readers see the article"},
		{"hide it by taking back changes", after(func(id model.ID) error { return takeBack(amal, id) }, stepPublish, edit, stepSubmit), "send `discardArticleChanges`"},
		{"drop changes to their own", after(func(id model.ID) error { return discard(amal, id) }, stepPublish, edit), ""},
		{"drop changes that they handed in", after(func(id model.ID) error { return discard(amal, id) }, stepPublish, edit, stepSubmit), ""},
		{"drop changes that an editor has scheduled", after(func(id model.ID) error { return discard(amal, id) }, stepPublish, edit, schedule), "the article is SCHEDULED, and no longer its author's"},
		{"drop changes to another's", after(func(id model.ID) error { return discard(other, id) }, stepPublish, edit), "editing articles requires the EDITOR role"},
		{"edit what an editor has scheduled", after(func(id model.ID) error { return update(amal, id) }, schedule), "the article is SCHEDULED, and no longer its author's"},
		{"edit what an editor has archived", after(func(id model.ID) error { return update(amal, id) }, stepPublish, stepArchive), "the article is ARCHIVED, and no longer its author's"},
		{"upsert", func(model.ID) error {
			_, err := n.UpsertArticles(amal, nil, Bulk{})
			return err
		}, "upserting articles requires the EDITOR role"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.do(created())
			if c.want == "" && err != nil || c.want != "" && (model.CodeOf(err) != model.ErrorCodeForbidden || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s = %v, want %q", c.name, err, c.want)
			}
		})
	}
}

// What contributors begin by mistake leaves nothing behind, and blocks no feed.
func TestContributorsTakeBackWhatTheyBegan(t *testing.T) {
	t.Parallel()
	n := open(t)
	amal := n.contributor("token:1")
	id := must(n.CreateArticle(amal, model.CreateArticleInput{Language: "en", Title: "Budget"}))(t).ID()
	must(n.SubmitArticle(amal, id, nil))(t)
	if back := must(n.UnpublishArticle(amal, id, nil))(t); back.Status != model.ArticleStatusDraft {
		t.Errorf("what is taken back is %s, want DRAFT", back.Status)
	}
	if err := n.takes(id, stepPublish); err != nil {
		t.Fatal(err)
	}
	must(n.UpdateArticle(amal, id, model.UpdateArticleInput{Title: om(ptr("Mistaken"))}, nil))(t)
	must(n.SubmitArticle(amal, id, nil))(t)
	must(n.DiscardArticleChanges(amal, id, nil))(t)
	if got := n.stateOf(id); got != "PUBLISHED live" {
		t.Errorf("after the changes were dropped the article is %s, want PUBLISHED live", got)
	}
	mistaken := must(n.CreateArticle(amal, model.CreateArticleInput{Language: "en", Title: "Mistaken"}))(t).ID()
	_, err := n.SubmitArticle(amal, mistaken, nil)
	if err == nil {
		err = n.DeleteArticle(amal, mistaken, ptr(1))
	}
	refused(t, "deleteArticle of another version", err, "CONFLICT at expectedVersion")
	if err := n.DeleteArticle(amal, mistaken, nil); err != nil || n.seen(n.editor(), mistaken) != nil {
		t.Errorf("deleteArticle of one's own draft = %v, want it gone", err)
	}
}
