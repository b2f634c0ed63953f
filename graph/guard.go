package graph

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/model"
)

// guard ends operations that take too long, answer too much, or have nobody left
// to answer.
type guard struct {
	most  time.Duration
	bytes int64
}

func (guard) ExtensionName() string                     { return "Guard" }
func (guard) Validate(_ graphql.ExecutableSchema) error { return nil }

const answeredKey = "answered"

// MutateOperationContext begins to count what is answered.
func (guard) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	operation.Stats.SetExtension(answeredKey, new(atomic.Int64))
	return nil
}

// InterceptResponse begins again for each event of a subscription.
func (guard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		if answered, counting := graphql.GetOperationContext(ctx).Stats.GetExtension(answeredKey).(*atomic.Int64); counting {
			answered.Store(0)
		}
	}
	return next(ctx)
}

// InterceptOperation gives an operation its end. Subscriptions have none.
func (g guard) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if g.most == 0 || graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		return next(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, g.most, tookTooLong(g.most))
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return respond(ctx)
	}
}

func tookTooLong(most time.Duration) *model.Error {
	return model.LimitExceeded("time", "the operation took longer than %s and was ended; ask for less in one request", most)
}

// InterceptField resolves no field once the operation has ended, and counts the
// texts that it answers: they are nearly all that an answer weighs.
func (g guard) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	value, err := next(ctx)
	if err != nil || g.bytes == 0 {
		return value, err
	}
	size := 0
	switch text := value.(type) {
	case string:
		size = len(text)
	case *string:
		if text != nil {
			size = len(*text)
		}
	default:
		return value, nil
	}
	answered, counting := graphql.GetOperationContext(ctx).Stats.GetExtension(answeredKey).(*atomic.Int64)
	if counting && answered.Add(int64(size)) > g.bytes {
		return nil, model.LimitExceeded("answer", "the answer has more than %d bytes of text; ask for fewer rows, or for fewer long texts such as `body`", g.bytes)
	}
	return value, nil
}
