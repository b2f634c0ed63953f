package content

import (
	"context"
	"errors"
	"strconv"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// maxUpserts is how many articles one mutation can write.
const maxUpserts = 1000

// errRollback rolls a transaction back although nothing failed.
var errRollback = errors.New("nothing is to be kept")

// UpsertArticles creates or updates articles by their external ids, in one
// transaction. Errors of single articles are in the payload's results; a returned
// error refuses the whole request.
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
	u := upsert{rules: s.rules, owner: auth.ActorOf(ctx).Key, dryRun: dryRun, firstAt: map[string]int{}, payload: &model.UpsertArticlesPayload{}}
	err := s.write(ctx, auth.UpsertArticles, "upsert articles", func(tx *store.Tx) error {
		for i, in := range inputs {
			if err := u.row(ctx, tx, i, *in); err != nil {
				return err
			}
		}
		if u.payload.Failed > 0 && onError != model.BulkErrorPolicyRejectFailed {
			u.rejectAll()
			return errRollback
		}
		if dryRun {
			return errRollback
		}
		return nil
	})
	if err != nil && !errors.Is(err, errRollback) {
		return nil, err
	}
	return u.payload, nil
}

// upsert is one batch of articles in progress.
type upsert struct {
	rules   Rules
	owner   string
	dryRun  bool
	payload *model.UpsertArticlesPayload
	// firstAt is the first place of each external id in the batch.
	firstAt map[string]int
}

// row writes one article of the batch. An error about the input undoes that article
// and goes into its result; any other error is returned.
func (u *upsert) row(ctx context.Context, tx *store.Tx, i int, in model.UpsertArticleInput) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	result := &model.UpsertArticleResult{Index: i, Errors: []model.UserError{}, Warnings: []*model.Warning{}}
	u.payload.Results = append(u.payload.Results, result)
	var outcome Outcome
	err := tx.Try(func(tx *store.Tx) (err error) {
		outcome, result.Article, err = u.put(tx, i, in)
		return err
	})
	wrong, aboutInput := under(err, "inputs", strconv.Itoa(i)).(model.Errors)
	if err != nil && !aboutInput {
		return err
	}
	u.count(outcome, len(wrong) > 0)
	for _, e := range wrong {
		result.Errors = append(result.Errors, e.UserError())
		result.Article = nil
	}
	return nil
}

func (u *upsert) put(tx *store.Tx, i int, in model.UpsertArticleInput) (Outcome, *model.Article, error) {
	key := text.Key(in.ExternalID)
	if first, twice := u.firstAt[key]; twice {
		return Unchanged, nil, model.Invalid("the same key stands at %d already; send each article once", first).At("externalId")
	}
	u.firstAt[key] = i
	var current *store.TaggedArticle
	holder, held, err := tx.Holder(store.NaturalKey{Node: model.NodeArticle, By: store.ByExternalID, Value: key})
	if err != nil {
		return Unchanged, nil, err
	}
	if held {
		if current, err = tx.Article(holder.Key); err != nil {
			return Unchanged, nil, err
		}
	}
	given := fieldsFrom[articleInput](in)
	if err := expected(given, current); err != nil {
		return Unchanged, nil, err.At("inputs", strconv.Itoa(i))
	}
	w := given.write()
	w.owner = u.owner
	upToDate, err := u.rules.upToDate(tx, current, w)
	if err != nil {
		return Unchanged, nil, err
	}
	if upToDate {
		return Unchanged, &current.Article, nil
	}
	outcome, article, err := u.rules.putArticle(tx, current, w)
	if u.dryRun && err == nil {
		article = nil
		if current != nil { // which stays as it is
			article = &current.Article
		}
	}
	return outcome, article, err
}

// expected returns CONFLICT if the input says that the caller has read another version than
// the current one: 0 is that of an article that is not stored.
func expected(in articleInput, current *store.TaggedArticle) *model.Error {
	version := 0
	if current != nil {
		version = current.Version
	}
	if !in.ExpectedVersion.HasValue() || in.ExpectedVersion.Value() == version {
		return nil
	}
	return model.Conflict(in.ExpectedVersion.Value(), version)
}

func (u *upsert) count(outcome Outcome, failed bool) {
	switch {
	case failed:
		u.payload.Failed++
	case outcome == Created:
		u.payload.Created++
	case outcome == Updated:
		u.payload.Updated++
	default:
		u.payload.Unchanged++
	}
}

// rejectAll removes from the payload what will not be kept.
func (u *upsert) rejectAll() {
	u.payload.Created, u.payload.Updated = 0, 0
	for _, result := range u.payload.Results {
		result.Article = nil
	}
}
