package content

import (
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// upToDate reports whether a row of a publishing feed needs no write, because it says
// what readers see (or, if they see nothing, what is stored), whatever editors have
// decided about the article since. A row that says something else while editors work
// on the article is an error: publishing is their decision.
func (r Rules) upToDate(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (bool, error) {
	if current == nil || w.transition == nil || w.transition.step != stepPublish || mayPublish(current) {
		return false, nil
	}
	err := r.alreadySays(tx, current, w, "publish")
	return err == nil, err
}

// mayPublish reports whether a feed may publish an article, which no editor is about
// to do.
func mayPublish(a *store.TaggedArticle) bool {
	return a.Status == model.ArticleStatusDraft || a.Status == model.ArticleStatusPublished && !a.HasUnpublishedChanges()
}

// alreadySays returns nil if the write says what readers see of an article or, if they
// see nothing, what is stored. Otherwise it returns INVALID at the path.
func (r Rules) alreadySays(tx *store.Tx, current *store.TaggedArticle, w articleWrite, path string) error {
	seen := current
	if current.HasUnpublishedChanges() {
		var err error
		if seen, err = tx.PublicArticle(current.ID().Key); err != nil {
			return err
		}
	}
	w.transition, w.publication = nil, Publication{Mentions: w.publication.Mentions}
	e, err := r.edit(tx, seen, w)
	if err != nil {
		return err
	}
	if store.SameContent(seen, e.next) {
		return nil
	}
	state := stateOf(current)
	return model.Invalid("the article is %s; %s first, or omit `%s`", state, state.settling(), path).At(path)
}

// settling returns what editors do about an article before a feed may publish it again.
func (s state) settling() string {
	switch {
	case s.changed:
		return "publish or discard the changes"
	case s.status == model.ArticleStatusArchived:
		return "unpublish it"
	}
	return "publish or unpublish it"
}
