package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateTopic(ctx context.Context, input model.CreateTopicInput) (*model.TopicPayload, error) {
	var payload model.TopicPayload
	return &payload, fill(&payload.Topic, &payload.Errors)(r.content.CreateTopic(ctx, input))
}

func (r *mutationResolver) UpdateTopic(ctx context.Context, id model.ID, input model.UpdateTopicInput, expectedVersion *int) (*model.TopicPayload, error) {
	var payload model.TopicPayload
	return &payload, fill(&payload.Topic, &payload.Errors)(r.content.UpdateTopic(ctx, id, input, expectedVersion))
}

func (r *mutationResolver) DeleteTopic(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteTopic(ctx, id, expectedVersion))
}

func (r *queryResolver) Topic(ctx context.Context, by model.TopicBy) (*model.Topic, error) {
	return orNull(r.content.Topic(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Topics(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.TopicFilter, search *string, orderBy []*model.TopicOrder) (*model.TopicConnection, error) {
	return r.content.Topics(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}

func (r *topicResolver) Parent(ctx context.Context, obj *model.Topic) (*model.Topic, error) {
	return related[*model.Topic](ctx, r.Resolver, obj)
}

func (r *topicResolver) Ancestors(ctx context.Context, obj *model.Topic) ([]*model.Topic, error) {
	return related[[]*model.Topic](ctx, r.Resolver, obj)
}

func (r *topicResolver) Children(ctx context.Context, obj *model.Topic) ([]*model.Topic, error) {
	return related[[]*model.Topic](ctx, r.Resolver, obj)
}

func (r *topicResolver) Articles(ctx context.Context, obj *model.Topic, includeDescendants *bool, first *int, after *string, last *int, before *string, filter *model.ArticleFilter, orderBy []*model.ArticleOrder) (*model.ArticleConnection, error) {
	return related[*model.ArticleConnection](ctx, r.Resolver, obj)
}

func (r *Resolver) Topic() gen.TopicResolver { return &topicResolver{r} }

type topicResolver struct{ *Resolver }
