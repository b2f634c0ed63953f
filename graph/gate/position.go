package gate

import (
	"runtime"
	"slices"
	"weak"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
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

// positions is the rule that variables have the types of the places where they are used.
// It is gqlparser's rule VariablesInAllowedPosition, but accepts the types that places
// had in an earlier release, which clients declare.
func positions(observers *core.Events, addError core.AddErrFunc) {
	eachArgument(observers, func(walker *core.Walker, definition *ast.ArgumentDefinition, value *ast.Value) {
		if walker.CurrentOperation == nil {
			return
		}
		(&fitting{Schema: walker.Schema}).eachVariableOf(definition, value, func(value *ast.Value, at position) {
			declared := walker.CurrentOperation.VariableDefinitions.ForName(value.Raw)
			if declared == nil { // another rule refuses it
				return
			}
			if !at.accepts(declared) {
				addError(core.Message(`Variable "%s" of type "%s" used in position expecting type "%s".`, value, declared.Type, at.Type), core.At(value.Position))
			}
			if at.in != nil && at.in.Directives.ForName("oneOf") != nil && !declared.Type.NonNull {
				addError(core.Message(`Variable "%s" is of type "%s" but must be non-nullable to be used for OneOf Input Object "%s".`, value, declared.Type, at.in.Name),
					core.At(declared.Position), core.At(value.Position))
			}
		})
	})
}

// accepts reports whether a variable of a type may be used here.
func (p position) accepts(declared *ast.VariableDefinition) bool {
	t := *p.Type
	if p.hasDefault || isDefault(declared.DefaultValue) {
		t.NonNull = false
	}
	return declared.Type.IsCompatible(&t) || declared.Type.IsCompatible(p.former(&t))
}

// former returns the type with which a position was released, if it was another: clients
// go on to declare their variables with it.
func (p position) former(t *ast.Type) *ast.Type {
	former := *t
	switch {
	case t.Elem != nil:
		former.Elem = p.former(t.Elem)
	case t.NamedType == "LanguageFilter":
		former.NamedType = "StringFilter"
	case t.NamedType == "Language" && p.in != nil && p.in.Name == "LanguageFilter":
		former.NamedType = "String"
	}
	return &former
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
	c := demandCollector{fitting: f.fitting, operation: operation, seen: map[string]bool{}}
	c.directives(operation.Directives)
	c.selections(operation.SelectionSet)
	f.demands.Store(key, c.found)
	runtime.AddCleanup(operation, func(key weak.Pointer[ast.OperationDefinition]) { f.demands.Delete(key) }, key)
	return c.found
}

// demandCollector collects the demands of an operation.
type demandCollector struct {
	fitting
	operation *ast.OperationDefinition
	seen      map[string]bool // fragments
	found     []demand
}

func (c *demandCollector) selections(selections ast.SelectionSet) {
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

func (c *demandCollector) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		known(directive.Definition.Arguments, directive.Arguments, c.argument)
	}
}

func (c *demandCollector) argument(definition *ast.ArgumentDefinition, value *ast.Value) {
	c.eachVariableOf(definition, value, func(value *ast.Value, at position) {
		declared := c.operation.VariableDefinitions.ForName(value.Raw)
		if !declared.Type.IsCompatible(at.Type) && !slices.Contains(c.found, demand{value.Raw, at.Type}) {
			c.found = append(c.found, demand{value.Raw, at.Type})
		}
	})
}
