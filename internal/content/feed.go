package content

import (
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// upToDate reports whether a row of a feed needs no write, because it says what readers see
// (or, if they see nothing, what is stored), whatever editors have decided about the
// article since. A row to be published that says something else while editors work on the
// article is an error: publishing is their decision.
func (r Rules) upToDate(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (bool, error) {
	switch {
	case current == nil:
		return false, nil
	case w.transition == nil:
		return r.leavesCopy(tx, current, w)
	case w.transition.step != stepPublish || mayPublish(current):
		return false, nil
	}
	err := r.alreadySays(tx, current, w, "publish")
	return err == nil, err
}

// leavesCopy reports whether a write without a status says what readers see of an article
// with a working copy. It then is no reason to drop the copy.
func (r Rules) leavesCopy(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (bool, error) {
	if !current.HasUnpublishedChanges() {
		return false, nil
	}
	return r.saysWhatIsSeen(tx, current, w)
}

// mayPublish reports whether a feed may publish an article, which no editor is about
// to do.
func mayPublish(a *store.TaggedArticle) bool {
	return a.Status == model.ArticleStatusDraft || a.Status == model.ArticleStatusPublished && !a.HasUnpublishedChanges()
}

// alreadySays returns nil if the write says what readers see of an article or, if they
// see nothing, what is stored. Otherwise it returns INVALID at the path.
func (r Rules) alreadySays(tx *store.Tx, current *store.TaggedArticle, w articleWrite, path string) error {
	same, err := r.saysWhatIsSeen(tx, current, w)
	if err == nil && !same {
		err = forEditors(current, path)
	}
	return err
}

// saysWhatIsSeen reports whether the write has the content that readers see or, if they see
// nothing, that is stored. A time that differs from that of the same content is INVALID: where
// it belongs is not known while there are two versions.
func (r Rules) saysWhatIsSeen(tx *store.Tx, current *store.TaggedArticle, w articleWrite) (bool, error) {
	seen := current
	if current.HasUnpublishedChanges() {
		var err error
		if seen, err = tx.PublicArticle(current.ID().Key); err != nil {
			return false, err
		}
	}
	p := w.publication
	w.transition, w.publication = nil, Publication{Mentions: p.Mentions}
	e, err := r.edit(tx, seen, w)
	if err != nil || !store.SameContent(seen, e.next) {
		return false, err
	}
	for _, time := range []struct {
		field string
		given Optional[model.DateTime]
		seen  *model.DateTime
	}{{"publishedAt", p.PublishedAt, seen.PublishedAt}, {"createdAt", p.CreatedAt, &seen.CreatedAt}, {"updatedAt", p.UpdatedAt, &seen.UpdatedAt}} {
		if time.given.HasValue() && (time.seen == nil || *time.seen != time.given.Value()) {
			return false, forEditors(current, time.field)
		}
	}
	return true, nil
}

// forEditors is the error of a write that would decide what is for the editors of an article
// to decide.
func forEditors(current *store.TaggedArticle, path string) error {
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
