package store

import (
	"reflect"

	"github.com/diwan-cms/diwan/model"
)

// Limits of a filter, below what SQLite takes: an expression 1000 deep, which a
// filter through 28 parents reaches, and 32766 values.
const (
	maxConditions = 400
	maxDepth      = 24
	maxValues     = 1000
)

// checkSize refuses a filter that is too large for a database.
func checkSize(f model.Filter) error {
	var s size
	s.measure(reflect.ValueOf(f), 0)
	switch {
	case s.depth > maxDepth:
		return tooLarge("it is %d objects deep; send at most %d", s.depth, maxDepth)
	case s.conditions > maxConditions:
		return tooLarge("it has %d objects; send at most %d, or several values in one `in`", s.conditions, maxConditions)
	case s.values > maxValues:
		return tooLarge("one of its lists has %d values; send at most %d", s.values, maxValues)
	}
	return nil
}

func tooLarge(format string, have, most int) error {
	err := model.Invalid("the filter is too large: "+format, have, most).At("filter")
	err.Code = model.ErrorCodeLimitExceeded
	return err
}

// size is how many objects a filter has, how deep they stand in each other, and
// the length of its longest list.
type size struct{ conditions, depth, values int }

func (s *size) measure(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			s.measure(v.Elem(), depth)
		}
	case reflect.Slice:
		s.values = max(s.values, v.Len())
		for i := range v.Len() {
			s.measure(v.Index(i), depth)
		}
	case reflect.Struct:
		s.conditions++
		s.depth = max(s.depth, depth+1)
		for i := range v.NumField() {
			s.measure(v.Field(i), depth+1)
		}
	}
}
