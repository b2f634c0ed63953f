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

// planByType returns what the field being resolved needs of nodes of each type,
// where it returns nodes of any type.
func (r *Resolver) planByType(ctx context.Context) func(model.NodeType) *model.Plan {
	p, field := r.planner(ctx)
	return func(t model.NodeType) *model.Plan { return p.plan(string(t), field.Selections) }
}

// related returns a relation of a node: as the plan of its list or root loaded it,
// or else, where no plan included it, by loading it now.
func related[T any](ctx context.Context, r *Resolver, node model.Node) (T, error) {
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

// changedNode returns the node that a change is about, as it is now: as the plan of
// a page loaded it, or else, for the event of a subscription, by loading it now.
func (r *Resolver) changedNode(ctx context.Context, change *model.Change) (model.Node, error) {
	if loaded, planned := change.Slot(graphql.GetFieldContext(ctx).Field.Name); planned {
		node, _ := loaded.(model.Node) // nil where it is gone
		return node, nil
	}
	return r.node(ctx, change.NodeID())
}

// node returns the node with an id, nil where there is none.
func (r *Resolver) node(ctx context.Context, id model.ID) (model.Node, error) {
	nodes, err := r.content.Nodes(ctx, []model.ID{id}, r.planByType(ctx))
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// planned returns what the plan of a list or root loaded for an object that is not
// a node: a facet of a connection, the article of a revision.
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
