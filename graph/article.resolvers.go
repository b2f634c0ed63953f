package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *articleResolver) Direction(ctx context.Context, obj *model.Article) (model.TextDirection, error) {
	return r.content.Direction(obj.Language), nil
}

func (r *articleResolver) Body(ctx context.Context, obj *model.Article, format *model.TextFormat) (string, error) {
	return r.content.Body(obj, orElse(format, model.TextFormatMarkdown)), nil
}

func (r *articleResolver) ReadingMinutes(ctx context.Context, obj *model.Article) (int, error) {
	return r.content.ReadingMinutes(obj), nil
}

func (r *articleResolver) Officials(ctx context.Context, obj *model.Article) ([]*model.Official, error) {
	return related[[]*model.Official](ctx, r.Resolver, obj)
}

func (r *articleResolver) Countries(ctx context.Context, obj *model.Article) ([]*model.Country, error) {
	return related[[]*model.Country](ctx, r.Resolver, obj)
}

func (r *articleResolver) Topics(ctx context.Context, obj *model.Article) ([]*model.Topic, error) {
	return related[[]*model.Topic](ctx, r.Resolver, obj)
}

func (r *articleResolver) Appearances(ctx context.Context, obj *model.Article) ([]*model.Appearance, error) {
	return related[[]*model.Appearance](ctx, r.Resolver, obj)
}

func (r *articleResolver) Translations(ctx context.Context, obj *model.Article) ([]*model.Article, error) {
	return related[[]*model.Article](ctx, r.Resolver, obj)
}

func (r *articleResolver) Related(ctx context.Context, obj *model.Article, first *int) ([]*model.Article, error) {
	return related[[]*model.Article](ctx, r.Resolver, obj)
}

func (r *articleResolver) Revisions(ctx context.Context, obj *model.Article, first *int, after *string, last *int, before *string) (*model.RevisionConnection, error) {
	return related[*model.RevisionConnection](ctx, r.Resolver, obj)
}

func (r *articleResolver) JSONLd(ctx context.Context, obj *model.Article) (model.JSON, error) {
	return r.content.JSONLD(ctx, obj)
}

func (r *articleFacetsResolver) Countries(ctx context.Context, obj *model.ArticleFacets, first *int) ([]*model.CountryFacet, error) {
	return planned[[]*model.CountryFacet](ctx, r.Resolver, obj)
}

func (r *articleFacetsResolver) Topics(ctx context.Context, obj *model.ArticleFacets, first *int) ([]*model.TopicFacet, error) {
	return planned[[]*model.TopicFacet](ctx, r.Resolver, obj)
}

func (r *articleFacetsResolver) Officials(ctx context.Context, obj *model.ArticleFacets, first *int) ([]*model.OfficialFacet, error) {
	return planned[[]*model.OfficialFacet](ctx, r.Resolver, obj)
}

func (r *articleFacetsResolver) Languages(ctx context.Context, obj *model.ArticleFacets) ([]*model.LanguageFacet, error) {
	return planned[[]*model.LanguageFacet](ctx, r.Resolver, obj)
}

func (r *articleFacetsResolver) Months(ctx context.Context, obj *model.ArticleFacets, first *int) ([]*model.MonthFacet, error) {
	return planned[[]*model.MonthFacet](ctx, r.Resolver, obj)
}

func (r *mutationResolver) CreateArticle(ctx context.Context, input model.CreateArticleInput) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.CreateArticle(ctx, input))
}

func (r *mutationResolver) UpdateArticle(ctx context.Context, id model.ID, input model.UpdateArticleInput, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.UpdateArticle(ctx, id, input, expectedVersion))
}

func (r *mutationResolver) DeleteArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) UpsertArticles(ctx context.Context, inputs []*model.UpsertArticleInput, onError *model.BulkErrorPolicy, dryRun *bool) (*model.UpsertArticlesPayload, error) {
	payload, err := r.content.UpsertArticles(ctx, inputs, orElse(onError, model.BulkErrorPolicyRejectAll), orElse(dryRun, false))
	if err != nil {
		return nil, err
	}
	return payload, r.relateResults(ctx, payload)
}

func (r *mutationResolver) SubmitArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.SubmitArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) PublishArticle(ctx context.Context, id model.ID, at *model.DateTime, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.PublishArticle(ctx, id, at, expectedVersion))
}

func (r *mutationResolver) UnpublishArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.UnpublishArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) ArchiveArticle(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.ArchiveArticle(ctx, id, expectedVersion))
}

func (r *mutationResolver) DiscardArticleChanges(ctx context.Context, id model.ID, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.DiscardArticleChanges(ctx, id, expectedVersion))
}

func (r *mutationResolver) RestoreArticleRevision(ctx context.Context, id model.ID, revision int, expectedVersion *int) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.RestoreArticleRevision(ctx, id, revision, expectedVersion))
}

func (r *queryResolver) Article(ctx context.Context, by model.ArticleBy, language *model.Language, publishedAsOf *model.DateTime) (*model.Article, error) {
	return orNull(r.content.Article(ctx, by, language, publishedAsOf, r.plan(ctx)))
}

func (r *queryResolver) Articles(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.ArticleFilter, search *string, orderBy []*model.ArticleOrder) (*model.ArticleConnection, error) {
	return r.content.Articles(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}

func (r *Resolver) Article() gen.ArticleResolver { return &articleResolver{r} }

func (r *Resolver) ArticleFacets() gen.ArticleFacetsResolver { return &articleFacetsResolver{r} }

type (
	articleResolver       struct{ *Resolver }
	articleFacetsResolver struct{ *Resolver }
)
