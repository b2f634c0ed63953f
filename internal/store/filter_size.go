package store

import (
	"reflect"

	"github.com/diwan-cms/diwan/model"
)

// Limits of a filter, below those of the databases: SQLite takes expressions 1000
// deep, which a filter through 28 parents reaches, and 32766 values; PostgreSQL takes
// 65535 values.
const (
	maxConditions = 400
	maxDepth      = 24
	maxValues     = 1000
	maxAllValues  = 10_000
)

// checkSize refuses a filter that is too large for a database.
func checkSize(f model.Filter) (size, error) {
	var s size
	s.measure(reflect.ValueOf(f), 0)
	switch {
	case s.depth > maxDepth:
		return s, tooLarge("it is %d objects deep; send at most %d", s.depth, maxDepth)
	case s.conditions > maxConditions:
		return s, tooLarge("it has %d objects; send at most %d, or several values in one `in`", s.conditions, maxConditions)
	case s.values > maxValues:
		return s, tooLarge("one of its lists has %d values; send at most %d", s.values, maxValues)
	case s.all > maxAllValues:
		return s, tooLarge("its lists have %d values in all; send at most %d", s.all, maxAllValues)
	}
	return s, nil
}

func tooLarge(format string, have, most int) error {
	return model.LimitExceeded("filter", "the filter is too large: "+format, have, most).At("filter")
}

// size is the number of objects in a filter, how deeply they are nested, the length of
// its longest list, and of all its lists together.
type size struct{ conditions, depth, values, all int }

func (s *size) measure(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			s.measure(v.Elem(), depth)
		}
	case reflect.Slice:
		s.values = max(s.values, v.Len())
		if v.Type().Elem().Kind() != reflect.Pointer { // those are conditions
			s.all += v.Len()
		}
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
