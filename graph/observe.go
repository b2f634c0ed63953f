package graph

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

// observer tells of operations: what they are, what they took, how they ended.
// It is the outermost extension, and sees answers as they leave.
type observer struct{ telemetry *telemetry.Telemetry }

func (observer) ExtensionName() string                     { return "Observer" }
func (observer) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters notes what is asked for, for operations that are
// refused before gqlgen does.
func (observer) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	asked := graphql.GetOperationContext(ctx)
	asked.RawQuery, asked.OperationName = request.Query, request.OperationName
	return nil
}

// InterceptOperation begins to count for an operation that is executed. A
// subscription ends with its context.
func (o observer) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	ctx = o.begin(ctx)
	if operation := telemetry.OperationOf(ctx); operation.Kind == string(ast.Subscription) {
		context.AfterFunc(ctx, func() { operation.End(ctx) })
	}
	respond := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		response := respond(ctx)
		if response != nil { // what a subscription fails with at its start passes nothing else
			note(ctx, response)
		}
		return response
	}
}

// begin tells that an operation begins, executed or refused.
func (o observer) begin(ctx context.Context) context.Context {
	asked := graphql.GetOperationContext(ctx)
	operation := &telemetry.Operation{Name: operationName(ctx), Began: asked.Stats.OperationStart}
	if asked.RawQuery != "" { // there is none where a hash is not known
		operation.Hash = transport.Digest(asked.RawQuery)
	}
	if asked.Operation != nil {
		operation.Kind = string(asked.Operation.Operation)
	}
	if spent, known := asked.Stats.GetExtension(costKey).(spent); known {
		operation.Cost = spent.objects
	}
	return o.telemetry.Begin(ctx, operation)
}

// InterceptResponse adds extensions.trace where it was asked for, and ends the
// operation.
func (o observer) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return response
	}
	for _, limit := range limitsHit(response) {
		o.telemetry.Limit(limit)
	}
	if !graphql.HasOperationContext(ctx) { // it is no operation
		return response
	}
	operation := telemetry.OperationOf(ctx)
	executed := operation != nil
	if !executed {
		ctx = o.begin(ctx)
		operation = telemetry.OperationOf(ctx)
	}
	note(ctx, response)
	if trace := operation.Trace(); trace != nil {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["trace"] = trace
	}
	if !executed || operation.Kind != string(ast.Subscription) {
		operation.End(ctx)
	}
	return response
}

// note notes how an operation failed, if it did.
func note(ctx context.Context, response *graphql.Response) {
	operation := telemetry.OperationOf(ctx)
	switch {
	case len(response.Errors) == 0:
	case errors.Is(ctx.Err(), context.Canceled):
		if operation.Kind != string(ast.Subscription) { // which ends so in any case
			operation.Failed(telemetry.Cancelled, nil)
		}
	default:
		operation.Failed(fmt.Sprint(response.Errors[0].Extensions["code"]), limitsHit(response))
	}
}

// limitsHit are the names of the limits because of which there are errors, each
// once.
func limitsHit(response *graphql.Response) []string {
	var hit []string
	for _, err := range response.Errors {
		if limit, isLimit := err.Extensions["limit"].(string); isLimit && !slices.Contains(hit, limit) {
			hit = append(hit, limit)
		}
	}
	return hit
}

// InterceptField tells which field statements are for, and what was wrong with the
// input of a mutation.
func (o observer) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if !field.IsResolver {
		return next(ctx)
	}
	ctx, end := o.telemetry.Resolve(ctx, field.Object, field.Field.Name, func() string { return field.Path().String() })
	defer end()
	value, err := next(ctx)
	if code := payloadCode(value); field.Object == "Mutation" && code != "" {
		telemetry.OperationOf(ctx).Failed(code, nil)
	}
	return value, err
}

// payloadCode is the code of the first error in a payload, empty when there is
// none.
func payloadCode(payload any) string {
	value := reflect.Indirect(reflect.ValueOf(payload))
	if value.Kind() != reflect.Struct || !value.FieldByName("Errors").IsValid() {
		return ""
	}
	wrong, _ := value.FieldByName("Errors").Interface().([]model.UserError)
	if len(wrong) == 0 {
		return ""
	}
	return string(model.CodeOfUser(wrong[0]))
}
