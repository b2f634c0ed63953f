package graph

import (
	"context"

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
