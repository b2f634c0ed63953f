package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

var _ gen.Computed = (*Resolver)(nil)

// ArticleDirection resolves Article.direction.
func (r *Resolver) ArticleDirection(_ context.Context, a *model.Article) (model.TextDirection, error) {
	return r.content.Direction(a.Language), nil
}

// ArticleBody resolves Article.body.
func (r *Resolver) ArticleBody(_ context.Context, a *model.Article, format *model.TextFormat) (string, error) {
	return r.content.Body(a, orElse(format, model.TextFormatMarkdown)), nil
}

// ArticleReadingMinutes resolves Article.readingMinutes.
func (r *Resolver) ArticleReadingMinutes(_ context.Context, a *model.Article) (int, error) {
	return r.content.ReadingMinutes(a), nil
}

// ArticleJSONLd resolves Article.jsonLd.
func (r *Resolver) ArticleJSONLd(ctx context.Context, a *model.Article) (model.JSON, error) {
	return r.content.JSONLD(ctx, a)
}

// ArticleJSONLdScript resolves Article.jsonLdScript.
func (r *Resolver) ArticleJSONLdScript(ctx context.Context, a *model.Article) (string, error) {
	described, err := r.content.JSONLD(ctx, a)
	return string(described), err
}

// LocalizedTextDirection resolves LocalizedText.direction.
func (r *Resolver) LocalizedTextDirection(_ context.Context, t *model.LocalizedText) (model.TextDirection, error) {
	return r.content.Direction(t.Language), nil
}

// TextAnalysisDirection resolves TextAnalysis.direction.
func (r *Resolver) TextAnalysisDirection(_ context.Context, a *model.TextAnalysis) (model.TextDirection, error) {
	return r.content.Direction(a.Language), nil
}
