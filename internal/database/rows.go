package database

import (
	databasesql "database/sql"
	"fmt"
	"reflect"
	"sync"

	"gorm.io/gorm/schema"
)

// mapper reads rows into structs and plain values. GORM's tags and naming rules decide
// which field a column belongs to. Columns without a field are ignored.
type mapper struct {
	namer   schema.Namer
	schemas sync.Map // of GORM
	shapes  sync.Map // *shape by reflect.Type
	tables  sync.Map // *written by reflect.Type
}

// shape knows how to read rows into a type.
type shape struct {
	of reflect.Type
	// plain reads the single column of a type that is not a struct; nil for structs.
	plain setter
	// spare holds buffers for rows whose number is not known yet.
	spare sync.Pool

	schema *schema.Schema
	fields sync.Map // *field by column; nil where the struct has none
}

// field is a field of a struct, or of one that it embeds.
type field struct {
	path []int
	set  setter
}

// maxSpare is the capacity of the largest buffer that is reused.
const maxSpare = 256

// destination reads the rows of one statement into a pointer.
type destination struct {
	*shape
	columns []string
	fields  []*field
	// whole is the value to fill in, and rows holds the rows read so far.
	whole, rows reflect.Value
	row         reflect.Value // the current one
	value       value         // its current one
}

// into prepares to read rows with these columns into a pointer: to a struct or a plain
// value, or to a list of structs, of pointers to structs, or of plain values.
func (m *mapper) into(pointer any, columns []string) (*destination, error) {
	whole := reflect.ValueOf(pointer)
	if whole.Kind() != reflect.Pointer || whole.IsNil() {
		return nil, fmt.Errorf("rows cannot be read into a %T", pointer)
	}
	whole = whole.Elem()
	s, err := m.shapeOf(rowType(whole.Type()))
	if err != nil {
		return nil, err
	}
	d := &destination{shape: s, columns: columns, whole: whole}
	if s.plain != nil {
		if len(columns) != 1 {
			return nil, fmt.Errorf("%d columns cannot be read into one %s", len(columns), s.of)
		}
		d.fields = []*field{{set: s.plain}}
	} else if d.fields, err = s.fieldsOf(columns); err != nil {
		return nil, err
	}
	if spare, ok := s.spare.Get().(*reflect.Value); ok {
		d.rows = *spare
	} else {
		d.rows = reflect.New(reflect.SliceOf(s.of)).Elem()
	}
	return d, nil
}

// isList reports whether a type holds a list of rows; []byte is a single value.
func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 && !isScanner(t)
}

// rowType is the type that each row is read into.
func rowType(t reflect.Type) reflect.Type {
	if isList(t) {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer && isStruct(t.Elem()) {
		t = t.Elem()
	}
	return t
}

func isStruct(t reflect.Type) bool { return t.Kind() == reflect.Struct && !isScanner(t) }

func isScanner(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[databasesql.Scanner]())
}

func (m *mapper) shapeOf(t reflect.Type) (*shape, error) {
	if known, ok := m.shapes.Load(t); ok {
		return known.(*shape), nil
	}
	s := &shape{of: t}
	var err error
	if isStruct(t) {
		s.schema, err = schema.Parse(reflect.New(t).Interface(), &m.schemas, m.namer)
	} else {
		s.plain, err = setterOf(t)
	}
	if err != nil {
		return nil, fmt.Errorf("rows cannot be read into a %s: %w", t, err)
	}
	known, _ := m.shapes.LoadOrStore(t, s)
	return known.(*shape), nil
}

// fieldsOf returns the fields of columns, each from a cache. Lists of columns are not
// cached: clients choose them, so there is no limit to their number.
func (s *shape) fieldsOf(columns []string) ([]*field, error) {
	fields := make([]*field, len(columns))
	for i, column := range columns {
		if known, ok := s.fields.Load(column); ok {
			fields[i] = known.(*field)
			continue
		}
		f, err := s.fieldOf(column)
		if err != nil {
			return nil, fmt.Errorf("column %s of a %s: %w", column, s.of, err)
		}
		s.fields.Store(column, f)
		fields[i] = f
	}
	return fields, nil
}

func (s *shape) fieldOf(column string) (*field, error) {
	found := s.schema.LookUpField(column)
	if found == nil || !found.Readable {
		return nil, nil
	}
	set, err := setterOf(found.FieldType)
	return &field{found.StructField.Index, set}, err
}

// begin begins the next row.
func (d *destination) begin() {
	n := d.rows.Len()
	if n == d.rows.Cap() {
		d.rows.Grow(max(1, 8-n))
	}
	d.rows.SetLen(n + 1)
	d.row = d.rows.Index(n)
}

// set writes a column of the current row.
func (d *destination) set(column int, v value) error {
	f := d.fields[column]
	if f == nil {
		return nil
	}
	at := d.row
	for _, i := range f.path {
		at = at.Field(i)
	}
	d.value = v
	if err := f.set(at, &d.value); err != nil {
		return fmt.Errorf("column %s: %w", d.columns[column], err)
	}
	return nil
}

// end stores the rows in the destination, and returns their number. A single struct or
// value gets the first row, and is left alone if there are no rows.
func (d *destination) end() int {
	n := d.rows.Len()
	switch {
	case isList(d.whole.Type()):
		d.whole.Set(d.list(n))
	case n > 0 && d.whole.Type() == d.of:
		d.whole.Set(d.rows.Index(0))
	case n > 0:
		one := reflect.New(d.of)
		one.Elem().Set(d.rows.Index(0))
		d.whole.Set(one)
	}
	if d.rows.Cap() <= maxSpare {
		d.rows.Clear()
		d.rows.SetLen(0)
		spare := d.rows
		d.spare.Put(&spare)
	}
	return n
}

// list returns a slice of exactly n rows, or of pointers to them.
func (d *destination) list(n int) reflect.Value {
	exact := reflect.MakeSlice(d.rows.Type(), n, n)
	reflect.Copy(exact, d.rows)
	if d.whole.Type().Elem() == d.of {
		return exact.Convert(d.whole.Type())
	}
	pointers := reflect.MakeSlice(d.whole.Type(), n, n)
	for i := range n {
		pointers.Index(i).Set(exact.Index(i).Addr())
	}
	return pointers
}
