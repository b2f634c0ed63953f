package content

import (
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// upToDate reports whether there is nothing to do for a row of a feed that
// publishes: it says what readers see, or where they see nothing, what is stored,
// whatever editors have decided about the article since. A row that says something
// else while they work on the article is refused: publishing is theirs to decide.
func (r Rules) upToDate(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (bool, error) {
	if current == nil || w.transition == nil || w.transition.step != stepPublish || mayPublish(current) {
		return false, nil
	}
	err := r.alreadySays(tx, current, w.given, "publish")
	return err == nil, err
}

// mayPublish reports whether a feed may publish an article: no editor is about to.
func mayPublish(a *store.TaggedArticle) bool {
	return a.Status == model.ArticleStatusDraft || a.Status == model.ArticleStatusPublished && !a.HasUnpublishedChanges()
}

// alreadySays returns nil where the fields say what readers see of an article, or
// where they see nothing, what is stored. Otherwise it returns INVALID at the path.
func (r Rules) alreadySays(tx *store.Tx, current *store.TaggedArticle, given ArticleFields, path string) error {
	seen := current
	if current.HasUnpublishedChanges() {
		var err error
		if seen, err = tx.PublicArticle(current.ID().Key); err != nil {
			return err
		}
	}
	e, err := r.edit(tx, seen, articleWrite{given: given})
	if err != nil {
		return err
	}
	if store.SameContent(seen, e.next) {
		return nil
	}
	state := string(current.Status)
	if current.HasUnpublishedChanges() {
		state += " with changes that are not published"
	}
	return model.Invalid("the article is %s, which is for its editors to decide; publish or discard that first, or leave this out", state).At(path)
}
