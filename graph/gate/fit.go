package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/diwan-cms/diwan/graph/scalar"
	"github.com/diwan-cms/diwan/model"
)

// fit checks that the values of a request fit the schema, with the parser of each
// scalar, before anything runs: of two mutations in one request the first would
// otherwise be written, and then nobody be told.
//
// Values in documents are checked by the rule literals while a document is validated, so
// that cached documents cost nothing. Variables are checked in each request: gqlparser takes "5" for an Int and 5 for a String, ignores @oneOf and the
// case of enums, and asks scalars that are not GraphQL's own for nothing.
type fit struct {
	fitting
	// demands has the demands of operations, by weak pointers to these.
	demands sync.Map
}

func newFit(schema *Schema, suggest bool) *fit {
	return &fit{fitting: fitting{schema.Schema, suggest}}
}

func (*fit) ExtensionName() string                     { return "Fit" }
func (*fit) Validate(_ graphql.ExecutableSchema) error { return nil }

// parse returns what the parser of a scalar says about a value. NewSchema fails where a
// scalar has none.
func parse(name string, v any) (err error) {
	switch name {
	case "Int":
		_, err = scalar.UnmarshalInt(v)
	case "Language":
		_, err = scalar.UnmarshalLanguage(v)
	case "ID":
		err = new(model.ID).UnmarshalGQL(v)
	case "DateTime":
		err = new(model.DateTime).UnmarshalGQL(v)
	case "Date":
		err = new(model.Date).UnmarshalGQL(v)
	case "PartialDate":
		err = new(model.PartialDate).UnmarshalGQL(v)
	case "URL":
		err = new(model.URL).UnmarshalGQL(v)
	case "String":
		if _, fits := v.(string); !fits {
			err = errors.New("a String is text in quotes")
		}
	case "Boolean":
		if _, fits := v.(bool); !fits {
			err = errors.New("a Boolean is true or false, without quotes")
		}
	case "Float":
		if !isFloat(v) {
			err = errors.New("a Float is a number without quotes, such as 1.5")
		}
	case "JSON": // any value
	default:
		err = errNoParser
	}
	return err
}

var errNoParser = errors.New("graph/gate/fit.go has no parser of the scalar")

func isFloat(v any) bool {
	switch v := v.(type) {
	case int64, float64:
		return true
	case json.Number:
		_, err := v.Float64()
		return err == nil
	}
	return false
}

// MutateOperationContext refuses the first value of a variable that does not fit the type
// of the variable, or one of the places where the variable is used.
func (f *fit) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, definition := range operation.Operation.VariableDefinitions {
		if value, given := operation.Variables[definition.Variable]; given {
			if wrong := f.check(definition.Type, value, &place{kind: variable, name: definition.Variable}); wrong != nil {
				return gqlerror.Wrap(wrong)
			}
		}
	}
	for _, d := range f.demandsOf(operation.Operation) {
		if value, given := operation.Variables[d.variable]; given {
			if wrong := f.check(d.of, value, &place{kind: variable, name: d.variable}); wrong != nil {
				return gqlerror.Wrap(wrong)
			}
		}
	}
	return nil
}

// place is where a value is: in an argument, a variable or its default, or in an object or
// a list that is there.
type place struct {
	kind  string // of the outermost place, empty for others
	in    *place
	name  string // empty for an element of a list
	index int
}

const (
	argument = "argument"
	variable = "variable"
	standard = "default of the variable"
)

func (p *place) outermost() *place {
	for p.in != nil {
		p = p.in
	}
	return p
}

func (p *place) String() string {
	switch {
	case p.in == nil && p.kind != argument:
		return "$" + p.name
	case p.in == nil:
		return p.name
	case p.name == "":
		return p.in.String() + "[" + strconv.Itoa(p.index) + "]"
	}
	return p.in.String() + "." + p.name
}

// codeInvalid is the code of what GraphQL itself refuses.
const codeInvalid = model.ErrorCode(errcode.ValidationFailed)

// misfit returns the error that says what is wrong here. The code is that of the parser of
// the scalar, if it has one.
func (p *place) misfit(cause error) *model.Error {
	code, sentence := codeInvalid, cause.Error()
	if refusal, ours := errors.AsType[*model.Error](cause); ours {
		code, sentence = refusal.Code, refusal.Message
	}
	return &model.Error{Code: code, Message: "the " + p.outermost().kind + " `" + p.String() + "`: " + sentence}
}

// refuse returns an error about what gqlparser refuses in documents, but not in variables.
func (p *place) refuse(format string, args ...any) *model.Error {
	err := model.Invalid(format, args...)
	if p.outermost().kind != variable {
		err.Code = codeInvalid
	}
	return p.misfit(err)
}

