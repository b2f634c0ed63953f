package gate

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// observer reports operations to telemetry: what they are, what they took, and how
// they ended. It is the outermost extension and sees responses as they are sent.
type observer struct {
	schema    *Schema
	telemetry *telemetry.Telemetry
}

func (observer) ExtensionName() string                     { return "Observer" }
func (observer) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters notes the text and the name of an operation, which
// gqlgen notes only after other extensions may have refused it.
func (observer) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	operation := graphql.GetOperationContext(ctx)
	operation.RawQuery, operation.OperationName = request.Query, request.OperationName
	return nil
}

// InterceptOperation begins to observe an operation that is executed. A
// subscription ends with its context.
func (o observer) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	ctx = o.begin(ctx)
	if operation := telemetry.OperationOf(ctx); isSubscription(operation) {
		context.AfterFunc(ctx, func() { operation.End(ctx) })
	}
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		response := respond(ctx)
		if response != nil { // a subscription that fails at its start does not pass InterceptResponse
			noteFailure(ctx, response)
		}
		return response
	}
}

// begin reports that an operation begins, whether it is executed or refused.
func (o observer) begin(ctx context.Context) context.Context {
	requested := graphql.GetOperationContext(ctx)
	operation := &telemetry.Operation{Name: OperationName(ctx), Began: requested.Stats.OperationStart}
	if known := documentOf(requested); known != nil {
		operation.Hash = known.hash
	} else if requested.RawQuery != "" { // it is empty where a hash is unknown
		operation.Hash = transport.Digest(requested.RawQuery)
	}
	if requested.Operation != nil {
		operation.Kind = string(requested.Operation.Operation)
	}
	if cost, known := priced(requested); known {
		operation.Cost = cost.objects
	}
	return o.telemetry.Begin(ctx, operation)
}

// OperationName returns the name that the client gave the operation of the context,
// empty where it has none. A request need not say which operation it means where
// there is only one.
func OperationName(ctx context.Context) string {
	if !graphql.HasOperationContext(ctx) {
		return ""
	}
	requested := graphql.GetOperationContext(ctx)
	if requested.Operation != nil {
		return requested.Operation.Name
	}
	return requested.OperationName
}

// InterceptResponse adds extensions.trace where it was requested, and ends the
// operation.
func (o observer) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return response
	}
	for _, limit := range limitsHit(response) {
		o.telemetry.Limit(limit)
	}
	if !graphql.HasOperationContext(ctx) { // the request has no operation
		return response
	}
	operation := telemetry.OperationOf(ctx)
	executed := operation != nil
	if !executed {
		ctx = o.begin(ctx)
		operation = telemetry.OperationOf(ctx)
	}
	noteFailure(ctx, response)
	if trace := operation.Trace(); trace != nil {
		extend(response, "trace", trace)
	}
	if !executed || !isSubscription(operation) {
		operation.End(ctx)
	}
	return response
}

func isSubscription(operation *telemetry.Operation) bool {
	return operation.Kind == string(ast.Subscription)
}

// noteFailure notes how an operation failed, if it did.
func noteFailure(ctx context.Context, response *graphql.Response) {
	operation := telemetry.OperationOf(ctx)
	switch {
	case len(response.Errors) == 0:
	case errors.Is(ctx.Err(), context.Canceled):
		if !isSubscription(operation) { // which always ends so
			operation.Failed(telemetry.Cancelled, nil)
		}
	default:
		operation.Failed(fmt.Sprint(response.Errors[0].Extensions["code"]), limitsHit(response))
	}
}

// limitsHit returns the names of the limits that errors are about, each once.
func limitsHit(response *graphql.Response) []string {
	var hit []string
	for _, err := range response.Errors {
		if limit, isLimit := err.Extensions["limit"].(string); isLimit && !slices.Contains(hit, limit) {
			hit = append(hit, limit)
		}
	}
	return hit
}

// InterceptField reports for which field statements are sent, and whether a
// mutation refused its input.
func (o observer) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if !field.IsResolver {
		return next(ctx)
	}
	ctx, end := o.telemetry.Resolve(ctx, field.Object, field.Field.Name, func() string { return field.Path().String() })
	defer end()
	value, err := next(ctx)
	if code := payloadCode(value); code != "" && field.Object == o.schema.Mutation.Name {
		telemetry.OperationOf(ctx).Failed(code, nil)
	}
	return value, err
}

// payloadCode returns the code of the first error in the payload of a mutation,
// empty where there is none.
func payloadCode(payload any) string {
	value := reflect.Indirect(reflect.ValueOf(payload))
	if value.Kind() != reflect.Struct || !value.FieldByName("Errors").IsValid() {
		return ""
	}
	userErrors, _ := value.FieldByName("Errors").Interface().([]model.UserError)
	if len(userErrors) == 0 {
		return ""
	}
	return string(model.CodeOfUser(userErrors[0]))
}
