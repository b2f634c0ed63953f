package gate

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/model"
)

// All responses together take no more memory than a server may hold, and none once
// their requests have ended.
func TestMemoryOfResponses(t *testing.T) {
	t.Parallel()
	g := guard{maxBytes: 1000, memory: new(atomic.Int64)}
	request, end := context.WithCancel(t.Context())
	send := func(kind ast.Operation, length int) error {
		ctx := graphql.WithOperationContext(request, &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: kind}})
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{Field: &ast.Field{Alias: "text"}}})
		var err error
		g.InterceptOperation(ctx, func(ctx context.Context) graphql.ResponseHandler {
			_, err = g.InterceptField(ctx, func(context.Context) (any, error) { return strings.Repeat("x", length), nil })
			return nil
		})
		return err
	}
	ask := func(length int) error { return send(ast.Query, length) }
	for range 5 {
		if err := ask(900); err != nil {
			t.Fatalf("one of five answers = %v, want it", err)
		}
	}
	if err := ask(900); model.CodeOf(err) != model.CodeUnavailable {
		t.Errorf("a sixth answer = %v, want UNAVAILABLE", err)
	}
	if err := ask(1000); model.CodeOf(err) != model.CodeUnavailable {
		t.Errorf("a seventh = %v, want UNAVAILABLE", err)
	}
	if err := send(ast.Mutation, 900); err != nil {
		t.Errorf("the answer to a mutation beside them = %v, want it: it has been written", err)
	}
	end()
	request, end = context.WithCancel(t.Context())
	defer end()
	for held := g.memory.Load(); held != 0; held = g.memory.Load() { // context.AfterFunc runs in a goroutine
	}
	if err := ask(900); err != nil {
		t.Errorf("an answer after all that = %v, want it", err)
	}
	if err := send(ast.Mutation, 1000); model.CodeOf(err) != model.ErrorCodeLimitExceeded || !strings.Contains(err.Error(), "may be written: look at it") {
		t.Errorf("an answer to a mutation that is too long = %v, want LIMIT_EXCEEDED, and that it may be written", err)
	}
	if err := ask(1000); model.CodeOf(err) != model.ErrorCodeLimitExceeded {
		t.Errorf("an answer that is too long = %v, want LIMIT_EXCEEDED", err)
	}
}

// Each event of a subscription is a response of its own.
func TestEventsAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	g := guard{maxBytes: 100, memory: new(atomic.Int64)}
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: ast.Subscription}})
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{Field: &ast.Field{Alias: "text"}}})
	field := func(ctx context.Context, length int) error {
		_, err := g.InterceptField(ctx, func(context.Context) (any, error) { return strings.Repeat("x", length), nil })
		return err
	}
	g.InterceptOperation(ctx, func(ctx context.Context) graphql.ResponseHandler {
		for _, length := range []int{88, 89, 88} { // with a key of 4 letters, and 8
			g.InterceptResponse(ctx, func(ctx context.Context) *graphql.Response {
				if held := g.memory.Load(); held != 0 {
					t.Errorf("%d bytes are held before an event, want none", held)
				}
				err := field(ctx, length)
				if (err != nil) != (length == 89) {
					t.Errorf("an event with a text of %d bytes = %v, want an error at 89", length, err)
				}
				if err != nil && field(ctx, 0) == nil {
					t.Error("another field of an event that is too large = nil error, want one")
				}
				return nil
			})
		}
		return nil
	})
}
