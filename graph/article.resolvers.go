package graph

import (
	"context"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateArticle(ctx context.Context, input model.CreateArticleInput) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "input", "body")(r.content.CreateArticle(ctx, input))
}

func (r *mutationResolver) UpdateArticle(ctx context.Context, id model.ID, input model.UpdateArticleInput, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "input", "body")(r.content.UpdateArticle(ctx, id, input, expectedVersion))
}

func (r *mutationResolver) DeleteArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) UpsertArticles(ctx context.Context, inputs []*model.UpsertArticleInput, onError *model.BulkErrorPolicy, dryRun *bool) (*model.UpsertArticlesPayload, error) {
	done, err := r.content.UpsertArticles(ctx, inputs, bulk(onError, dryRun))
	if err != nil {
		return nil, err
	}
	results, err := relateResults(ctx, r.Resolver, done, func(i int, one content.UpsertResult[model.Article]) *model.UpsertArticleResult {
		return &model.UpsertArticleResult{Index: i, Article: one.Row, Errors: one.Errors, Warnings: []*model.Warning{}}
	})
	payload := &model.UpsertArticlesPayload{Results: results, Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged, Failed: done.Failed}
	r.warnOfResults(ctx, payload, inputs)
	return payload, err
}

func (r *mutationResolver) SubmitArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.SubmitArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) PublishArticle(ctx context.Context, id model.ID, at *model.DateTime, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.PublishArticle(ctx, id, at, expectedVersion))
}

func (r *mutationResolver) UnpublishArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.UnpublishArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) ArchiveArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.ArchiveArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) DiscardArticleChanges(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.DiscardArticleChanges(ctx, id, expectedVersion))
}

func (r *mutationResolver) RestoreArticleRevision(ctx context.Context, id model.ID, revision int, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.RestoreArticleRevision(ctx, id, revision, expectedVersion))
}

func (r *queryResolver) Article(ctx context.Context, by model.ArticleBy, language *model.Language, publishedAsOf *model.DateTime) (*model.Article, error) {
	return orNull(r.content.Article(ctx, by, language, publishedAsOf, r.plan(ctx)))
}

func (r *queryResolver) Articles(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.ArticleFilter, search *string, orderBy []*model.ArticleOrder) (*model.ArticleConnection, error) {
	return r.content.Articles(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}
