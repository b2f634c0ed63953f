package content

import (
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// Publication is the state of an article in the system from which it is imported: what
// its editors and that system decided, beside what the article says. The zero Publication leaves them as they are.
type Publication struct {
	Status Optional[model.ArticleStatus]
	// PublishedAt is when readers first saw the article.
	PublishedAt Optional[model.DateTime]
	// ScheduledFor is when a SCHEDULED article is to be published.
	ScheduledFor Optional[model.DateTime]
	// Times are those of the article. What is left out for a new article is PublishedAt.
	Times
	// CreatedBy is the key of the actor who created the article, and so may edit it as a
	// contributor.
	CreatedBy Optional[string]
	// Mentions replace the decisions about what the text names.
	Mentions Optional[[]model.Decision]
}

// ImportArticle sets fields, status and dates of an article; of a new one if current is
// nil. Where the article has unpublished changes, it changes nothing if the fields say what
// readers see; if they say something else, an article that is to be PUBLISHED is an error.
func (r Rules) ImportArticle(tx *store.Tx, current *store.TaggedArticle, given ArticleFields, analysed Analysed, p Publication) (Outcome, *model.Article, error) {
	w := articleWrite{given: given, analysed: analysed, publication: p}
	if current != nil && current.HasUnpublishedChanges() {
		switch {
		case p.Status.Value() == model.ArticleStatusPublished:
			return Unchanged, &current.Article, r.alreadySays(tx, current, w, "status")
		case !p.Status.IsSet():
			if leave, err := r.leavesCopy(tx, current, w); leave || err != nil {
				return Unchanged, &current.Article, err
			}
		}
	}
	return r.putArticle(tx, current, w)
}

// workflow sets the status, and the date on which readers first saw the article. An
// import may change that date; every other write sets it once.
func (e *articleEdit) workflow() {
	switch {
	case e.transition != nil:
		e.take(*e.transition)
	case e.publication.Status.HasValue():
		e.arrive(e.publication)
	}
	isPublished, published := e.next.Status == model.ArticleStatusPublished, e.publication.PublishedAt
	switch {
	case published.HasValue():
		e.next.PublishedAt = published.Pointer()
		e.notInFuture(*e.next.PublishedAt, "publishedAt")
	case published.IsNull() && !isPublished:
		e.next.PublishedAt = nil
	case isPublished && e.next.PublishedAt == nil:
		now := e.tx.At()
		e.next.PublishedAt = &now
	}
}

// origin sets when an article was created and last changed, and by whom it was created.
func (e *articleEdit) origin() {
	p := &e.publication
	p.Times.set(&e.check, &e.next.CreatedAt, &e.next.UpdatedAt)
	if e.before == nil && p.PublishedAt.HasValue() { // which was checked, and is reported once
		for _, left := range []struct {
			given *Optional[model.DateTime]
			into  *model.DateTime
		}{{&p.CreatedAt, &e.next.CreatedAt}, {&p.UpdatedAt, &e.next.UpdatedAt}} {
			if !left.given.IsSet() {
				*left.given, *left.into = p.PublishedAt, p.PublishedAt.Value()
			}
		}
	}
	if p.CreatedBy.IsSet() {
		e.next.Owner = p.CreatedBy.Value()
	}
	if e.next.Owner != "" && p.CreatedBy.IsSet() {
		e.refuse(text.CheckLine(e.next.Owner, maxActor), "createdBy")
	}
}

// arrive sets the status that an import brings, whatever the current one is.
func (e *articleEdit) arrive(p Publication) {
	status := p.Status.Value()
	e.next.Status, e.next.Public, e.next.ScheduledFor = status, status == model.ArticleStatusPublished, nil
	switch {
	case !status.IsValid():
		e.invalid("status", "%.40q is not a status; send one such as %s or %s", status, model.ArticleStatusDraft, model.ArticleStatusPublished)
	case status == model.ArticleStatusScheduled && !p.ScheduledFor.HasValue():
		e.invalid("scheduledFor", "an article that is SCHEDULED needs a time; send when it is to be published")
	case status == model.ArticleStatusScheduled:
		e.next.ScheduledFor = p.ScheduledFor.Pointer()
	case p.ScheduledFor.HasValue():
		e.invalid("scheduledFor", "only an article that is SCHEDULED has a time; send that status, or leave this out")
	}
}

// publishes reports whether readers will see what is written.
func (e *articleEdit) publishes() bool {
	return e.transition != nil && e.transition.step == stepPublish || e.publication.Status.Value() == model.ArticleStatusPublished
}
