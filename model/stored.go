package model

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// jsonValue writes a list as JSON without escapes for HTML; an empty or nil list
// as [].
func jsonValue[T any](list []T) (driver.Value, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(list); err != nil {
		return nil, err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// readStored reads a list that jsonValue wrote. Every row has some, so they are read
// without reflection, and their texts are parts of the column's. Where that fails,
// encoding/json reads the list.
func readStored[L ~[]T, T any](src any, into *L, item storedItem[T]) error {
	var s stored
	switch src := src.(type) {
	case string:
		s.rest = src
	case []byte:
		s.rest = string(src)
	default:
		return fmt.Errorf("read a JSON column: %T is neither text nor bytes", src)
	}
	list, ok := readItems(s, item)
	if !ok {
		list = nil
		if err := json.Unmarshal([]byte(s.rest), &list); err != nil {
			return fmt.Errorf("read a JSON column: %w", err)
		}
	}
	*into = list
	return nil
}

// storedItem reads the first item of a list and returns what follows it.
type storedItem[T any] func(stored) (one T, rest stored, ok bool)

func readItems[T any](s stored, item storedItem[T]) ([]T, bool) {
	if s.rest == "[]" {
		return []T{}, true
	}
	if !utf8.ValidString(s.rest) || !s.take("[") {
		return nil, false
	}
	list := make([]T, 0, 1+strings.Count(s.rest, "},{"))
	for {
		var one T
		var ok bool
		if one, s, ok = item(s); !ok {
			return nil, false
		}
		list = append(list, one)
		if !s.take(",") {
			return list, s.rest == "]"
		}
	}
}

// stored is the rest of a list as jsonValue writes it.
type stored struct{ rest string }

// take skips what comes next, if it is this.
func (s *stored) take(next string) bool {
	rest, found := strings.CutPrefix(s.rest, next)
	if found {
		s.rest = rest
	}
	return found
}

// text reads a string without escapes.
func (s *stored) text(into *string) bool {
	if !s.take(`"`) {
		return false
	}
	for i := range len(s.rest) {
		switch c := s.rest[i]; {
		case c == '"':
			*into, s.rest = s.rest[:i], s.rest[i+1:]
			return true
		case c == '\\' || c < ' ':
			return false
		}
	}
	return false
}
