package gate

import (
	"reflect"

	"github.com/vektah/gqlparser/v2/ast"
)

// longestList returns the length of the longest list in a value.
func longestList(value any) int {
	longest := 0
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Slice:
		longest = v.Len()
		for i := range v.Len() {
			longest = max(longest, longestList(v.Index(i).Interface()))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			longest = max(longest, longestList(v.MapIndex(key).Interface()))
		}
	}
	return longest
}

// longestLiteral returns the length of the longest list that is written in a
// document: in arguments, and in the default values of variables.
func longestLiteral(document *ast.QueryDocument) int {
	longest := 0
	for _, fragment := range document.Fragments {
		longest = max(longest, longestInSelection(fragment.SelectionSet))
	}
	for _, operation := range document.Operations {
		longest = max(longest, longestInSelection(operation.SelectionSet))
		for _, variable := range operation.VariableDefinitions {
			if variable.DefaultValue != nil {
				longest = max(longest, longestInValue(variable.DefaultValue))
			}
		}
	}
	return longest
}

func longestInSelection(selections ast.SelectionSet) int {
	longest := 0
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			for _, argument := range selection.Arguments {
				longest = max(longest, longestInValue(argument.Value))
			}
			longest = max(longest, longestInSelection(selection.SelectionSet))
		case *ast.InlineFragment:
			longest = max(longest, longestInSelection(selection.SelectionSet))
		}
	}
	return longest
}

func longestInValue(value *ast.Value) int {
	longest := 0
	if value.Kind == ast.ListValue {
		longest = len(value.Children)
	}
	for _, child := range value.Children {
		longest = max(longest, longestInValue(child.Value))
	}
	return longest
}
