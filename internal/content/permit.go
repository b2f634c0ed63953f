package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// permit is the permission that a write to an article needs: own for its author, any
// for everybody else.
type permit struct {
	own, any auth.Action
	// refuse says why the author may not, after all; empty if they may. Nil: they may.
	refuse func(*store.TaggedArticle) string
}

// toEdit is also the permit to drop a working copy: who may begin one may end it.
func toEdit() permit    { return permit{own: auth.EditOwnArticle, any: auth.EditArticle} }
func toSubmit() permit  { return permit{own: auth.SubmitOwnArticle, any: auth.SubmitArticle} }
func toPublish() permit { return permit{own: auth.PublishArticle, any: auth.PublishArticle} }

// toTakeBack is the permit to make an article a draft again. Its author may do so as long
// as that hides nothing from readers.
func toTakeBack() permit {
	return permit{auth.TakeBackOwnArticle, auth.PublishArticle, func(a *store.TaggedArticle) string {
		if a.Live() {
			return "readers see the article, and only an editor may hide it; to take back changes to it, send `discardArticleChanges`"
		}
		return ""
	}}
}

func toDelete() permit {
	return permit{auth.DeleteOwnDraft, auth.DeleteArticle, func(a *store.TaggedArticle) string {
		if a.PublishedAt != nil {
			return "readers have seen the article, and only an editor may delete it"
		}
		return ""
	}}
}

// check returns FORBIDDEN if the current user may not write to the article. Authors may
// not write to scheduled or archived articles: their changes would be published, or
// the article brought back, without an editor having seen it.
func (p permit) check(ctx context.Context, a *store.TaggedArticle) error {
	key := auth.ActorOf(ctx).Key
	if key == "" || key != a.Owner || auth.Can(ctx, p.any) {
		return auth.May(ctx, p.any)
	}
	if a.Status == model.ArticleStatusScheduled || a.Status == model.ArticleStatusArchived {
		return model.Forbidden("the article is %s, and no longer its author's to change; ask an editor", a.Status)
	}
	if p.refuse != nil {
		if why := p.refuse(a); why != "" {
			return model.Forbidden("%s", why)
		}
	}
	return auth.May(ctx, p.own)
}

// article reads the article that a mutation changes, if the current user may write to
// it. argument is the one that gives its id.
func (p permit) article(ctx context.Context, tx *store.Tx, argument string, t target) (*store.TaggedArticle, error) {
	article, err := readArticle(tx, t.id, argument)
	if err != nil {
		return nil, err
	}
	if err := p.check(ctx, article); err != nil {
		return nil, err
	}
	if err := t.expects(article.Version); err != nil {
		return nil, err
	}
	return article, nil
}

// readArticle reads the article whose id an argument gives.
func readArticle(tx *store.Tx, id model.ID, argument string) (*store.TaggedArticle, error) {
	key, err := id.Want(model.NodeArticle)
	if err != nil {
		return nil, under(err, argument)
	}
	article, err := tx.Article(key)
	if err != nil {
		return nil, under(err, argument)
	}
	return article, nil
}
