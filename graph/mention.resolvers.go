package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *articleResolver) Mentions(ctx context.Context, obj *model.Article) ([]*model.Mention, error) {
	return related[[]*model.Mention](ctx, r.Resolver, obj)
}

func (r *mutationResolver) ConfirmMention(ctx context.Context, article model.ID, start int, end int, entity model.ID) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.ConfirmMention(ctx, article, start, end, entity))
}

func (r *mutationResolver) RejectMention(ctx context.Context, article model.ID, start int, end int, entity model.ID) (*model.ArticlePayload, error) {
	var payload model.ArticlePayload
	return &payload, fill(&payload.Article, &payload.Errors)(r.content.RejectMention(ctx, article, start, end, entity))
}

func (r *queryResolver) AnalyzeText(ctx context.Context, text string, language model.Language, on *model.Date) (*model.TextAnalysis, error) {
	return r.content.AnalyzeText(ctx, text, language, on, r.plan(ctx))
}

func (r *textAnalysisResolver) Direction(ctx context.Context, obj *model.TextAnalysis) (model.TextDirection, error) {
	return r.content.Direction(obj.Language), nil
}

func (r *Resolver) TextAnalysis() gen.TextAnalysisResolver { return &textAnalysisResolver{r} }

type textAnalysisResolver struct{ *Resolver }
