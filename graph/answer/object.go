// Package answer writes the objects of an answer as JSON, straight into one buffer.
// gqlgen parses, validates and runs the root fields of an operation; what they return is
// written here: a selection is compiled once, and then walked for each object, without a
// goroutine, a context or a result for each field.
//
// graph/generate makes an Object for each type of the schema, with a Field for each of
// its fields.
package answer

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Object is an object type of the schema.
type Object struct {
	Name string
	// Conditions are the types that fragments on it may name: itself, its interfaces and
	// the unions that it belongs to.
	Conditions []string
	Fields     map[string]*Field
}

// Field is a field of an object type.
type Field struct {
	// NonNull is true if the schema forbids null.
	NonNull bool
	// Relation is true if a plan hangs its value on the object, or Load loads it.
	Relation bool
	// Args reads its arguments; nil where it has none.
	Args func(ctx context.Context, exec any, raw map[string]any) (map[string]any, error)
	// Write writes the value of the field of an object. It returns false if the value
	// failed, or if something in it is null that must not be. It has then reported the
	// error, and the caller drops what it wrote.
	Write func(w *Writer, f *Selected, object any) bool
}

// Write writes an object that a root field returned. It returns null if something in the
// object failed that must not be null. exec is handed to Field.Args, and kept in
// Writer.Exec.
func Write(ctx context.Context, exec any, selections ast.SelectionSet, object *Object, value any) (m graphql.Marshaler) {
	w := newWriter(ctx, exec)
	defer func() {
		if cause := recover(); cause != nil {
			at := w.at()
			w.op.Error(at, w.op.Recover(at, cause))
			w.release()
			m = graphql.Null
		}
	}()
	if !w.fields(w.operation.selection(w, selections, object), value) || !w.count() {
		w.release()
		return graphql.Null
	}
	return w
}

// Object writes an object that the field returns.
func (w *Writer) Object(f *Selected, object *Object, value any) bool {
	return w.fields(f.below(w, object), value)
}

func (w *Writer) fields(s *selection, value any) bool {
	if !w.goesOn() {
		return false
	}
	start, whole, place := len(w.buffer), true, len(w.path)
	w.buffer = append(w.buffer, '{')
	w.path = append(w.path, step{object: s.object})
	for i, f := range s.fields {
		key := f.key
		if i == 0 {
			key = key[1:] // without the comma
		}
		w.buffer = append(w.buffer, key...)
		if f.field == nil { // __typename
			w.Quoted(s.object.Name)
			continue
		}
		mark := len(w.buffer)
		w.path[place].field = f
		if written := w.argumentsFit(f) && f.field.Write(w, f, value); !written {
			w.buffer = append(w.buffer[:mark], "null"...)
			whole = whole && !f.field.NonNull
		}
		if !w.fits() {
			whole = false
			break
		}
	}
	w.path = w.path[:place]
	if !whole {
		w.buffer = w.buffer[:start]
		return false
	}
	w.buffer = append(w.buffer, '}')
	return true
}

// List writes a list. required means that items must not be null.
func List[T any](w *Writer, f *Selected, list []T, required bool, write func(*Writer, *Selected, T) bool) bool {
	start, whole := len(w.buffer), true
	w.buffer = append(w.buffer, '[')
	place := len(w.path)
	w.path = append(w.path, step{})
	for i, item := range list {
		if i > 0 {
			w.buffer = append(w.buffer, ',')
		}
		mark := len(w.buffer)
		w.path[place].index = i
		if !write(w, f, item) {
			w.buffer = append(w.buffer[:mark], "null"...)
			whole = whole && !required
		}
		if !w.fits() {
			whole = false
			break
		}
	}
	w.path = w.path[:place]
	if !whole {
		w.buffer = w.buffer[:start]
		return false
	}
	w.buffer = append(w.buffer, ']')
	return true
}

// Related returns the value of a relation that a plan hung on the object, or else loads it
// now. ok is false if loading failed.
func Related[T any](w *Writer, f *Selected, object any) (value T, ok bool) {
	related, ok := w.related(f, object)
	if !ok || related == nil {
		return value, ok
	}
	return related.(T), true
}

func (w *Writer) related(f *Selected, object any) (any, bool) {
	if slots, hasSlots := object.(interface{ Slot(key string) (any, bool) }); hasSlots && f.slotted {
		if value, loaded := slots.Slot(f.slot); loaded {
			return value, true
		}
	}
	ctx := w.at()
	graphql.GetFieldContext(ctx).IsResolver = true
	value, err := w.op.ResolverMiddleware(ctx, func(ctx context.Context) (any, error) {
		return w.operation.Load(ctx, object)
	})
	if err != nil {
		return nil, w.Fail(err)
	}
	return value, true
}

// Arg returns an argument of the field, or the zero value if it was not given.
func Arg[T any](f *Selected, name string) T {
	value, _ := f.args[name].(T)
	return value
}
