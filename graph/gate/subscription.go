package gate

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// oneEventStream is the rule that a subscription asks for one field, as the GraphQL
// specification of September 2025 has it (5.2.4.1): under one name, and not only
// sometimes. gqlparser's rule counts fields by what they are, and gqlgen panics where
// they have several names or none is left.
func oneEventStream(observers *core.Events, addError core.AddErrFunc) {
	observers.OnOperation(func(_ *core.Walker, operation *ast.OperationDefinition) {
		if operation.Operation != ast.Subscription {
			return
		}
		r := roots{seen: map[string]bool{}}
		r.collect(operation.SelectionSet)
		for _, directive := range r.conditions {
			addError(core.Message("a subscription must not have @%s at its root; leave it out", directive.Name), core.At(directive.Position))
		}
		for _, field := range r.fields {
			if strings.HasPrefix(field.Name, "__") {
				addError(core.Message("a subscription must not ask for `%s` at its root; send a query for it", field.Name), core.At(field.Position))
			}
			if field.Alias != r.fields[0].Alias {
				addError(core.Message("a subscription must have one field at its root, under one name; send another subscription for `%s`", field.Alias), core.At(field.Position))
				return
			}
		}
	})
}

// roots are what stands at the root of an operation, in fragments too.
type roots struct {
	fields     []*ast.Field
	conditions []*ast.Directive // @skip and @include
	seen       map[string]bool  // fragments
}

func (r *roots) collect(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			r.note(selection.Directives)
			r.fields = append(r.fields, selection)
		case *ast.InlineFragment:
			r.note(selection.Directives)
			r.collect(selection.SelectionSet)
		case *ast.FragmentSpread:
			r.note(selection.Directives)
			if selection.Definition != nil && !r.seen[selection.Name] {
				r.seen[selection.Name] = true
				r.collect(selection.Definition.SelectionSet)
			}
		}
	}
}

func (r *roots) note(directives ast.DirectiveList) {
	for _, directive := range directives {
		if directive.Name == "skip" || directive.Name == "include" {
			r.conditions = append(r.conditions, directive)
		}
	}
}
