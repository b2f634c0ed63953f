package graph

import (
	"context"

	"github.com/diwan-cms/diwan/internal/content"
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

func (r *mutationResolver) UpsertTopics(ctx context.Context, inputs []*model.UpsertTopicInput, onError *model.BulkErrorPolicy, dryRun *bool) (*model.UpsertTopicsPayload, error) {
	done, err := r.content.UpsertTopics(ctx, inputs, bulk(onError, dryRun))
	if err != nil {
		return nil, err
	}
	results, err := relateResults(ctx, r.Resolver, done, func(i int, one content.UpsertResult[model.Topic]) *model.UpsertTopicResult {
		return &model.UpsertTopicResult{Index: i, Topic: one.Row, Errors: one.Errors}
	})
	return &model.UpsertTopicsPayload{Results: results, Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged, Failed: done.Failed}, err
}

func (r *queryResolver) Topic(ctx context.Context, by model.TopicBy) (*model.Topic, error) {
	return orNull(r.content.Topic(ctx, by, r.plan(ctx)))
}

func (r *queryResolver) Topics(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.TopicFilter, search *string, orderBy []*model.TopicOrder) (*model.TopicConnection, error) {
	return r.content.Topics(ctx, query(model.Page{First: first, After: after, Last: last, Before: before}, filter, search, model.Terms(orderBy)), r.plan(ctx))
}
