package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
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
		return &graphql.Response{Errors: gqlerror.List{e.present(ctx, ofHeader(ctx, err))}}
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

// ofHeader says of an error about the cursor after which a subscription begins that the
// client sent it in a header, if it did: EventSource does so by itself.
func ofHeader(ctx context.Context, err error) error {
	wrong, ours := errors.AsType[*model.Error](err)
	if !ours || transport.LastEventID(ctx) == "" {
		return err
	}
	switch wrong.Code {
	case model.CodeInvalidCursor:
		return &model.Error{Code: wrong.Code, Message: "the header Last-Event-ID is not a cursor of this API; send the `id` of the last event that arrived, or leave it out"}
	case model.CodeCursorExpired:
		return &model.Error{Code: wrong.Code, Message: "the header Last-Event-ID is older than the changes that are kept: some after it are gone. Start again without it and with an empty copy: page through `changes` to the end"}
	}
	return err
}

// events returns the events of a feed, for the subscription of the context.
func events[T any](ctx context.Context, f *content.Feed[T], err error) (<-chan *T, error) {
	if err != nil {
		return nil, ofHeader(ctx, err)
	}
	if followed, isSubscription := ctx.Value(feedKey{}).(*feed); isSubscription {
		*followed = f
	}
	return f.C, nil
}