func (p *place) wrong(format string, args ...any) *model.Error {
	return p.misfit(fmt.Errorf(format, args...))
}

// Values that only documents have.
type (
	// enumName is the name of a value of an enum, which stands in a document without quotes.
	enumName string
	// aVariable stands for a variable: what it may be is not known yet.
	aVariable struct{}
	// tooLong is a number that gqlgen cannot read.
	tooLong string
)

// fitting checks values by the types of a schema.
type fitting struct {
	*ast.Schema
	// suggest names what the schema has instead of what it lacks.
	suggest bool
}

// check returns what is wrong with a value of a type, nil if it fits.
func (f *fitting) check(t *ast.Type, value any, at *place) *model.Error {
	switch value := value.(type) {
	case aVariable:
		return nil
	case nil:
		if t.NonNull {
			return at.wrong("it is null; send a value of the type %s", t)
		}
		return nil
	case tooLong:
		return at.wrong("the number %.40s is too large to be read; send a smaller one", string(value))
	}
	if t.Elem != nil {
		return f.list(t.Elem, value, at)
	}
	switch definition := f.Types[t.NamedType]; definition.Kind {
	case ast.Scalar:
		err := parse(t.NamedType, value)
		switch ours, _ := errors.AsType[*model.Error](err); {
		case err != nil && t.NamedType == "Int":
			return at.refuse("%s", ours.Message)
		case err != nil:
			return at.misfit(err)
		}
	case ast.Enum:
		return f.enum(definition, value, at)
	case ast.InputObject:
		return f.object(definition, value, at)
	}
	return nil
}

// list checks the elements of a list. A single value is a list of one.
func (f *fitting) list(t *ast.Type, value any, at *place) *model.Error {
	list := reflect.ValueOf(value)
	if list.Kind() != reflect.Slice { // gqlparser makes []string of "ar"
		return f.check(t, value, at)
	}
	for i := range list.Len() {
		if wrong := f.check(t, list.Index(i).Interface(), &place{in: at, index: i}); wrong != nil {
			return wrong
		}
	}
	return nil
}

func (f *fitting) enum(definition *ast.Definition, value any, at *place) *model.Error {
	name, inDocument := value.(enumName)
	if at.outermost().kind == variable {
		text, _ := value.(string)
		name, inDocument = enumName(text), true
	}
	if !inDocument {
		return at.wrong("it must be one of the names of the enum %s, without quotes", definition.Name)
	}
	if definition.EnumValues.ForName(string(name)) == nil {
		return at.wrong("%s", unknownValue(definition, string(name), f.suggest))
	}
	return nil
}

// noSuchField is said of a field whose type is not known.
const noSuchField = "there is no such field; remove it, or look at the schema"

// UnknownField says which field the type of an object in a variable does not have, and
// which it has if suggest is true. path leads there from the variable.
func (s *Schema) UnknownField(operation *ast.OperationDefinition, path ast.Path, suggest bool) string {
	var definition *ast.Definition
	for i, step := range path {
		name, isName := step.(ast.PathName)
		switch {
		case !isName: // an index
			continue
		case i == 0:
			declared := operation.VariableDefinitions.ForName(string(name))
			if declared == nil {
				return noSuchField
			}
			definition = s.Types[declared.Type.Name()]
		case definition == nil:
			return noSuchField
		default:
			field := definition.Fields.ForName(string(name))
			if field == nil {
				return unknownField(definition, string(name), suggest)
			}
			definition = s.Types[field.Type.Name()]
		}
	}
	return noSuchField
}

func (f *fitting) object(definition *ast.Definition, value any, at *place) *model.Error {
	members, isObject := value.(map[string]any)
	if !isObject {
		return at.wrong("it must be an object, a %s", definition.Name)
	}
	if at.outermost().kind != variable { // of variables, gqlparser has checked this
		if wrong := f.checkNames(definition, members, at); wrong != nil {
			return wrong
		}
	}
	if definition.Directives.ForName("oneOf") != nil {
		if wrong := checkOneOf(definition, members, at); wrong != nil {
			return wrong
		}
	}
	var first *model.Error
	for name, member := range members {
		field := definition.Fields.ForName(name)
		if field == nil { // __typename, which gqlparser lets pass in variables
			continue
		}
		wrong := f.check(field.Type, member, &place{in: at, name: name})
		if wrong != nil && (first == nil || wrong.Message < first.Message) { // maps have no order
			first = wrong
		}
	}
	return first
}

