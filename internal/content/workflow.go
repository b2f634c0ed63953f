package content

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// step is a mutation that leads an article from one status to another.
type step string

const (
	stepSubmit    step = "submitArticle"
	stepPublish   step = "publishArticle"
	stepUnpublish step = "unpublishArticle"
	stepArchive   step = "archiveArticle"
	stepDiscard   step = "discardArticleChanges"
)

// state is where an article is in the workflow.
type state struct {
	status model.ArticleStatus
	// live says that readers see it, and changed that they see another version.
	live, changed bool
}

// stateOf is the state of an article; nil is one that is about to be written.
func stateOf(a *store.TaggedArticle) state {
	if a == nil {
		return state{status: model.ArticleStatusDraft}
	}
	return state{a.Status, a.Live(), a.HasUnpublishedChanges()}
}

// steps are those that lead on from a state: the one place that says so.
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

// stays says that a step leads where the article is already, so that nothing
// happens: editors click twice.
func (s state) stays(to step) bool {
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

// impossible is the error for a step that leads nowhere from a state.
func (s state) impossible(to step) *model.Error {
	status := string(s.status)
	if s.changed {
		status += " with unpublished changes"
	}
	var possible []string
	for _, one := range s.steps() {
		possible = append(possible, string(one))
	}
	return model.Invalid("`%s` is no step from %s; from there you can send %s", to, status, strings.Join(possible, ", "))
}

// take leads the article a step on.
func (e *articleEdit) take(to step) {
	from := stateOf(e.before)
	if !from.stays(to) && !slices.Contains(from.steps(), to) {
		e.add(from.impossible(to), e.f.stepAt...)
		return
	}
	switch to {
	case stepSubmit:
		e.next.Status, e.next.ScheduledFor = model.ArticleStatusInReview, nil
	case stepPublish:
		e.publish(from)
	case stepUnpublish:
		e.hide(model.ArticleStatusDraft)
	case stepArchive:
		e.hide(model.ArticleStatusArchived)
	}
}

// publish publishes the article now, or at the time that was asked for.
func (e *articleEdit) publish(from state) {
	at := e.f.publishAt
	switch {
	case at == nil || *at <= e.tx.At() && *at >= e.tx.At()-model.DateTime(clockSkew.Milliseconds()):
		e.next.Status, e.next.Public, e.next.ScheduledFor = model.ArticleStatusPublished, true, nil
	case *at < e.tx.At():
		e.invalid("at", "%s is in the past; leave `at` out to publish now", *at)
	case from.stays(stepPublish):
		e.invalid("at", "the article is published, and has no changes to publish then")
	default:
		e.next.Status, e.next.Public, e.next.ScheduledFor = model.ArticleStatusScheduled, false, at
	}
}

// hide takes the article from readers.
func (e *articleEdit) hide(status model.ArticleStatus) {
	e.next.Status, e.next.Public, e.next.ScheduledFor = status, false, nil
}

// SubmitArticle hands an article in for review.
func (s *Service) SubmitArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toSubmit(), id, expectedVersion, articleFields{step: stepSubmit})
}

// PublishArticle makes an article visible to readers, now or at a time. Publishing
// twice is not an error: editors click twice, and the first date is the true one.
func (s *Service) PublishArticle(ctx context.Context, id model.ID, at *model.DateTime, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toPublish(), id, expectedVersion, articleFields{step: stepPublish, publishAt: at})
}

// UnpublishArticle hides an article from readers. It keeps the date on which
// they first saw it.
func (s *Service) UnpublishArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toPublish(), id, expectedVersion, articleFields{step: stepUnpublish})
}

// ArchiveArticle withdraws an article.
func (s *Service) ArchiveArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	return s.takeStep(ctx, toPublish(), id, expectedVersion, articleFields{step: stepArchive})
}

func (s *Service) takeStep(ctx context.Context, to permit, id model.ID, expectedVersion *int, f articleFields) (*model.Article, error) {
	f.stepAt = []string{"id"}
	return s.rewrite(ctx, to, string(f.step), id, expectedVersion, func(*store.Tx) (articleFields, error) { return f, nil })
}

