package graph

import (
	"context"
	"strconv"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// fill returns a function that takes what content returns for a mutation, and puts
// it into a payload: what was written into written, what is wrong with the input
// into userErrs. It returns the errors that belong at the top level.
func fill[T any](written *T, userErrs *[]model.UserError) func(T, error) error {
	return func(value T, err error) error {
		*written = value
		*userErrs, err = userErrors(err)
		return err
	}
}

// articlePayload returns a function that takes what content returns for a mutation that writes
// an article, and makes the payload. bodyPath is where the input has the body.
func (r *Resolver) articlePayload(ctx context.Context, bodyPath ...string) func(*model.Article, error) (*model.ArticlePayload, error) {
	return func(article *model.Article, err error) (*model.ArticlePayload, error) {
		payload := &model.ArticlePayload{Article: article, Warnings: []*model.Warning{}}
		payload.Errors, err = userErrors(err)
		if article != nil && r.plan(ctx).Wants(gate.ArticleWarnings.Field()) {
			payload.Warnings = r.content.Warnings(article.Markdown, bodyPath...)
		}
		return payload, err
	}
}

// warnOfResults adds to the payload of upsertArticles what readers will not see of the inputs'
// bodies.
func (r *Resolver) warnOfResults(ctx context.Context, payload *model.UpsertArticlesPayload, inputs []*model.UpsertArticleInput) {
	results := r.plan(ctx).Relation(gate.UpsertedResults.Field())
	if results == nil || !results.Plan.Wants(gate.UpsertedWarnings.Field()) {
		return
	}
	for _, result := range payload.Results {
		if body := inputs[result.Index].Body.Value(); body != nil {
			result.Warnings = r.content.Warnings(*body, "inputs", strconv.Itoa(result.Index), "body")
		}
	}
}

// deleted returns the payload of a deletion.
func deleted(id model.ID, err error) (*model.DeletePayload, error) {
	var payload model.DeletePayload
	if err == nil {
		payload.DeletedID = &id
	}
	payload.Errors, err = userErrors(err)
	return &payload, err
}

// bulk is how a bulk mutation is to write.
func bulk(onError *model.BulkErrorPolicy, dryRun *bool) content.Bulk {
	return content.Bulk{OnError: orElse(onError, model.BulkErrorPolicyRejectAll), DryRun: orElse(dryRun, false)}
}

// relateResults loads what the results of a bulk mutation return of their nodes, for all of
// them at once. It returns the results in the form of the payload.
func relateResults[Row, Result any](ctx context.Context, r *Resolver, done *content.Upserted[Row], result func(int, content.UpsertResult[Row]) *Result) ([]*Result, error) {
	results := make([]*Result, len(done.Results))
	var nodes []model.Node
	for i, one := range done.Results {
		results[i] = result(i, one)
		if one.Row != nil {
			nodes = append(nodes, any(one.Row).(model.Node))
		}
	}
	wanted := r.plan(ctx).Relation(gate.UpsertedResults.Field())
	if wanted == nil {
		return results, nil
	}
	for _, relation := range wanted.Plan.Relations { // of a result: its node, and nothing else
		if err := r.content.Relate(ctx, nodes, relation.Plan); err != nil {
			return nil, err
		}
	}
	return results, nil
}
