package graph

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/model"
)

// guard ends operations that take too long, answer too much, or have nobody left
// to answer.
type guard struct {
	most  time.Duration
	bytes int64
	// held are the bytes of all answers that are made or on their way.
	held *atomic.Int64
}

// together is how many answers of the largest size are held at once.
const together = 4

func (guard) ExtensionName() string                     { return "Guard" }
func (guard) Validate(_ graphql.ExecutableSchema) error { return nil }

type weightKey struct{}

// weight is what the answer of an operation weighs so far.
type weight struct{ bytes atomic.Int64 }

// InterceptResponse begins again for each event of a subscription.
func (g guard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if w, weighing := ctx.Value(weightKey{}).(*weight); weighing {
		g.held.Add(-w.bytes.Swap(0))
	}
	return next(ctx)
}

// InterceptOperation gives an operation its end, and weighs its answer until who
// asked has it: then its context ends. Subscriptions have no end.
func (g guard) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if g.bytes > 0 {
		w := &weight{}
		ctx = context.WithValue(ctx, weightKey{}, w)
		context.AfterFunc(ctx, func() { g.held.Add(-w.bytes.Swap(0)) })
	}
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

// InterceptField resolves no field once the operation has ended, and weighs what
// it answers.
func (g guard) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	value, err := next(ctx)
	w, weighing := ctx.Value(weightKey{}).(*weight)
	if err != nil || !weighing {
		return value, err
	}
	bytes := int64(len(graphql.GetFieldContext(ctx).Field.Alias) + weigh(value))
	held, own := g.held.Add(bytes), w.bytes.Add(bytes)
	if ctx.Err() != nil { // it may have ended just before that was added
		g.held.Add(-w.bytes.Swap(0))
	}
	if held > together*g.bytes {
		return nil, &model.Error{Code: model.CodeUnavailable, Limit: "at-once", Message: "the server holds as many answers as it can; send it again in a moment"}
	}
	if own > g.bytes {
		return nil, model.LimitExceeded("answer", "the answer has more than %d bytes; ask for fewer rows, or for fewer long texts such as `body`", g.bytes)
	}
	return value, nil
}

// weigh is about how many bytes a value takes in the answer, besides its key. The
// fields of objects are weighed themselves.
func weigh(value any) int {
	const short = 8 // quotes, a colon, a comma; numbers and dates
	switch value := value.(type) {
	case string:
		return short + len(value)
	case *string:
		if value != nil {
			return short + len(*value)
		}
	case []string:
		sum := short
		for _, text := range value {
			sum += short + len(text)
		}
		return sum
	case model.JSON:
		return short + len(value)
	}
	return short
}
