package content

import (
	"context"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// step leads an article from one status to another. It is named after its mutation.
type step string

const (
	stepSubmit    step = "submitArticle"
	stepPublish   step = "publishArticle"
	stepUnpublish step = "unpublishArticle"
	stepArchive   step = "archiveArticle"
	stepDiscard   step = "discardArticleChanges"
)

// transition is a step to take, with its arguments.
type transition struct {
	step step
	// path is where an impossible step is reported.
	path []string
	// at is when to publish; nil for now.
	at *model.DateTime
}

// state is where an article is in the workflow.
type state struct {
	status model.ArticleStatus
	// live: readers see the article. changed: they see another version than editors.
	live, changed bool
}

// stateOf returns the state of an article; of a new one if it is nil.
func stateOf(a *store.TaggedArticle) state {
	if a == nil {
		return state{status: model.ArticleStatusDraft}
	}
	return state{a.Status, a.Live(), a.HasUnpublishedChanges()}
}

// steps returns the steps that are possible from a state. Nothing else decides that.
func (s state) steps() []step {
	var steps []step
	switch s.status {
	case model.ArticleStatusDraft:
		steps = []step{stepSubmit, stepPublish}
	case model.ArticleStatusInReview:
		steps = []step{stepPublish, stepUnpublish}
	case model.ArticleStatusScheduled:
		steps = []step{stepSubmit, stepPublish, stepUnpublish}
	case model.ArticleStatusPublished:
		steps = []step{stepUnpublish}
		if s.changed {
			steps = []step{stepSubmit, stepPublish, stepUnpublish}
		}
	case model.ArticleStatusArchived:
		steps = []step{stepUnpublish}
	}
	if s.live {
		steps = append(steps, stepArchive)
	}
	if s.changed {
		steps = append(steps, stepDiscard)
	}
	return steps
}

// isWhere reports whether the article is already where a step leads. Then nothing
// happens, and it is no error: editors click twice.
func (s state) isWhere(to step) bool {
	switch to {
	case stepSubmit:
		return s.status == model.ArticleStatusInReview
	case stepPublish, stepDiscard:
		return s.status == model.ArticleStatusPublished && !s.changed
	case stepUnpublish:
		return s.status == model.ArticleStatusDraft
	case stepArchive:
		return s.status == model.ArticleStatusArchived
	}
	return false
}

// String is the state in a sentence.
func (s state) String() string {
	if s.changed {
		return string(s.status) + " with unpublished changes"
	}
	return string(s.status)
}

// after returns the state to which a step leads that needs nothing but a status.
func (s step) after() state {
	switch s {
	case stepSubmit:
		return state{status: model.ArticleStatusInReview}
	case stepPublish:
		return state{status: model.ArticleStatusPublished, live: true}
	case stepArchive:
		return state{status: model.ArticleStatusArchived}
	}
	return state{status: model.ArticleStatusDraft}
}

// impossible returns the error for a step that is not possible from a state. It names the
// steps after which it is.
func (s state) impossible(to step) *model.Error {
	done := map[step]string{
		stepSubmit: "submitted for review", stepPublish: "published", stepUnpublish: "unpublished", stepArchive: "archived",
	}
	if to == stepDiscard {
		return model.Invalid("the article has no unpublished changes to discard")
	}
	var first []string
	for _, step := range s.steps() {
		if slices.Contains(step.after().steps(), to) {
			first = append(first, string(step))
		}
	}
	return model.Invalid("an article that is %s cannot be %s; send %s first", s, done[to], strings.Join(first, " or "))
}

// take takes a step in the workflow.
func (e *articleEdit) take(t transition) {
	from := stateOf(e.before)
	if !from.isWhere(t.step) && !slices.Contains(from.steps(), t.step) {
		e.add(from.impossible(t.step), t.path...)
		return
	}
	switch t.step {
	case stepSubmit:
		e.next.Status, e.next.ScheduledFor = model.ArticleStatusInReview, nil
	case stepPublish:
		e.publish(from, t.at)
	case stepUnpublish:
		e.hide(model.ArticleStatusDraft)
	case stepArchive:
		e.hide(model.ArticleStatusArchived)
	}
}

// publish publishes the article now, or at a time.
func (e *articleEdit) publish(from state, at *model.DateTime) {
	switch {
	case at == nil || *at <= e.tx.At() && *at >= e.tx.At()-model.DateTime(clockSkew.Milliseconds()):
		e.next.Status, e.next.Public, e.next.ScheduledFor = model.ArticleStatusPublished, true, nil
	case *at < e.tx.At():
		e.invalid("at", "%s is in the past; leave `at` out to publish now", *at)
	case from.isWhere(stepPublish):
		e.invalid("at", "the article is published, and has no changes to publish then")
	default:
		e.next.Status, e.next.Public, e.next.ScheduledFor = model.ArticleStatusScheduled, false, at
	}
}

// hide hides the article from readers.
func (e *articleEdit) hide(status model.ArticleStatus) {
	e.next.Status, e.next.Public, e.next.ScheduledFor = status, false, nil
}

// SubmitArticle submits an article for review.
func (s *Service) SubmitArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toSubmit(), target{id, expectedVersion}, transition{step: stepSubmit})
}

// PublishArticle makes an article visible to readers, now or at a time. Publishing
// twice is not an error: editors click twice, and the first date is the true one.
func (s *Service) PublishArticle(ctx context.Context, id model.ID, at *model.DateTime, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toPublish(), target{id, expectedVersion}, transition{step: stepPublish, at: at})
}

// UnpublishArticle makes an article a draft again: it hides it from readers, or takes it
// back from review. It keeps the date on which readers first saw it.
func (s *Service) UnpublishArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toTakeBack(), target{id, expectedVersion}, transition{step: stepUnpublish})
}

// ArchiveArticle withdraws an article.
func (s *Service) ArchiveArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toPublish(), target{id, expectedVersion}, transition{step: stepArchive})
}

func (s *Service) takeStep(ctx context.Context, to permit, t target, next transition) (*model.Article, error) {
	next.path = []string{"id"}
	return writeAndReturn(ctx, s, to.own, string(next.step), func(tx *store.Tx) (*model.Article, error) {
		current, err := to.article(ctx, tx, "id", t)
		if err != nil {
			return nil, err
		}
		_, article, err := s.rules.putArticle(tx, current, articleWrite{transition: &next})
		return article, err
	})
}

// DiscardArticleChanges drops the unpublished changes of an article.
func (s *Service) DiscardArticleChanges(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return writeAndReturn(ctx, s, auth.EditOwnArticle, "discard article changes", func(tx *store.Tx) (*model.Article, error) {
		current, err := toEdit().article(ctx, tx, "id", target{id, expectedVersion})
		if err != nil {
			return nil, err
		}
		from := stateOf(current)
		switch {
		case from.isWhere(stepDiscard):
			return &current.Article, nil
		case !from.changed:
			return nil, from.impossible(stepDiscard).At("id")
		}
		public, err := tx.DiscardCopy(current)
		if err != nil {
			return nil, err
		}
		return &public.Article, nil
	})
}
