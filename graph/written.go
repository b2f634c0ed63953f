package graph

import (
	"context"
	"fmt"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/diwan-cms/diwan/graph/transport"
	"github.com/diwan-cms/diwan/internal/content"
	"github.com/diwan-cms/diwan/model"
)

// mutations tells content which mutation of a request it executes, and clients what was
// written.
type mutations struct{}

func (mutations) ExtensionName() string                     { return "Mutations" }
func (mutations) Validate(_ graphql.ExecutableSchema) error { return nil }

// InterceptResponse adds to a response without data what was written all the same: an error in
// one mutation may take the answers of the others along.
func (mutations) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	operation := graphql.GetOperationContext(ctx).Operation
	if operation == nil || operation.Operation != ast.Mutation { // nil where it is refused
		return next(ctx)
	}
	ctx = content.InOperation(ctx)
	response := next(ctx)
	if written := content.WrittenIn(ctx); response != nil && len(written) > 0 && string(response.Data) == "null" {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["written"] = written
	}
	return response
}

// InterceptRootField gives a mutation its name in the request: its place in a list, and its
// key in the answer.
func (mutations) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		key := graphql.GetRootFieldContext(ctx).Field.Alias
		ctx = content.InMutation(ctx, strconv.Itoa(transport.PlaceOf(ctx))+"."+key)
	}
	return next(ctx)
}

// tellWritten adds to an error what its mutation has written all the same. What a mutation
// returns is read after it was committed: where that fails, the client must not take the
// mutation for failed, and send it again.
func tellWritten(ctx context.Context, shown *gqlerror.Error) {
	written := content.WrittenIn(ctx)
	if len(written) == 0 {
		return
	}
	shown.Extensions["written"] = written
	what := fmt.Sprintf("%d nodes were written", len(written))
	if len(written) == 1 {
		what = fmt.Sprintf("%s was written, in version %d", written[0].ID, written[0].Version)
	}
	if shown.Extensions["code"] == model.CodeUnavailable {
		shown.Message = what + ", but what you asked for with it cannot be read at the moment; do not send the mutation again, read it in a while"
		return
	}
	shown.Message = what + "; this part of the answer is missing: " + shown.Message
}
