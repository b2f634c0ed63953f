package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/content"
)

// endReporter tells clients why their subscription ends if they did not end it
// themselves. gqlgen ends it silently when there are no more events.
type endReporter struct{ present graphql.ErrorPresenterFunc }

func (endReporter) ExtensionName() string                     { return "EndReporter" }
func (endReporter) Validate(_ graphql.ExecutableSchema) error { return nil }

type (
	feedKey struct{}
	// feed is what is reported of a subscription's feed.
	feed interface {
		Err() error
		Cursor() string
		Done()
		Position() string
	}
)

// InterceptOperation sends the error of the feed as the last response of a
// subscription, and gives each event the cursor of its change as its id.
func (e endReporter) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	var followed feed
	respond := next(context.WithValue(ctx, feedKey{}, &followed))
	if followed == nil {
		return respond
	}
	transport.SetPosition(ctx, followed.Position)
	sent, ended := false, false
	return func(ctx context.Context) *graphql.Response {
		if sent { // whoever asks for the next response has sent the last one
			followed.Done()
		}
		response := respond(ctx)
		if sent = response != nil; sent {
			transport.SetEventID(ctx, followed.Cursor())
			return response
		}
		err := followed.Err()
		if ended || err == nil {
			return nil
		}
		ended = true
		return &graphql.Response{Errors: gqlerror.List{e.present(ctx, err)}}
	}
}

// resumed returns the cursor after which a subscription begins: that of the last event
// which the client of an event stream got, else the one in its arguments.
func resumed(ctx context.Context, after *string) *string {
	if last := transport.LastEventID(ctx); last != "" {
		return &last
	}
	return after
}

// events returns the events of a feed, for the subscription of the context.
func events[T any](ctx context.Context, f *content.Feed[T], err error) (<-chan *T, error) {
	if err != nil {
		return nil, err
	}
	if followed, isSubscription := ctx.Value(feedKey{}).(*feed); isSubscription {
		*followed = f
	}
	return f.C, nil
}
