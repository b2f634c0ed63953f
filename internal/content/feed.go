package content

import (
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// settled reports whether there is nothing to do for a row of a feed that publishes:
// it says what readers see, or where they see nothing, what is there already,
// whatever editors have decided about the article since. A row that says something
// else while they work on it is not the feed's to publish.
func (s *Service) settled(tx *store.Tx, current *store.TaggedArticle, f articleFields) (bool, error) {
	if current == nil || f.step != stepPublish || unclaimed(current) {
		return false, nil
	}
	return s.saidAlready(tx, current, f, "publish")
}

// unclaimed says that a feed may publish an article: nobody else is about to.
func unclaimed(a *store.TaggedArticle) bool {
	return a.Status == model.ArticleStatusDraft || a.Status == model.ArticleStatusPublished && !a.HasUnpublishedChanges()
}

// saidAlready reports whether the fields say what readers see of an article, or
// where they see nothing, what it says; INVALID at the path where they do not.
func (s *Service) saidAlready(tx *store.Tx, current *store.TaggedArticle, f articleFields, path string) (bool, error) {
	said := current
	if current.HasUnpublishedChanges() {
		var err error
		if said, err = tx.PublicArticle(current.ID().Key); err != nil {
			return false, err
		}
	}
	f.step, f.status, f.publishedAt = "", optional[model.ArticleStatus]{}, optional[*model.DateTime]{}
	e, err := s.edit(tx, said, f)
	if err != nil {
		return false, err
	}
	if store.SameContent(said, e.next) {
		return true, nil
	}
	state := string(current.Status)
	if current.HasUnpublishedChanges() {
		state += " with changes that are not published"
	}
	return false, model.Invalid("the article is %s, which is for its editors to decide; publish or discard that first, or leave this out", state).At(path)
}
