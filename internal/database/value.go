package database

import (
	databasesql "database/sql"
	"database/sql/driver"
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// value is a value of a column, as both databases have them.
type value struct {
	kind   valueKind
	number int64 // 1 and 0 for truths
	real   float64
	text   string
	bytes  []byte // valid until the next row
	// given is the value of a driver of database/sql; nil if there is none.
	given driver.Value
}

type valueKind int

const (
	null valueKind = iota
	number
	real
	truth
	text
	bytes
	other // what neither database returns for our statements
)

// valueOf is a value of a driver of database/sql.
func valueOf(given driver.Value) value {
	switch v := given.(type) {
	case nil:
		return value{}
	case int64:
		return value{kind: number, number: v, given: given}
	case string:
		return value{kind: text, text: v, given: given}
	case bool:
		return truthOf(v)
	case []byte:
		return value{kind: bytes, bytes: v, given: given}
	case float64:
		return value{kind: real, real: v, given: given}
	}
	return value{kind: other, given: given}
}

func truthOf(holds bool) value {
	if holds {
		return value{kind: truth, number: 1}
	}
	return value{kind: truth}
}

// driverValue is the value for a Scanner.
func (v *value) driverValue() driver.Value {
	if v.given != nil {
		return v.given
	}
	switch v.kind {
	case number:
		return v.number
	case real:
		return v.real
	case truth:
		return v.number == 1
	case text:
		return v.text
	case bytes:
		return v.bytes
	}
	return nil
}

// String names the value in an error: it does not repeat texts, which may be long or
// secret.
func (v *value) String() string {
	switch v.kind {
	case null:
		return "NULL"
	case number, real, truth:
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

// setterOf is the setter for a type.
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
		return setTruth, nil
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

// scan leaves it to the type. What it does with NULL is its own affair.
func scan(to reflect.Value, v *value) error {
	scanner, _ := to.Addr().Interface().(databasesql.Scanner)
	return scanner.Scan(v.driverValue())
}

// orNil is the setter for pointers, which are nil where the column is NULL.
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

// setTruth reads numbers as well: SQLite has no truths.
func setTruth(to reflect.Value, v *value) error {
	if v.kind != truth && v.kind != number || v.number != 0 && v.number != 1 {
		return misfit(to, v)
	}
	to.SetBool(v.number == 1)
	return nil
}

// setNumber reads texts as well: a driver may return numbers of unusual types as such.
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
