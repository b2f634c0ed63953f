package content

import (
	"fmt"
	"slices"
	"testing"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// stored returns an article with its tags and decisions, whoever may see it.
func (n newsroom) stored(id model.ID) *store.TaggedArticle {
	n.Helper()
	var article *store.TaggedArticle
	err := n.store.Write(n.ctx, store.Actor{}, 1, func(tx *store.Tx) (err error) {
		article, err = tx.Article(id.Key)
		return err
	})
	if err != nil {
		n.Fatal(err)
	}
	return article
}

// Restoring a revision brings its texts and tags back, without nodes that have been
// deleted since. The keys and the status stay.
func TestRestoreArticleRevision(t *testing.T) {
	t.Parallel()
	n := open(t)
	kept, gone := n.topic("Kept", nil), n.topic("Gone", nil)
	official, iraq := n.official("Barham Salih"), n.country("IQ", "IRQ")
	id := must(n.CreateArticle(n.ctx, model.CreateArticleInput{
		Language: "en", Title: "Harbour", Slug: om(ptr("harbour")), Summary: om(ptr("Of ships.")), Body: om(ptr("Barham Salih and oil")), Byline: om([]string{"A"}),
		Topics: idsOf(kept.ID(), gone.ID()), Officials: idsOf(official.ID()), Countries: idsOf(iraq.ID()),
	}))(t).ID()
	must(n.RejectMention(n.ctx, passage(id, 0, 12, official.ID())))(t)
	must(n.ConfirmMention(n.ctx, passage(id, 17, 20, gone.ID())))(t)
	must(n.UpdateArticle(n.ctx, id, model.UpdateArticleInput{
		Language: om(ptr(model.Language("fr"))), Title: om(ptr("Airport")), Slug: om(ptr("airport")), Summary: om[*string](nil), Body: om(ptr("Planes")), Byline: om([]string{}),
		Topics: idsOf(), Officials: idsOf(), Countries: idsOf(),
	}, nil))(t)
	if err := n.DeleteTopic(n.ctx, gone.ID(), nil); err != nil {
		t.Fatal(err)
	}
	must(n.SubmitArticle(n.ctx, id, nil))(t)

	revision := n.stored(id).Revision - 1
	must(n.RestoreArticleRevision(n.ctx, id, revision, nil))(t)
	got := n.stored(id)
	if got.Title != "Harbour" || got.Language != "en" || *got.Summary != "Of ships." || got.Markdown != "Barham Salih and oil" || len(got.Authors) != 1 {
		t.Errorf("restoreArticleRevision = %+v, want the texts of the revision", got.Article)
	}
	if got.Slug != "airport" || got.Status != model.ArticleStatusInReview {
		t.Errorf("restoreArticleRevision = the slug %s in %s, want both as they were", got.Slug, got.Status)
	}
	if len(got.Topics) != 1 || got.Topics[0] != kept.Key || len(got.Countries) != 1 || len(got.Officials) != 1 || got.Officials[0].Role != model.AppearanceRoleSubject {
		t.Errorf("restoreArticleRevision = topics %v, countries %v, officials %v, want those that are left", got.Topics, got.Countries, got.Officials)
	}
	if len(got.Decisions) != 1 || got.Decisions[0].Entity != official.ID() || got.Decisions[0].Status != model.MentionStatusRejected {
		t.Errorf("restoreArticleRevision = the decisions %+v, want that about the official", got.Decisions)
	}
	if from := n.strings("SELECT restored_from FROM revisions WHERE restored_from IS NOT NULL"); !slices.Equal(from, []string{fmt.Sprint(revision)}) {
		t.Errorf("there are revisions restored from %v, want one from %d", from, revision)
	}

	_, err := n.RestoreArticleRevision(n.ctx, id, 99, nil)
	refused(t, "restoreArticleRevision(99)", err, "NOT_FOUND at revision")
	_, err = n.RestoreArticleRevision(n.ctx, id, 1, ptr(1))
	refused(t, "restoreArticleRevision of another version", err, "CONFLICT at expectedVersion")
}
