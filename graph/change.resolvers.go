package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *queryResolver) Changes(ctx context.Context, after *string, first *int, types []model.NodeType) (*model.ChangeConnection, error) {
	return r.content.Changes(ctx, model.ChangeQuery{After: after, First: first, Types: types}, r.plan(ctx))
}

func (r *subscriptionResolver) Changes(ctx context.Context, after *string, types []model.NodeType) (<-chan *model.Change, error) {
	feed, err := r.content.Follow(ctx, resumed(ctx, after), types)
	return events(ctx, feed, err)
}

func (r *subscriptionResolver) ArticlePublished(ctx context.Context, filter *model.ArticleFilter) (<-chan *model.Article, error) {
	feed, err := r.content.PublishedAfter(ctx, resumed(ctx, nil), filter, r.plan(ctx))
	return events(ctx, feed, err)
}

func (r *Resolver) Subscription() gen.SubscriptionResolver { return &subscriptionResolver{r} }

type subscriptionResolver struct{ *Resolver }
