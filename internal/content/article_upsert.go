package content

import (
	"context"
	"errors"
	"strconv"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// maxUpserts is how many articles one mutation can write.
const maxUpserts = 1000

// errUndo rolls a transaction back that went as it should.
var errUndo = errors.New("nothing is to be kept")

// UpsertArticles creates or updates articles by their external ids, in one
// transaction. Errors of single articles stand in the payload's results; the
// error answered here refuses the whole.
func (s *Service) UpsertArticles(ctx context.Context, inputs []*model.UpsertArticleInput, onError model.BulkErrorPolicy, dryRun bool) (*model.UpsertArticlesPayload, error) {
	if err := auth.May(ctx, auth.UpsertArticles); err != nil {
		return nil, err
	}
	if len(inputs) == 0 {
		return nil, model.Invalid("there are no articles; send 1 to %d", maxUpserts).At("inputs")
	}
	if len(inputs) > maxUpserts {
		return nil, limitExceeded(len(inputs), maxUpserts).At("inputs")
	}
	u := upsert{service: s, owner: auth.ActorOf(ctx).Key, dryRun: dryRun, first: map[string]int{}, payload: &model.UpsertArticlesPayload{}}
	err := s.write(ctx, auth.UpsertArticles, "upsert articles", func(tx *store.Tx) error {
		for i, in := range inputs {
			if err := u.row(ctx, tx, i, *in); err != nil {
				return err
			}
		}
		if u.payload.Failed > 0 && onError != model.BulkErrorPolicyRejectFailed {
			u.rejectAll()
			return errUndo
		}
		if dryRun {
			return errUndo
		}
		return nil
	})
	if err != nil && !errors.Is(err, errUndo) {
		return nil, err
	}
	return u.payload, nil
}

// upsert is one batch on its way.
type upsert struct {
	service *Service
	owner   string
	dryRun  bool
	payload *model.UpsertArticlesPayload
	// first says at which place an external id stood first.
	first map[string]int
}

// row writes one article of the batch. An error for the caller undoes this one
// and is noted in its result; any other is answered.
func (u *upsert) row(ctx context.Context, tx *store.Tx, i int, in model.UpsertArticleInput) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	result := &model.UpsertArticleResult{Index: i, Errors: []model.UserError{}}
	u.payload.Results = append(u.payload.Results, result)
	var what outcome
	err := tx.Try(func(tx *store.Tx) (err error) {
		what, result.Article, err = u.put(tx, i, in)
		return err
	})
	wrong, caller := under(err, "inputs", strconv.Itoa(i)).(model.Errors)
	if err != nil && !caller {
		return err
	}
	u.count(what, len(wrong) > 0)
	for _, e := range wrong {
		result.Errors = append(result.Errors, e.UserError())
		result.Article = nil
	}
	return nil
}

func (u *upsert) put(tx *store.Tx, i int, in model.UpsertArticleInput) (outcome, *model.Article, error) {
	if first, twice := u.first[in.ExternalID]; twice {
		return unchanged, nil, model.Invalid("the same key stands at %d already; send each article once", first).At("externalId")
	}
	u.first[in.ExternalID] = i
	var current *store.TaggedArticle
	holder, held, err := tx.Holder(store.NaturalKey{Node: model.NodeArticle, By: store.ByExternalID, Value: in.ExternalID})
	if err != nil {
		return unchanged, nil, err
	}
	if held {
		if current, err = tx.Article(holder.Key); err != nil {
			return unchanged, nil, err
		}
	}
	f := articleFields{
		language: some(&in.Language), title: some(&in.Title), slug: opt(in.Slug), externalID: some(&in.ExternalID),
		summary: opt(in.Summary), body: opt(in.Body), byline: opt(in.Byline), sourceName: opt(in.SourceName),
		sourceURL: opt(in.SourceURL), officials: values(opt(in.Officials)), countries: values(opt(in.Countries)),
		topics: values(opt(in.Topics)), appearances: values(opt(in.Appearances)),
		translationOf: opt(in.TranslationOf), link: opt(in.Link), owner: u.owner,
	}.publishing(opt(in.Publish))
	if settled, err := u.service.settled(tx, current, f); err != nil || settled {
		if settled {
			return unchanged, &current.Article, nil
		}
		return unchanged, nil, err
	}
	what, article, err := u.service.putArticle(tx, current, f)
	if u.dryRun && err == nil {
		article = nil
		if current != nil { // as it stays stored
			article = &current.Article
		}
	}
	return what, article, err
}

func (u *upsert) count(what outcome, failed bool) {
	switch {
	case failed:
		u.payload.Failed++
	case what == created:
		u.payload.Created++
	case what == updated:
		u.payload.Updated++
	default:
		u.payload.Unchanged++
	}
}

// rejectAll takes back what the results say was written.
func (u *upsert) rejectAll() {
	u.payload.Created, u.payload.Updated = 0, 0
	for _, result := range u.payload.Results {
		result.Article = nil
	}
}
