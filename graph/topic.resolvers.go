package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *mutationResolver) CreateTopic(ctx context.Context, input model.CreateTopicInput) (*model.TopicPayload, error) {
	topic, err := r.content.CreateTopic(ctx, input)
	errs, err := userErrors(err)
	return &model.TopicPayload{Topic: topic, Errors: errs}, err
}

func (r *mutationResolver) UpdateTopic(ctx context.Context, id model.ID, input model.UpdateTopicInput, expectedVersion *int) (*model.TopicPayload, error) {
	topic, err := r.content.UpdateTopic(ctx, id, input, expectedVersion)
	errs, err := userErrors(err)
	return &model.TopicPayload{Topic: topic, Errors: errs}, err
}

func (r *mutationResolver) DeleteTopic(ctx context.Context, id model.ID, expectedVersion *int) (*model.DeletePayload, error) {
	return deleted(id, r.content.DeleteTopic(ctx, id, expectedVersion))
}

func (r *queryResolver) Topic(ctx context.Context, by model.TopicBy) (*model.Topic, error) {
	return orNull(r.content.Topic(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Topics(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.TopicFilter, search *string, orderBy []*model.TopicOrder) (*model.TopicConnection, error) {
	return r.content.Topics(ctx, query(first, after, last, before, filter, search, model.Terms(orderBy)), r.plan(ctx))
}

func (r *topicResolver) Parent(ctx context.Context, obj *model.Topic) (*model.Topic, error) {
	return load[*model.Topic](ctx, r.Resolver, obj)
}

func (r *topicResolver) Ancestors(ctx context.Context, obj *model.Topic) ([]*model.Topic, error) {
	return load[[]*model.Topic](ctx, r.Resolver, obj)
}

func (r *topicResolver) Children(ctx context.Context, obj *model.Topic) ([]*model.Topic, error) {
	return load[[]*model.Topic](ctx, r.Resolver, obj)
}

func (r *topicResolver) Articles(ctx context.Context, obj *model.Topic, includeDescendants *bool, first *int, after *string, last *int, before *string, filter *model.ArticleFilter, orderBy []*model.ArticleOrder) (*model.ArticleConnection, error) {
	return load[*model.ArticleConnection](ctx, r.Resolver, obj)
}

func (r *Resolver) Topic() gen.TopicResolver { return &topicResolver{r} }

type topicResolver struct{ *Resolver }
