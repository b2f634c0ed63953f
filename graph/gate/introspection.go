package gate

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// noIntrospection refuses operations that ask for the schema. gqlgen would fail the
// field instead, as if by an internal error.
type noIntrospection struct{}

func (noIntrospection) ExtensionName() string                     { return "NoIntrospection" }
func (noIntrospection) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses them.
func (noIntrospection) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if !introspects(operation.Operation.SelectionSet) {
		return nil
	}
	err := gqlerror.Errorf("introspection is switched off on this server; take the schema from one that is not in production")
	errcode.Set(err, errcode.ValidationFailed)
	return err
}

// introspects reports whether a selection at the root asks for the schema, skipped
// or not.
func introspects(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			if selection.Name == "__schema" || selection.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if introspects(selection.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if introspects(selection.Definition.SelectionSet) {
				return true
			}
		}
	}
	return false
}
