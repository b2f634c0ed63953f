// Package graph is the GraphQL edge: it turns a query's selection into a plan,
// asks content, and gives errors their outside form. Rules and SQL are below it.
package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/graph/gate"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// Resolver answers fields by asking content.
type Resolver struct {
	content *content.Service
	schema  *gate.Schema
}

// planner reads the operation; with it comes the field being resolved.
func (r *Resolver) planner(ctx context.Context) (planner, graphql.CollectedField) {
	return planner{graphql.GetOperationContext(ctx), r.schema}, graphql.GetFieldContext(ctx).Field
}

// load answers a relation of a node: what the plan of its list or root has
// loaded, else, where no plan foresaw it, by loading it now.
func load[T any](ctx context.Context, r *Resolver, node model.Node) (T, error) {
	var none T
	p, field := r.planner(ctx)
	relation, err := p.relation(&model.Plan{}, field)
	if err != nil {
		return none, err
	}
	value, loaded := node.Slot(relation.Key)
	if !loaded {
		p.addSelection(relation.Plan, field.Definition.Type.Name(), field.Selections)
		if value, err = r.content.Related(ctx, node, relation); err != nil {
			return none, err
		}
	}
	return value.(T), nil
}

// nodeOf is the node that a change is about, as it is now: what the plan of a page
// has loaded, else, for the event of a subscription, by loading it now.
func (r *Resolver) nodeOf(ctx context.Context, change *model.Change) (model.Node, error) {
	if loaded, planned := change.Slot(graphql.GetFieldContext(ctx).Field.Name); planned {
		node, _ := loaded.(model.Node) // nil where it is gone
		return node, nil
	}
	nodes, err := r.content.Nodes(ctx, []model.ID{change.NodeID()}, r.planFor(ctx))
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// planned answers what the plan of a list or root has loaded for an object that is
// no node: a facet of a connection, the article of a revision.
func planned[T any](ctx context.Context, r *Resolver, object interface {
	Slot(key string) (value any, loaded bool)
},
) (T, error) {
	var none T
	p, field := r.planner(ctx)
	relation, err := p.relation(&model.Plan{}, field)
	if err != nil {
		return none, err
	}
	value, loaded := object.Slot(relation.Key)
	if !loaded {
		return none, fmt.Errorf("%s was not loaded", field.Name)
	}
	return value.(T), nil
}

// plan is what the field being resolved wants of the object it answers.
func (r *Resolver) plan(ctx context.Context) *model.Plan {
	p, field := r.planner(ctx)
	return p.plan(field.Definition.Type.Name(), field.Selections)
}

// planFor is what the field being resolved wants of nodes of one type, where it
// answers nodes of any.
func (r *Resolver) planFor(ctx context.Context) func(model.NodeType) *model.Plan {
	p, field := r.planner(ctx)
	return func(t model.NodeType) *model.Plan { return p.plan(string(t), field.Selections) }
}

// orNull answers null where there is no such node.
func orNull[T any](node *T, err error) (*T, error) {
	if e := (*model.Error)(nil); errors.As(err, &e) && e.Code == model.ErrorCodeNotFound {
		return nil, nil // null is GraphQL's answer for what does not exist
	}
	return node, err
}

// query says which page of which list is asked for.
func query[F interface {
	comparable
	model.Filter
}](first *int, after *string, last *int, before *string, filter F, search *string, order []model.Order) model.Query {
	q := model.Query{Page: model.Page{First: first, After: after, Last: last, Before: before}, Search: orElse(search, ""), Order: order}
	if filter != *new(F) { // a nil pointer in an interface is not nil
		q.Filter = filter
	}
	return q
}

// deleted is the payload of a deletion.
func deleted(id model.ID, err error) (*model.DeletePayload, error) {
	errs, internal := userErrors(err)
	payload := &model.DeletePayload{Errors: errs}
	if err == nil {
		payload.DeletedID = &id
	}
	return payload, internal
}

// relateResults loads what is wanted of all articles of a bulk mutation at once.
func (r *Resolver) relateResults(ctx context.Context, payload *model.UpsertArticlesPayload) error {
	var nodes []model.Node
	for _, result := range payload.Results {
		if result.Article != nil {
			nodes = append(nodes, result.Article)
		}
	}
	results := r.plan(ctx).Relation("results")
	if results == nil || results.Plan.Relation("article") == nil {
		return nil
	}
	return r.content.Relate(ctx, nodes, results.Plan.Relation("article").Plan)
}

// orElse is what the pointer points to, or what stands in where it is nil.
func orElse[T any](value *T, standIn T) T {
	if value == nil {
		return standIn
	}
	return *value
}

// orNone is the text, nil where it is empty.
func orNone(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func values[T any](pointers []*T) []T {
	list := make([]T, len(pointers))
	for i, p := range pointers {
		list[i] = *p
	}
	return list
}
