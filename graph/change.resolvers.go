package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *changeResolver) Node(ctx context.Context, obj *model.Change) (model.Node, error) {
	nodes, err := r.content.Nodes(ctx, []model.ID{obj.NodeID()}, r.planFor(ctx))
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

func (r *subscriptionResolver) Changes(ctx context.Context, after *string, types []model.NodeType) (<-chan *model.Change, error) {
	return r.content.Follow(ctx, after, types)
}

func (r *Resolver) Change() gen.ChangeResolver { return &changeResolver{r} }

func (r *Resolver) Subscription() gen.SubscriptionResolver { return &subscriptionResolver{r} }

type (
	changeResolver       struct{ *Resolver }
	subscriptionResolver struct{ *Resolver }
)
