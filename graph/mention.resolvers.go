package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

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
