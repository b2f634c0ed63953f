package graph

import (
	"context"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) ConfirmMention(ctx context.Context, article model.ID, start int, end int, entity model.ID, surface *string, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.ConfirmMention(ctx, content.Passage{Article: article, Start: start, End: end, Entity: entity, Surface: surface, ExpectedVersion: expectedVersion}))
}

func (r *mutationResolver) RejectMention(ctx context.Context, article model.ID, start int, end int, entity model.ID, surface *string, expectedVersion *int) (*model.ArticlePayload, error) {
	return r.articlePayload(ctx, "body")(r.content.RejectMention(ctx, content.Passage{Article: article, Start: start, End: end, Entity: entity, Surface: surface, ExpectedVersion: expectedVersion}))
}

func (r *queryResolver) AnalyzeText(ctx context.Context, text string, language model.Language, on *model.Date) (*model.TextAnalysis, error) {
	return r.content.AnalyzeText(ctx, text, language, on, r.plan(ctx))
}
