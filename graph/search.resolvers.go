package graph

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

func (r *queryResolver) Search(ctx context.Context, query string, types []model.SearchType, filter *model.ArticleFilter, language *model.Language, first *int, after *string, last *int, before *string) (*model.SearchConnection, error) {
	q := model.Search{Query: query, Types: types, Filter: filter, Language: language, Page: model.Page{First: first, After: after, Last: last, Before: before}}
	return r.content.Search(ctx, q, r.plan(ctx))
}

func (r *queryResolver) Suggest(ctx context.Context, prefix string, types []model.SearchType, first *int) ([]*model.Suggestion, error) {
	return r.content.Suggest(ctx, prefix, types, first, r.plan(ctx))
}
