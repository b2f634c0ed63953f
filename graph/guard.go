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
	// held is the memory of all answers that are made or on their way.
	held *atomic.Int64
}

const (
	// together is how much memory answers take at once, as a multiple of the bytes of
	// the largest.
	together = 16
	// perValue is the memory that a value takes while an answer is made, beside twice
	// its bytes; measured with answers of 80,000 values.
	perValue = 300
)

func (guard) ExtensionName() string                     { return "Guard" }
func (guard) Validate(_ graphql.ExecutableSchema) error { return nil }

type weightKey struct{}

// weight is what the answer of an operation weighs so far, the memory it takes, and
// how many errors it has.
type weight struct {
	bytes, memory, errors atomic.Int64
	// over is why nothing more is answered.
	over atomic.Pointer[model.Error]
	// wrote says that the answer tells what was written: to be told to send it again
	// would be wrong.
	wrote bool
}

// weightOf answers that of the operation of the context, nil when none is executed.
func weightOf(ctx context.Context) *weight {
	w, _ := ctx.Value(weightKey{}).(*weight)
	return w
}

// InterceptResponse begins again for each event of a subscription.
func (g guard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if w := weightOf(ctx); w != nil {
		w.bytes.Store(0)
		w.errors.Store(0)
		w.over.Store(nil)
		g.release(w)
	}
	return next(ctx)
}

func (g guard) release(w *weight) { g.held.Add(-w.memory.Swap(0)) }

// InterceptOperation gives an operation its end, and weighs its answer until who
// asked has it: then its context ends. Subscriptions have no end.
func (g guard) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	w := &weight{wrote: graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation}
	ctx = context.WithValue(ctx, weightKey{}, w)
	context.AfterFunc(ctx, func() { g.release(w) })
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
	w := weightOf(ctx)
	if w == nil || g.bytes == 0 {
		return next(ctx)
	}
	if over := w.over.Load(); over != nil {
		return nil, over
	}
	value, err := next(ctx)
	if err != nil {
		return value, err
	}
	bytes := int64(len(graphql.GetFieldContext(ctx).Field.Alias) + weigh(value))
	memory := perValue + 2*bytes
	held := g.held.Add(memory)
	w.memory.Add(memory)
	if ctx.Err() != nil { // it may have ended just before that was added
		g.release(w)
	}
	if held > together*g.bytes && !w.wrote {
		return nil, g.stop(w, &model.Error{Code: model.CodeUnavailable, Limit: "at-once", Message: "the server holds as many answers as it can; send it again in a moment"})
	}
	if w.bytes.Add(bytes) > g.bytes {
		return nil, g.stop(w, tooLarge(g.bytes, w.wrote))
	}
	return value, nil
}

func tooLarge(most int64, wrote bool) *model.Error {
	err := model.LimitExceeded("answer", "the answer has more than %d bytes; ask for fewer rows, or for fewer long texts such as `body`", most)
	if wrote {
		err.Message += ". What was sent is written: look at it before you send it again"
	}
	return err
}

// stop ends an answer, which leaves its place to others.
func (g guard) stop(w *weight, why *model.Error) *model.Error {
	w.over.Store(why)
	g.release(w)
	return why
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
