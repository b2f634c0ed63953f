// Package graph is the GraphQL edge: it turns the selection of a query into a plan,
// calls content, and gives errors the form in which clients see them. Rules and SQL
// are below it; what a request may cost is decided in graph/gate.
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

// Resolver resolves fields by calling content.
type Resolver struct {
	content *content.Service
	schema  *gate.Schema
}

// planner returns a planner of the operation, and the field being resolved.
func (r *Resolver) planner(ctx context.Context) (planner, graphql.CollectedField) {
	return planner{graphql.GetOperationContext(ctx), r.schema}, graphql.GetFieldContext(ctx).Field
}

// load loads the relation of the context's field that no plan foresaw: of what a
// mutation returns, or of the event of a subscription.
func (r *Resolver) load(ctx context.Context, object any) (any, error) {
	p, field := r.planner(ctx)
	switch object := object.(type) {
	case *model.Change:
		return r.node(ctx, object.NodeID(), p.plan(field.Definition.Type.Name(), field.Selections))
	case *model.AuditEntry:
		return r.node(ctx, object.NodeID(), p.plan(field.Definition.Type.Name(), field.Selections))
	case model.Node:
		relation, err := p.relation(&model.Plan{}, field)
		if err != nil {
			return nil, err
		}
		p.addSelection(relation.Plan, field.Definition.Type.Name(), field.Selections)
		return r.content.Related(ctx, object, relation)
	}
	return nil, fmt.Errorf("%s was not loaded", field.Name)
}

// slot is the key under which a plan hangs the value of a relation.
func (r *Resolver) slot(operation *graphql.OperationContext, field graphql.CollectedField) (string, bool) {
	relation, err := planner{operation, r.schema}.relation(&model.Plan{}, field)
	if err != nil {
		return "", false // load returns the error
	}
	return relation.Key, true
}

// node returns the node with an id, nil where there is none.
func (r *Resolver) node(ctx context.Context, id model.ID, plan *model.Plan) (model.Node, error) {
	nodes, err := r.content.Nodes(ctx, []model.ID{id}, plan.Of)
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// orNull returns null where there is no such node.
func orNull[T any](node *T, err error) (*T, error) {
	if e := (*model.Error)(nil); errors.As(err, &e) && e.Code == model.ErrorCodeNotFound {
		return nil, nil // null is how GraphQL says that there is none
	}
	return node, err
}

// query says which page of which list is requested.
func query[F interface {
	comparable
	model.Filter
}](page model.Page, filter F, search *string, order []model.Order) model.Query {
	q := model.Query{Page: page, Search: orElse(search, ""), Order: order}
	if filter != *new(F) { // a nil pointer in an interface is not nil
		q.Filter = filter
	}
	return q
}

// orElse returns what a pointer points to, or a default where it is nil.
func orElse[T any](pointer *T, otherwise T) T {
	if pointer == nil {
		return otherwise
	}
	return *pointer
}

// orNone returns nil for an empty text.
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
