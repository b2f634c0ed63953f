package gate

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/model"
)

// guard ends operations that take too long, return too much, or whose client has
// left.
type guard struct {
	maxTime  time.Duration
	maxBytes int64
	// late is why an operation is ended at maxTime.
	late *model.Error
	// memory is what all responses take that are being made or sent.
	memory *atomic.Int64
}

func newGuard(limits Limits) guard {
	return guard{limits.Time, limits.Bytes, tookTooLong(limits.Time), new(atomic.Int64)}
}

const (
	// maxResponses is how many of the largest responses may be in memory at once.
	maxResponses = 16
	// memoryPerByte is the memory that a byte of a response takes while it is made: the
	// rows that it comes from, the buffer that it is written to, and the body.
	memoryPerByte = 3
)

func (guard) ExtensionName() string                     { return "Guard" }
func (guard) Validate(_ graphql.ExecutableSchema) error { return nil }

// tally is what the response to an operation has come to so far.
type tally struct {
	guard
	bytes, memory, errors atomic.Int64
	// refusal is why no more fields are resolved.
	refusal atomic.Pointer[model.Error]
	// mutation is true where the response tells what was written: a client must not be
	// told to send it again.
	mutation bool
}

type tallyKey struct{}

// tallyOf returns the tally of the operation of the context, nil while none is
// executed.
func tallyOf(ctx context.Context) *tally {
	t, _ := ctx.Value(tallyKey{}).(*tally)
	return t
}

// CountError counts an error of the operation of the context. It reports whether
// there are so many already that this one can be left out: in a large response each
// field may fail, and clients are shown few of the errors.
func CountError(ctx context.Context) (tooMany bool) {
	t := tallyOf(ctx)
	return t != nil && t.errors.Add(1) > maxErrors
}

// InterceptResponse starts over for each event of a subscription.
func (g guard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if t := tallyOf(ctx); t != nil {
		t.bytes.Store(0)
		t.errors.Store(0)
		t.refusal.Store(nil)
		g.release(t)
	}
	return next(ctx)
}

func (g guard) release(t *tally) { g.memory.Add(-t.memory.Swap(0)) }

// InterceptOperation limits the time of an operation, and counts its response as
// held in memory until it was sent: then the context of the request ends.
// Subscriptions may take any time.
func (g guard) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	kind := graphql.GetOperationContext(ctx).Operation.Operation
	t := &tally{guard: g, mutation: kind == ast.Mutation}
	ctx = context.WithValue(ctx, tallyKey{}, t)
	transport.AfterAnswer(ctx, func() { g.release(t) })
	if g.maxTime == 0 || kind == ast.Subscription {
		return next(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, g.maxTime, g.late)
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return respond(ctx)
	}
}

func tookTooLong(limit time.Duration) *model.Error {
	return model.LimitExceeded("time", "the operation took longer than %s and was ended; ask for less in one request", limit)
}

// InterceptField resolves no more fields once the operation has ended or its
// response is too large, and adds up what fields return.
func (g guard) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	t := tallyOf(ctx)
	if t == nil || g.maxBytes == 0 {
		return next(ctx)
	}
	if refusal := t.refusal.Load(); refusal != nil {
		return nil, refusal
	}
	value, err := next(ctx)
	if err != nil {
		return value, err
	}
	bytes := int64(len(graphql.GetFieldContext(ctx).Field.Alias) + bytesOf(value))
	if refusal := t.grow(ctx, bytes); refusal != nil {
		return nil, refusal
	}
	return value, nil
}

// Grow counts bytes that were written of the response to the operation of the context.
// It returns why no more may be written: the response is too large, or the server holds
// too many.
func Grow(ctx context.Context, bytes int) error {
	t := tallyOf(ctx)
	if t == nil || t.maxBytes == 0 {
		return nil
	}
	if refusal := t.refusal.Load(); refusal != nil {
		return refusal
	}
	if refusal := t.grow(ctx, int64(bytes)); refusal != nil {
		return refusal
	}
	return nil
}

func (t *tally) grow(ctx context.Context, bytes int64) *model.Error {
	memory := memoryPerByte * bytes
	held := t.guard.memory.Add(memory)
	t.memory.Add(memory)
	if ctx.Err() != nil { // it may have ended just before that was added
		t.release(t)
	}
	if held > maxResponses*t.maxBytes && !t.mutation {
		return t.stop(t, &model.Error{Code: model.CodeUnavailable, Limit: "at-once", Message: "the server holds as many answers as it can; send it again in a moment"})
	}
	if t.bytes.Add(bytes) > t.maxBytes {
		return t.stop(t, tooLarge(t.maxBytes, t.mutation))
	}
	return nil
}

func tooLarge(limit int64, mutation bool) *model.Error {
	err := model.LimitExceeded("answer", "the answer has more than %d bytes; ask for fewer rows, or for fewer long texts such as `body`", limit)
	if mutation {
		err.Message += ". What was sent may be written: look at it before you send it again"
	}
	return err
}

// stop refuses the rest of a response, whose memory others may have.
func (g guard) stop(t *tally, refusal *model.Error) *model.Error {
	t.refusal.Store(refusal)
	g.release(t)
	return refusal
}

// bytesOf is roughly how many bytes a value takes in a response, without its key.
// Fields of objects count by themselves.
func bytesOf(value any) int {
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