// rewrite writes an article for a mutation without an input: errors stand under
// the names of its arguments.
func (s *Service) rewrite(ctx context.Context, to permit, doing string, id model.ID, expectedVersion *int, fields func(*store.Tx) (articleFields, error)) (*model.Article, error) {
	var written *model.Article
	err := s.write(ctx, to.own, doing, func(tx *store.Tx) error {
		current, err := permitted(ctx, tx, to, id, expectedVersion)
		if err != nil {
			return err
		}
		f, err := fields(tx)
		if err != nil {
			return err
		}
		_, written, err = s.putArticle(tx, current, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

// DiscardArticleChanges drops the unpublished changes of an article.
func (s *Service) DiscardArticleChanges(ctx context.Context, id model.ID, expectedVersion *int) (*model.Article, error) {
	var left *model.Article
	err := s.write(ctx, auth.EditArticle, "discard article changes", func(tx *store.Tx) error {
		current, err := stored(id, model.NodeArticle, tx.Article, versionOf, expectedVersion)
		if err != nil {
			return err
		}
		from := stateOf(current)
		switch {
		case from.stays(stepDiscard):
			left = &current.Article
			return nil
		case !from.changed:
			return from.impossible(stepDiscard).At("id")
		}
		public, err := tx.DiscardCopy(current)
		if err == nil {
			left = &public.Article
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return left, nil
}

// RestoreArticleRevision makes an article say again what a revision said.
func (s *Service) RestoreArticleRevision(ctx context.Context, id model.ID, number int, expectedVersion *int) (*model.Article, error) {
	return s.rewrite(ctx, toEdit(), "restore article revision", id, expectedVersion, func(tx *store.Tx) (articleFields, error) {
		past, err := tx.Past(id.Key, number)
		if err != nil {
			return articleFields{}, under(err, "revision")
		}
		f, err := fieldsOf(tx, past)
		f.restored = &number
		return f, err
	})
}

// fieldsOf are the fields that make an article say what one said, but for its keys
// and translations, without what is deleted.
func fieldsOf(tx *store.Tx, a *store.TaggedArticle) (articleFields, error) {
	f := articleFields{
		language: some(&a.Language), title: some(&a.Title), summary: some(a.Summary), body: some(&a.Markdown), byline: some([]string(a.Authors)),
		sourceName: some(a.SourceName), sourceURL: some(a.SourceURL), link: some(&a.Link),
		appearances: some([]model.AppearanceInput{}), countries: some([]model.ID{}), topics: some([]model.ID{}), decisions: &[]model.Decision{},
	}
	there := map[model.NodeType]map[int64]bool{}
	keys := map[model.NodeType][]int64{model.NodeCountry: slices.Clone(a.Countries), model.NodeTopic: slices.Clone(a.Topics)}
	for _, official := range a.Officials {
		keys[model.NodeOfficial] = append(keys[model.NodeOfficial], official.Key)
	}
	for _, d := range a.Decisions {
		keys[d.Entity.Type] = append(keys[d.Entity.Type], d.Entity.Key)
	}
	for node, of := range keys {
		var err error
		if there[node], err = tx.Existing(node, of); err != nil {
			return f, fmt.Errorf("look what is left of a revision: %w", err)
		}
	}
	for _, official := range a.Officials {
		if there[model.NodeOfficial][official.Key] {
			f.appearances.value = append(f.appearances.value, model.AppearanceInput{Official: model.ID{Type: model.NodeOfficial, Key: official.Key}, Role: official.Role})
		}
	}
	left := func(node model.NodeType, of []int64) (ids []model.ID) {
		for _, key := range of {
			if there[node][key] {
				ids = append(ids, model.ID{Type: node, Key: key})
			}
		}
		return ids
	}
	f.countries.value, f.topics.value = left(model.NodeCountry, a.Countries), left(model.NodeTopic, a.Topics)
	for _, d := range a.Decisions {
		if there[d.Entity.Type][d.Entity.Key] {
			*f.decisions = append(*f.decisions, d)
		}
	}
	return f, nil
}
