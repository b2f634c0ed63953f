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
	for _, c := range []struct {
		name string
		do   func(id model.ID) error
		want string // part of the refusal; "" is allowed
	}{
		{"edit their own", func(id model.ID) error { return update(amal, id) }, ""},
		{"edit another's", func(id model.ID) error { return update(other, id) }, "to edit articles takes the role EDITOR"},
		{"submit their own", func(id model.ID) error { _, err := n.SubmitArticle(amal, id, nil); return err }, ""},
		{"submit another's", func(id model.ID) error { _, err := n.SubmitArticle(other, id, nil); return err }, "to submit articles takes the role EDITOR"},
		{"publish their own", func(id model.ID) error { _, err := n.PublishArticle(amal, id, nil, nil); return err }, "to publish and unpublish articles takes"},
		{"publish with an edit", func(id model.ID) error {
			_, err := n.UpdateArticle(amal, id, model.UpdateArticleInput{Publish: om(ptr(true))}, nil)
			return err
		}, "to publish and unpublish articles takes"},
		{"give a key of an importing system", func(id model.ID) error {
			_, err := n.UpdateArticle(amal, id, model.UpdateArticleInput{ExternalID: om(ptr("wire:1"))}, nil)
			return err
		}, "to edit articles takes the role EDITOR"},
		{"discard changes", func(id model.ID) error { _, err := n.DiscardArticleChanges(amal, id, nil); return err }, "to edit articles takes the role EDITOR"},
		{"delete their own", func(id model.ID) error { return n.DeleteArticle(amal, id, nil) }, "to delete articles takes the role EDITOR"},
		{"edit what an editor has scheduled", func(id model.ID) error {
			if err := n.takes(id, schedule); err != nil {
				return err
			}
			return update(amal, id)
		}, "the article is SCHEDULED, and no longer its author's"},
		{"edit what an editor has archived", func(id model.ID) error {
			if err := n.takes(id, stepPublish); err != nil {
				return err
			}
			if err := n.takes(id, stepArchive); err != nil {
				return err
			}
			return update(amal, id)
		}, "the article is ARCHIVED, and no longer its author's"},
		{"upsert", func(model.ID) error {
			_, err := n.UpsertArticles(amal, nil, model.BulkErrorPolicyRejectAll, false)
			return err
		}, "to upsert articles takes the role EDITOR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.do(created())
			if c.want == "" && err != nil || c.want != "" && (model.CodeOf(err) != model.ErrorCodeForbidden || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s = %v, want %q", c.name, err, c.want)
			}
		})
	}
}
