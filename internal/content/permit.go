package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// permit is what one must be allowed to do to write to an article: own where one
// has created it, else any.
type permit struct{ own, any auth.Action }

func toEdit() permit    { return permit{auth.EditOwnArticle, auth.EditArticle} }
func toSubmit() permit  { return permit{auth.SubmitOwnArticle, auth.SubmitArticle} }
func toPublish() permit { return permit{auth.PublishArticle, auth.PublishArticle} }

// of answers FORBIDDEN when the actor may not write to the article. What is
// scheduled or archived is no longer its author's: a change would be published, or
// an end undone, without an editor who saw it.
func (p permit) of(ctx context.Context, a *store.TaggedArticle) error {
	key := auth.ActorOf(ctx).Key
	if key == "" || key != a.Owner || auth.May(ctx, p.any) == nil {
		return auth.May(ctx, p.any)
	}
	if a.Status == model.ArticleStatusScheduled || a.Status == model.ArticleStatusArchived {
		return model.Forbidden("the article is %s, and no longer its author's to change; ask an editor", a.Status)
	}
	return auth.May(ctx, p.own)
}
