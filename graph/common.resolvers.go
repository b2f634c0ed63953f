package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *queryResolver) Node(ctx context.Context, id model.ID) (model.Node, error) {
	return r.node(ctx, id, r.plan(ctx))
}

func (r *queryResolver) Nodes(ctx context.Context, ids []*model.ID) ([]model.Node, error) {
	return r.content.Nodes(ctx, values(ids), r.plan(ctx).Of)
}

func (r *Resolver) Mutation() gen.MutationResolver { return &mutationResolver{r} }

func (r *Resolver) Query() gen.QueryResolver { return &queryResolver{r} }

type (
	mutationResolver struct{ *Resolver }
	queryResolver    struct{ *Resolver }
)
