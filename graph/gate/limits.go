package gate

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// Limits bound what one operation may ask for. Zero is no limit.
type Limits struct {
	// Tokens of a document, and Depth to which fields may nest.
	Tokens, Depth int
	// Fields of an operation, Aliases among them, and RootFields, all with fragments
	// expanded. Repeated are the fields that are requested more than once in the same
	// place.
	Fields, Repeated, Aliases, RootFields int
	// Cost of an operation: roughly the number of objects that it may return.
	Cost int
	// Values that fields may have in a response, over all its objects.
	Values int
	// List is the length of a list in the input, Errors the number in a response.
	List, Errors int
	// Bytes of text in a response.
	Bytes int64
	// Time that an operation may take. It does not apply to subscriptions.
	Time time.Duration
}

// DefaultLimits are far above what front ends need.
func DefaultLimits() Limits {
	return Limits{
		Tokens: 20_000, Depth: 20, Fields: 2_000, Repeated: 400, Aliases: 200, RootFields: 50, Cost: 20_000, Values: 200_000,
		List: 1_000, Errors: 100, Bytes: 10 << 20, Time: 30 * time.Second,
	}
}

// maxEventCost is what an event of a subscription may cost: any number may follow.
const maxEventCost = 500

// limiter holds operations to the limits: to some of them before validation, where
// validating is what takes long.
type limiter struct {
	Limits
	parsed     documents
	prepared   preparations
	present    graphql.ErrorPresenterFunc
	seesDrafts func(context.Context) error
	telemetry  *telemetry.Telemetry
}

func (limiter) ExtensionName() string                     { return "Limits" }
func (limiter) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses documents that are too large, judging by their
// shape alone. Documents in the cache passed before.
func (l limiter) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	known, cached := l.parsed.kept.Get(ctx, request.Query)
	l.telemetry.Cache("documents", cached)
	if cached {
		graphql.GetOperationContext(ctx).Stats.SetExtension(documentKey, known)
		return nil
	}
	return l.checkDocument(request.Query)
}

// MutateOperationContext refuses operations that cost too much, now that their
// variables are known.
func (l limiter) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if longest := longestList(operation.Variables); l.List > 0 && longest > l.List {
		return exceeded("list", "a list in the variables has %d values; send at most %d in one request", longest, l.List)
	}
	if operation.Operation.Operation == ast.Mutation && requests(operation.Operation.SelectionSet, ArticleRevisions) {
		if err := l.seesDrafts(ctx); err != nil {
			return l.present(ctx, err) // before anything is written
		}
	}
	prepared := l.prepared.of(ctx, operation)
	operation.Stats.SetExtension(preparedKey, prepared)
	cost := costOf(operation, l.prepared.schema, prepared.root)
	operation.Stats.SetExtension(costKey, cost)
	limit, unit := l.Cost, "request"
	if operation.Operation.Operation == ast.Subscription {
		limit, unit = min(limit, maxEventCost), "event"
	}
	if l.Cost > 0 && cost.objects > limit {
		return exceeded("cost", "the operation asks for up to %d objects, more than the %d of one %s; %s", cost.objects, limit, unit, cost.advice(limit))
	}
	if l.Values > 0 && cost.values > l.Values {
		return exceeded("values", "the operation asks for up to %d values of fields, more than the %d of one request; ask for smaller pages, or for fewer fields in each row", cost.values, l.Values)
	}
	return nil
}

// requests reports whether a field is requested anywhere in a selection.
func requests(selections ast.SelectionSet, wanted Coordinate) bool {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			if CoordinateOf(s) == wanted || requests(s.SelectionSet, wanted) {
				return true
			}
		case *ast.InlineFragment:
			if requests(s.SelectionSet, wanted) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && requests(s.Definition.SelectionSet, wanted) {
				return true
			}
		}
	}
	return false
}

// costKey is where the cost of an operation is kept with gqlgen, and its name in
// the extensions of a response.
const costKey = "cost"

// priced returns the cost of an operation, false where it was refused before it
// was priced.
func priced(operation *graphql.OperationContext) (cost, bool) {
	c, known := operation.Stats.GetExtension(costKey).(cost)
	return c, known
}

// InterceptResponse adds what the operation cost, and limits the number of errors.
func (l limiter) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || !graphql.HasOperationContext(ctx) {
		return response
	}
	if cost, known := priced(graphql.GetOperationContext(ctx)); known {
		extend(response, costKey, price{cost.objects, l.Cost})
	}
	slices.SortStableFunc(response.Errors, func(a, b *gqlerror.Error) int { // fields fail in any order
		return strings.Compare(a.Path.String(), b.Path.String())
	})
	count := len(response.Errors)
	if t := tallyOf(ctx); t != nil {
		count = max(count, int(t.errors.Swap(0))) // not all of them were kept
	}
	if more := count - l.Errors; l.Errors > 0 && more > 0 {
		rest := l.present(ctx, model.LimitExceeded("errors", "and %d errors more; mend these first", more+1))
		response.Errors = append(response.Errors[:l.Errors-1:l.Errors-1], rest)
	}
	return response
}

// price is what a response says of its cost.
type price struct{ requested, max int }

// AppendJSON is MarshalJSON without reflection.
func (p price) AppendJSON(to []byte) []byte {
	to = strconv.AppendInt(append(to, `{"max":`...), int64(p.max), 10)
	return append(strconv.AppendInt(append(to, `,"requested":`...), int64(p.requested), 10), '}')
}

// MarshalJSON writes an object.
func (p price) MarshalJSON() ([]byte, error) { return p.AppendJSON(nil), nil }

// extend adds to the extensions of a response.
func extend(response *graphql.Response, key string, value any) {
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions[key] = value
}

func exceeded(limit, format string, args ...any) *gqlerror.Error {
	return gqlerror.Wrap(model.LimitExceeded(limit, format, args...))
}

// CostOf returns what an operation costs, which Install has priced.
func CostOf(operation *graphql.OperationContext) int {
	cost, _ := priced(operation)
	return cost.objects
}
