package graph

import (
	"context"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

func (r *revisionResolver) Article(ctx context.Context, obj *model.Revision) (*model.Article, error) {
	return planned[*model.Article](ctx, r.Resolver, obj)
}

func (r *revisionResolver) Diff(ctx context.Context, obj *model.Revision, against *int) ([]*model.FieldDiff, error) {
	return planned[[]*model.FieldDiff](ctx, r.Resolver, obj)
}

func (r *Resolver) Revision() gen.RevisionResolver { return &revisionResolver{r} }

type revisionResolver struct{ *Resolver }
