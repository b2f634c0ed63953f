package content

import (
	"fmt"
	"reflect"

	"github.com/diwan-cms/diwan/model"
)

// fieldsFrom reads the input of a mutation into fields: each field of the input into
// the field of the same name. It panics if there is none, or none of that type; a
// test sends every field of every input.
func fieldsFrom[F any](input any) F {
	var fields F
	into, from := reflect.ValueOf(&fields).Elem(), reflect.ValueOf(input)
	for i := range from.NumField() {
		name := from.Type().Field(i).Name
		value, sent := sentValue(from.Field(i))
		if !sent {
			continue
		}
		field := into.FieldByName(name).Addr().Interface().(interface{ receive(any) bool })
		if !field.receive(value) {
			panic(fmt.Sprintf("%T.%s does not take a %T", fields, name, value))
		}
	}
	return fields
}

// sentValue returns the value of a field of a generated input, and whether the caller
// sent it. A field that may be left out is of gqlgen's type Omittable, any other is a
// plain value.
func sentValue(field reflect.Value) (value any, sent bool) {
	valueOK := field.MethodByName("ValueOK")
	if !valueOK.IsValid() {
		return field.Interface(), true
	}
	returned := valueOK.Call(nil)
	return returned[0].Interface(), returned[1].Bool()
}

// receive sets the field to a value of a generated input, and reports whether the
// value is of a type that fits.
func (o *Optional[T]) receive(value any) bool {
	switch value := plain(value).(type) {
	case T:
		*o = Some(value)
	case *T:
		*o = orNull(value)
	case nil:
		*o = Null[T]()
	default:
		return false
	}
	return true
}

// plain converts the lists of generated inputs to those of the model, and null to nil.
// It returns any other value unchanged.
func plain(value any) any {
	switch list := value.(type) {
	case []string:
		if list == nil {
			return nil
		}
	case []*model.ID:
		return elements[[]model.ID](list, itself)
	case []*model.AppearanceInput:
		return elements[[]model.AppearanceInput](list, itself)
	case []*model.AppearanceByInput:
		return elements[[]model.AppearanceByInput](list, itself)
	case []*model.OfficialBy:
		return elements[[]model.OfficialBy](list, itself)
	case []*model.CountryBy:
		return elements[[]model.CountryBy](list, itself)
	case []*model.TopicBy:
		return elements[[]model.TopicBy](list, itself)
	case []*model.LocalizedTextInput:
		return elements[model.LocalizedTexts](list, func(t *model.LocalizedTextInput) model.LocalizedText {
			return model.LocalizedText{Value: t.Value, Language: t.Language}
		})
	case []*model.AliasInput:
		return elements[model.Aliases](list, alias)
	}
	return value
}

func elements[L ~[]Out, In, Out any](list []*In, element func(*In) Out) any {
	if list == nil {
		return nil
	}
	out := make(L, len(list))
	for i := range list {
		out[i] = element(list[i])
	}
	return out
}

func itself[T any](pointer *T) T { return *pointer }

// alias reads an alias. Its kind has a default.
func alias(in *model.AliasInput) model.Alias {
	a := model.Alias{Text: in.Text, Language: in.Language, Kind: model.AliasKindSpelling}
	if kind := in.Kind.Value(); kind != nil {
		a.Kind = *kind
	}
	return a
}
