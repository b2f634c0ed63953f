package database

import (
	"reflect"
	"strings"

	"github.com/diwan-cms/diwan/internal/database/sql"
)

// Among holds where the column has one of the values. They are one argument, whatever
// their number, so that the database keeps one prepared statement instead of one for
// each number of values.
func Among[T ~string | ~int64](e Engine, column string, values []T) sql.Clause {
	var keys []int64
	var texts []string
	for _, value := range values {
		switch v := reflect.ValueOf(value); v.Kind() {
		case reflect.Int64:
			keys = append(keys, v.Int())
		default:
			if text := v.String(); !strings.Contains(text, "\x00") { // no stored text contains NUL
				texts = append(texts, text)
			}
		}
	}
	switch {
	case len(keys) > 0:
		return e.Keys("k", keys).Wrap(column+" IN (SELECT value FROM ", ")")
	case len(texts) > 0:
		return e.Texts("k", texts).Wrap(column+" IN (SELECT value FROM ", ")")
	}
	return sql.Never()
}
