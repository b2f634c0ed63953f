package graph

import (
	"context"
	"errors"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// The error of a feed is the last response of its subscription, once.
func TestSubscriptionsEndWithTheErrorOfTheirFeed(t *testing.T) {
	t.Parallel()
	expired := model.Invalid("the cursor has expired")
	for _, c := range []struct {
		name string
		kind ast.Operation
		err  error
		want bool
	}{
		{"a feed that failed", ast.Subscription, expired, true},
		{"a feed whose listener left", ast.Subscription, nil, false},
		{"a query has no feed", ast.Query, expired, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: c.kind}})
			reporter := endReporter{graphql.DefaultErrorPresenter}
			respond := reporter.InterceptOperation(ctx, func(ctx context.Context) graphql.ResponseHandler {
				if followed, subscribes := ctx.Value(feedKey{}).(*feed); subscribes {
					*followed = ended{c.err}
				}
				return func(context.Context) *graphql.Response { return nil } // no more events
			})
			last := respond(ctx)
			if got := last != nil && errors.Is(last.Errors, expired); got != c.want {
				t.Errorf("the last response = %+v, want the error: %t", last, c.want)
			}
			if again := respond(ctx); again != nil {
				t.Errorf("after the last response = %+v, want nothing", again)
			}
		})
	}
}

// ended is a feed that has ended.
type ended struct{ err error }

func (e ended) Err() error     { return e.err }
func (ended) Cursor() string   { return "" }
func (ended) Done()            {}
func (ended) Position() string { return "" }

// Outside of a subscription, events are those of the feed.
func TestEvents(t *testing.T) {
	t.Parallel()
	c := make(chan *model.Change)
	got, err := events(t.Context(), &content.Feed[model.Change]{C: c}, nil)
	if got != (<-chan *model.Change)(c) || err != nil {
		t.Errorf("events of a feed = %v, %v, want its channel", got, err)
	}
	refused := model.Invalid("no")
	if got, err := events[model.Change](t.Context(), nil, refused); got != nil || err != refused {
		t.Errorf("events of a feed that was refused = %v, %v, want the refusal", got, err)
	}
}
