package gate

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// unknownValue says that an enum does not have a value, and which it has if suggest is true.
func unknownValue(definition *ast.Definition, name string, suggest bool) string {
	sentence := name + " is not a valid " + definition.Name
	if !suggest {
		return sentence
	}
	names := make([]string, len(definition.EnumValues))
	for i, value := range definition.EnumValues {
		names[i] = value.Name
	}
	return sentence + "; send " + orList(names)
}

const (
	// fewFields is how many fields a message lists. Of a type with more, it names the
	// nearest.
	fewFields = 10
	// maxCompared is how many bytes a name may have for which others are suggested:
	// longer ones take long to compare.
	maxCompared = 128
)

// unknownField says that an input does not have a field, and if suggest is true, which it has,
// or which is the nearest.
func unknownField(definition *ast.Definition, name string, suggest bool) string {
	names := make([]string, len(definition.Fields))
	for i, field := range definition.Fields {
		names[i] = field.Name
	}
	sentence := definition.Name + " has no field `" + name + "`; "
	switch {
	case suggest && len(names) <= fewFields:
		return sentence + "it has `" + strings.Join(names, "`, `") + "`"
	case suggest && len(name) <= maxCompared:
		if near := core.SuggestionList(name, names); len(near) > 0 {
			return sentence + "did you mean `" + strings.Join(near, "` or `") + "`?"
		}
	}
	return sentence + "remove it, or look at the schema"
}

// orList writes "A or B", or "A, B or C".
func orList(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
