package graph

import (
	"context"
	"strconv"

	"github.com/diwan-cms/diwan/graph/gate"
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

// warnOfResults adds to the payload of a bulk mutation what readers will not see of the
// inputs' bodies.
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

// relateResults loads what a bulk mutation returns of its articles, for all of them
// at once.
func (r *Resolver) relateResults(ctx context.Context, payload *model.UpsertArticlesPayload) error {
	results := r.plan(ctx).Relation(gate.UpsertedResults.Field())
	if results == nil {
		return nil
	}
	article := results.Plan.Relation(gate.UpsertedResultArticle.Field())
	if article == nil {
		return nil
	}
	var nodes []model.Node
	for _, result := range payload.Results {
		if result.Article != nil {
			nodes = append(nodes, result.Article)
		}
	}
	return r.content.Relate(ctx, nodes, article.Plan)
}
