package gate

import (
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// variablesBelow returns the variables on which the selections of an operation depend,
// each once.
func variablesBelow(operation *ast.OperationDefinition) []string {
	d := dependence{seen: map[string]bool{}}
	d.selections(operation.SelectionSet, true)
	return d.names
}

type dependence struct {
	names []string
	seen  map[string]bool // fragments, below the roots or at them
}

func (d *dependence) selections(selections ast.SelectionSet, atRoot bool) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			d.directives(s.Directives)
			if !atRoot {
				d.arguments(s.Arguments)
			}
			d.selections(s.SelectionSet, false)
		case *ast.InlineFragment:
			d.directives(s.Directives)
			d.selections(s.SelectionSet, atRoot)
		case *ast.FragmentSpread:
			d.directives(s.Directives)
			if place := strconv.FormatBool(atRoot) + s.Name; s.Definition != nil && !d.seen[place] {
				d.seen[place] = true
				d.selections(s.Definition.SelectionSet, atRoot)
			}
		}
	}
}

func (d *dependence) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		d.arguments(directive.Arguments)
	}
}

func (d *dependence) arguments(arguments ast.ArgumentList) {
	for _, argument := range arguments {
		d.value(argument.Value)
	}
}

func (d *dependence) value(value *ast.Value) {
	if value == nil {
		return
	}
	if value.Kind == ast.Variable && !slices.Contains(d.names, value.Raw) {
		d.names = append(d.names, value.Raw)
	}
	for _, child := range value.Children {
		d.value(child.Value)
	}
}
