package gate

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// selected is a field that an operation selects, with what is needed to price it.
type selected struct {
	graphql.CollectedField
	parent   string // the type that has the field
	returned string // the type that it returns
	kind     kind
	// price is that of fields that return no objects but are still expensive, or else 0.
	price int
	// args are its arguments; nil if they have variables on which Prepared does not depend.
	args  map[string]any
	below []*selected
}

// selected returns the fields that an operation selects at its root.
func (s *Schema) selected(operation *graphql.OperationContext) []*selected {
	root := map[ast.Operation]*ast.Definition{ast.Query: s.Query, ast.Mutation: s.Mutation, ast.Subscription: s.Subscription}
	c := collector{operation, s, fieldPrices()}
	fields := c.collect(root[operation.Operation.Operation].Name, operation.Operation.SelectionSet)
	for _, field := range fields {
		var d dependence
		if d.arguments(field.Arguments); len(d.names) > 0 {
			field.args = nil
		}
	}
	return fields
}

type collector struct {
	operation *graphql.OperationContext
	schema    *Schema
	prices    map[Coordinate]int
}

// collect returns the fields that are selected on an object of a type.
func (c collector) collect(typeName string, selections ast.SelectionSet) []*selected {
	conditions := []string{typeName}
	if definition := c.schema.Types[typeName]; definition != nil {
		for _, possible := range c.schema.GetPossibleTypes(definition) { // an object may be of any of them: all count
			conditions = append(conditions, c.schema.TypeConditions(possible.Name)...)
		}
	}
	collected := graphql.CollectFields(c.operation, selections, conditions)
	fields := make([]*selected, len(collected))
	for i, field := range collected {
		returned := field.Definition.Type.Name()
		f := &selected{CollectedField: field, parent: typeName, returned: returned, kind: c.schema.kinds[returned], price: c.prices[coordinate(typeName, field.Name)]}
		if f.price == 0 && f.kind != value && f.kind != comparison {
			f.args, f.below = field.ArgumentMap(c.operation.Variables), c.collect(returned, field.Selections)
		}
		fields[i] = f
	}
	return fields
}

func count(fields []*selected) int {
	sum := len(fields)
	for _, field := range fields {
		sum += count(field.below)
	}
	return sum
}
