package gate

import (
	"runtime"
	"slices"
	"weak"

	"github.com/vektah/gqlparser/v2/ast"
)

// position is where a variable is used.
type position struct {
	*ast.Type
	// hasDefault is true where a value is put if the variable was not sent.
	hasDefault bool
	// in is the type of the object that has it, nil for arguments and elements of lists.
	in *ast.Definition
}

// eachVariable calls visit for each variable in a value.
func (f *fitting) eachVariable(value *ast.Value, at position, visit func(*ast.Value, position)) {
	switch value.Kind {
	case ast.Variable:
		visit(value, at)
	case ast.ListValue:
		if at.Elem != nil {
			for _, child := range value.Children {
				f.eachVariable(child.Value, position{Type: at.Elem, in: at.in}, visit)
			}
		}
	case ast.ObjectValue:
		definition := f.Types[at.Name()]
		for _, child := range value.Children {
			if field := definition.Fields.ForName(child.Name); field != nil {
				f.eachVariable(child.Value, position{field.Type, isDefault(field.DefaultValue), definition}, visit)
			}
		}
	}
}

func isDefault(value *ast.Value) bool { return value != nil && value.Kind != ast.NullValue }

func (f *fitting) eachVariableOf(definition *ast.ArgumentDefinition, value *ast.Value, visit func(*ast.Value, position)) {
	f.eachVariable(value, position{definition.Type, isDefault(definition.DefaultValue), nil}, visit)
}

// demand says that the value of a variable, if it is sent, must also be of a type: that
// of a place where it is used, which accepts less than the variable does. Nobody else
// checks a null that is sent for `$first: Int = 20`.
type demand struct {
	variable string
	of       *ast.Type
}

// demandsOf returns the demands of a validated operation, and remembers them for as long
// as the operation is cached.
func (f *fit) demandsOf(operation *ast.OperationDefinition) []demand {
	if len(operation.VariableDefinitions) == 0 {
		return nil
	}
	key := weak.Make(operation)
	if remembered, found := f.demands.Load(key); found {
		return remembered.([]demand)
	}
	c := demanding{fitting: f.fitting, operation: operation, seen: map[string]bool{}}
	c.directives(operation.Directives)
	c.selections(operation.SelectionSet)
	f.demands.Store(key, c.found)
	runtime.AddCleanup(operation, func(key weak.Pointer[ast.OperationDefinition]) { f.demands.Delete(key) }, key)
	return c.found
}

// demanding walks an operation and collects its demands.
type demanding struct {
	fitting
	operation *ast.OperationDefinition
	seen      map[string]bool // fragments
	found     []demand
}

func (c *demanding) selections(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			known(selection.Definition.Arguments, selection.Arguments, c.argument)
			c.directives(selection.Directives)
			c.selections(selection.SelectionSet)
		case *ast.InlineFragment:
			c.directives(selection.Directives)
			c.selections(selection.SelectionSet)
		case *ast.FragmentSpread:
			c.directives(selection.Directives)
			if !c.seen[selection.Name] {
				c.seen[selection.Name] = true
				c.directives(selection.Definition.Directives)
				c.selections(selection.Definition.SelectionSet)
			}
		}
	}
}

func (c *demanding) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		known(directive.Definition.Arguments, directive.Arguments, c.argument)
	}
}

func (c *demanding) argument(definition *ast.ArgumentDefinition, value *ast.Value) {
	c.eachVariableOf(definition, value, func(value *ast.Value, at position) {
		declared := c.operation.VariableDefinitions.ForName(value.Raw)
		if !declared.Type.IsCompatible(at.Type) && !slices.Contains(c.found, demand{value.Raw, at.Type}) {
			c.found = append(c.found, demand{value.Raw, at.Type})
		}
	})
}
