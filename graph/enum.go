package graph

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// enums refuses variables in which the name of an enum's value is in other
// letters: gqlparser takes `published` for PUBLISHED, the models do not, and their
// error would look like a fault of ours.
type enums struct{ schema *ast.Schema }

func (enums) ExtensionName() string                     { return "Enums" }
func (enums) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationContext answers the first name that is none.
func (e enums) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, variable := range operation.Operation.VariableDefinitions {
		place := ast.Path{ast.PathName("variable"), ast.PathName(variable.Variable)}
		if err := e.check(variable.Type, reflect.ValueOf(operation.Variables[variable.Variable]), place); err != nil {
			errcode.Set(err, errcode.ValidationFailed)
			return err
		}
	}
	return nil
}

// check looks for names in a value of the type. All but their letters is known to
// fit.
func (e enums) check(t *ast.Type, value reflect.Value, place ast.Path) *gqlerror.Error {
	for value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	if value.Kind() == reflect.Slice && t.Elem != nil {
		for i := range value.Len() {
			if err := e.check(t.Elem, value.Index(i), append(place[:len(place):len(place)], ast.PathIndex(i))); err != nil {
				return err
			}
		}
		return nil
	}
	definition := e.schema.Types[t.Name()]
	if definition.Kind == ast.Enum && value.Kind() == reflect.String && definition.EnumValues.ForName(value.String()) == nil {
		return gqlerror.ErrorPathf(place, "%s is not a valid %s", value, definition.Name)
	}
	if definition.Kind != ast.InputObject || value.Kind() != reflect.Map {
		return nil
	}
	for _, field := range definition.Fields {
		if err := e.check(field.Type, value.MapIndex(reflect.ValueOf(field.Name)), append(place[:len(place):len(place)], ast.PathName(field.Name))); err != nil {
			return err
		}
	}
	return nil
}
