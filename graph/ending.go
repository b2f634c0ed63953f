package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/internal/content"
)

// ending tells a client why its subscription ends, where the client did not end it.
// gqlgen ends one without a word when there are no more events.
type ending struct{ present graphql.ErrorPresenterFunc }

func (ending) ExtensionName() string                     { return "Ending" }
func (ending) Validate(_ graphql.ExecutableSchema) error { return nil }

type endingKey struct{}

// InterceptOperation answers the error as the last of a subscription.
func (e ending) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	var why func() error
	respond := next(context.WithValue(ctx, endingKey{}, &why))
	return func(ctx context.Context) *graphql.Response {
		response := respond(ctx)
		if response != nil || why == nil {
			return response
		}
		err := why()
		if why = nil; err == nil {
			return nil
		}
		return &graphql.Response{Errors: gqlerror.List{e.present(ctx, err)}}
	}
}

// events are those of a feed, for the subscription of the context.
func events[T any](ctx context.Context, feed *content.Feed[T], err error) (<-chan *T, error) {
	if err != nil {
		return nil, err
	}
	if why, listens := ctx.Value(endingKey{}).(*func() error); listens {
		*why = feed.Err
	}
	return feed.C, nil
}
