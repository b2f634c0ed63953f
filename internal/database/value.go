package database

import (
	databasesql "database/sql"
	"database/sql/driver"
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// value is the value of a column, from either database.
type value struct {
	kind   valueKind
	number int64 // 1 or 0 for a boolean
	real   float64
	text   string
	bytes  []byte // valid until the next row
	// given is the original value of a database/sql driver; nil if there is none.
	given driver.Value
}

type valueKind int

const (
	null valueKind = iota
	number
	real
	boolean
	text
	bytes
	other // no statement of ours returns one
)

// valueOf converts a value of a database/sql driver.
func valueOf(given driver.Value) value {
	switch v := given.(type) {
	case nil:
		return value{}
	case int64:
		return value{kind: number, number: v, given: given}
	case string:
		return value{kind: text, text: v, given: given}
	case bool:
		return booleanOf(v)
	case []byte:
		return value{kind: bytes, bytes: v, given: given}
	case float64:
		return value{kind: real, real: v, given: given}
	}
	return value{kind: other, given: given}
}

func booleanOf(holds bool) value {
	if holds {
		return value{kind: boolean, number: 1}
	}
	return value{kind: boolean}
}

// driverValue returns the value in the form that a Scanner expects.
func (v *value) driverValue() driver.Value {
	if v.given != nil {
		return v.given
	}
	switch v.kind {
	case number:
		return v.number
	case real:
		return v.real
	case boolean:
		return v.number == 1
	case text:
		return v.text
	case bytes:
		return v.bytes
	}
	return nil
}

// String describes the value in an error. Texts are not repeated: they may be long or
// secret.
func (v *value) String() string {
	switch v.kind {
	case null:
		return "NULL"
	case number, real, boolean:
		return fmt.Sprint(v.driverValue())
	case text:
		return "a text"
	case bytes:
		return "bytes"
	}
	return fmt.Sprintf("a %T", v.given)
}

// setter writes a value into a field of the type that it was made for.
type setter func(reflect.Value, *value) error

// setterOf returns the setter for a type.
func setterOf(t reflect.Type) (setter, error) {
	if isScanner(t) {
		return scan, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		set, err := setterOf(t.Elem())
		return orNil(set), err
	case reflect.String:
		return setText, nil
	case reflect.Bool:
		return setBoolean, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return setNumber, nil
	case reflect.Float64:
		return setReal, nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return setBytes, nil
		}
	}
	return nil, fmt.Errorf("a %s is not read from a column", t)
}

func misfit(to reflect.Value, v *value) error {
	return fmt.Errorf("%s cannot be read into a %s", v, to.Type())
}

// scan calls the type's own Scan, which also decides what NULL means.
func scan(to reflect.Value, v *value) error {
	scanner, _ := to.Addr().Interface().(databasesql.Scanner)
	return scanner.Scan(v.driverValue())
}

// orNil returns a setter for pointers: nil for NULL.
func orNil(set setter) setter {
	return func(to reflect.Value, v *value) error {
		if v.kind == null {
			to.SetZero()
			return nil
		}
		to.Set(reflect.New(to.Type().Elem()))
		return set(to.Elem(), v)
	}
}

func setText(to reflect.Value, v *value) error {
	switch v.kind {
	case text:
		to.SetString(v.text)
	case bytes:
		to.SetString(string(v.bytes))
	default:
		return misfit(to, v)
	}
	return nil
}

func setBytes(to reflect.Value, v *value) error {
	switch v.kind {
	case null:
		to.SetZero()
	case bytes:
		to.SetBytes(append([]byte{}, v.bytes...))
	case text:
		to.SetBytes([]byte(v.text))
	default:
		return misfit(to, v)
	}
	return nil
}

// setBoolean also reads 0 and 1: SQLite has no booleans.
func setBoolean(to reflect.Value, v *value) error {
	if v.kind != boolean && v.kind != number || v.number != 0 && v.number != 1 {
		return misfit(to, v)
	}
	to.SetBool(v.number == 1)
	return nil
}

// setNumber also reads digits: drivers return some numeric types as text.
func setNumber(to reflect.Value, v *value) error {
	n := v.number
	switch {
	case v.kind == text:
		var err error
		if n, err = strconv.ParseInt(v.text, 10, 64); err != nil {
			return misfit(to, v)
		}
	case v.kind == real && v.real == math.Trunc(v.real) && math.Abs(v.real) < 1<<53:
		n = int64(v.real)
	case v.kind != number:
		return misfit(to, v)
	}
	if to.OverflowInt(n) {
		return misfit(to, v)
	}
	to.SetInt(n)
	return nil
}

func setReal(to reflect.Value, v *value) error {
	switch v.kind {
	case real:
		to.SetFloat(v.real)
	case number:
		to.SetFloat(float64(v.number))
	default:
		return misfit(to, v)
	}
	return nil
}
