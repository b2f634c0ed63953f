package gate

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// enumChecker refuses variables that spell the value of an enum in the wrong case.
// gqlparser accepts `published` for PUBLISHED; the models do not, and their error
// would look like an internal one.
type enumChecker struct{ schema *Schema }

func (enumChecker) ExtensionName() string                     { return "Enums" }
func (enumChecker) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses the first wrong value.
func (e enumChecker) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, variable := range operation.Operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(variable.Variable)}
		if err := e.check(variable.Type, reflect.ValueOf(operation.Variables[variable.Variable]), path); err != nil {
			errcode.Set(err, errcode.ValidationFailed)
			return err
		}
	}
	return nil
}

// check looks for enum values in a value of the type, which gqlparser has found
// valid except for case.
func (e enumChecker) check(t *ast.Type, value reflect.Value, path ast.Path) *gqlerror.Error {
	for value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	if value.Kind() == reflect.Slice && t.Elem != nil {
		for i := range value.Len() {
			if err := e.check(t.Elem, value.Index(i), append(path, ast.PathIndex(i))); err != nil {
				return err
			}
		}
		return nil
	}
	definition := e.schema.Types[t.Name()]
	if definition.Kind == ast.Enum && value.Kind() == reflect.String && definition.EnumValues.ForName(value.String()) == nil {
		return gqlerror.ErrorPathf(path, "%s is not a valid %s", value, definition.Name)
	}
	if definition.Kind != ast.InputObject || value.Kind() != reflect.Map {
		return nil
	}
	for _, field := range definition.Fields {
		if err := e.check(field.Type, value.MapIndex(reflect.ValueOf(field.Name)), append(path, ast.PathName(field.Name))); err != nil {
			return err
		}
	}
	return nil
}