// checkNames refuses fields that are not known, and the lack of required ones.
func (f *fitting) checkNames(definition *ast.Definition, members map[string]any, at *place) *model.Error {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if definition.Fields.ForName(name) == nil {
			return at.wrong("%s", unknownField(definition, name, f.suggest))
		}
	}
	for _, field := range definition.Fields {
		if _, given := members[field.Name]; !given && field.Type.NonNull && field.DefaultValue == nil {
			return (&place{in: at, name: field.Name}).wrong("it is required")
		}
	}
	return nil
}

// checkOneOf refuses objects that do not have exactly one of their fields, or have null in it.
func checkOneOf(definition *ast.Definition, members map[string]any, at *place) *model.Error {
	var given []string
	for name := range members {
		if definition.Fields.ForName(name) != nil {
			given = append(given, name)
		}
	}
	var names []string
	for _, field := range definition.Fields {
		names = append(names, "`"+field.Name+"`")
	}
	switch slices.Sort(given); {
	case len(given) == 0:
		return at.refuse("name exactly one of %s", strings.Join(names, ", "))
	case len(given) > 1:
		return at.refuse("name exactly one of %s; it has `%s`, and null counts too", strings.Join(names, ", "), strings.Join(given, "` and `"))
	case members[given[0]] == nil:
		return (&place{in: at, name: given[0]}).refuse("it is null; name exactly one, and send a value")
	}
	return nil
}

// literal returns a value in a document as one that check can read.
func literal(value *ast.Value) any {
	switch value.Kind {
	case ast.Variable:
		return aVariable{}
	case ast.IntValue, ast.FloatValue:
		if _, err := value.Value(nil); err != nil {
			return tooLong(value.Raw)
		}
		return json.Number(value.Raw)
	case ast.EnumValue:
		return enumName(value.Raw)
	case ast.BooleanValue:
		return value.Raw == "true"
	case ast.NullValue:
		return nil
	case ast.ListValue:
		list := []any{}
		for _, child := range value.Children {
			list = append(list, literal(child.Value))
		}
		return list
	case ast.ObjectValue:
		object := map[string]any{}
		for _, child := range value.Children {
			object[child.Name] = literal(child.Value)
		}
		return object
	}
	return value.Raw
}

// literals is the rule that the values in a document fit. It is gqlparser's rule
// ValuesOfCorrectType with the parsers of all scalars, and names the field at fault.
func literals(suggest bool) core.RuleFunc {
	return func(observers *core.Events, addError core.AddErrFunc) { checkLiterals(suggest, observers, addError) }
}

func checkLiterals(suggest bool, observers *core.Events, addError core.AddErrFunc) {
	reported := map[*ast.Value]bool{} // fragments are walked by themselves, and where they are spread
	check := func(walker *core.Walker, t *ast.Type, value *ast.Value, at *place) {
		wrong := (&fitting{walker.Schema, suggest}).check(t, literal(value), at)
		if wrong == nil || reported[value] {
			return
		}
		reported[value] = true
		if wrong.Code == codeInvalid {
			found := ""
			if len(value.Children) == 0 && value.Kind != ast.EnumValue { // which the message names
				found = "; found " + value.String()
			}
			addError(core.Message("%s%s", wrong.Message, found), core.At(value.Position))
			return
		}
		addError(core.Message("%s", wrong.Message), core.At(value.Position), func(err *gqlerror.Error) { err.Err = wrong })
	}
	eachArgument(observers, func(walker *core.Walker, definition *ast.ArgumentDefinition, value *ast.Value) {
		check(walker, definition.Type, value, &place{kind: argument, name: definition.Name})
	})
	observers.OnVariable(func(walker *core.Walker, definition *ast.VariableDefinition) {
		if definition.DefaultValue != nil && definition.Definition != nil && definition.Definition.IsInputType() {
			check(walker, definition.Type, definition.DefaultValue, &place{kind: standard, name: definition.Variable})
		}
	})
}

// eachArgument calls visit for each known argument of fields and directives.
func eachArgument(observers *core.Events, visit func(*core.Walker, *ast.ArgumentDefinition, *ast.Value)) {
	observers.OnField(func(walker *core.Walker, field *ast.Field) {
		if field.Definition != nil {
			known(field.Definition.Arguments, field.Arguments, func(d *ast.ArgumentDefinition, v *ast.Value) { visit(walker, d, v) })
		}
	})
	observers.OnDirective(func(walker *core.Walker, directive *ast.Directive) {
		if directive.Definition != nil {
			known(directive.Definition.Arguments, directive.Arguments, func(d *ast.ArgumentDefinition, v *ast.Value) { visit(walker, d, v) })
		}
	})
}

func known(definitions ast.ArgumentDefinitionList, arguments ast.ArgumentList, visit func(*ast.ArgumentDefinition, *ast.Value)) {
	for _, argument := range arguments {
		if definition := definitions.ForName(argument.Name); definition != nil {
			visit(definition, argument.Value)
		}
	}
}
