package answer

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// selection is the list of fields that an operation selects on objects of one type.
type selection struct {
	object *Object
	fields []*Selected
}

// Selected is a field that an operation selects.
type Selected struct {
	graphql.CollectedField
	field *Field // nil for __typename
	key   []byte // its name in the answer, as `,"name":`
	args  map[string]any
	// misfit means that the arguments cannot be read.
	misfit bool
	// slot is where a plan hangs the value of a relation on the object.
	slot    string
	slotted bool
	// only is the selection on objects of the first type that the field returned, and
	// others are the selections on objects of further types.
	only   atomic.Pointer[selection]
	others map[*Object]*selection
}

// Selections are the selections of an operation below its roots, each compiled once. All
// requests may share them for which the operation selects the same, with the same
// arguments.
type Selections struct {
	mu    sync.Mutex
	roots map[root]*selection
}

// root identifies a selection on what a root field returns.
type root struct {
	first  ast.Selection
	object *Object
}

// operation is what the writers of an operation share.
type operation struct {
	Extension
	*Selections
}

// selection returns the compiled selection on what a root field returns.
func (s *Selections) selection(w *Writer, selections ast.SelectionSet, object *Object) *selection {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := root{selections[0], object}
	if s.roots[at] == nil {
		if s.roots == nil {
			s.roots = map[root]*selection{}
		}
		s.roots[at] = w.compile(selections, object)
	}
	return s.roots[at]
}

// below returns the selection on objects of a type that the field returns.
func (f *Selected) below(w *Writer, object *Object) *selection {
	if only := f.only.Load(); only != nil && only.object == object {
		return only
	}
	w.operation.mu.Lock()
	defer w.operation.mu.Unlock()
	only := f.only.Load()
	if only == nil {
		only = w.compile(f.Selections, object)
		f.only.Store(only)
	}
	if only.object == object {
		return only
	}
	if f.others[object] == nil {
		if f.others == nil {
			f.others = map[*Object]*selection{}
		}
		f.others[object] = w.compile(f.Selections, object)
	}
	return f.others[object]
}

func (w *Writer) compile(selections ast.SelectionSet, object *Object) *selection {
	collected := graphql.CollectFields(w.op, selections, object.Conditions)
	s := &selection{object, make([]*Selected, len(collected))}
	for i, field := range collected {
		f := &Selected{CollectedField: field, field: object.Fields[field.Name], key: append(strconv.AppendQuote([]byte{','}, field.Alias), ':')}
		s.fields[i] = f
		if f.field == nil {
			if field.Name != "__typename" {
				panic("unknown field " + object.Name + "." + field.Name)
			}
			continue
		}
		if f.field.Args != nil {
			args, err := f.field.Args(w.Ctx, w.Exec, f.ArgumentMap(w.op.Variables))
			f.args, f.misfit = args, err != nil
		}
		if f.field.Relation {
			f.slot, f.slotted = w.operation.Slot(w.op, field)
		}
	}
	return s
}

// argumentsFit returns false if the arguments of a field cannot be read, and reports the
// error: for each object, as every other error of a field is.
func (w *Writer) argumentsFit(f *Selected) bool {
	if !f.misfit {
		return true
	}
	ctx := w.at()
	_, err := f.field.Args(ctx, w.Exec, f.ArgumentMap(w.op.Variables))
	w.op.Error(ctx, err)
	return false
}

// Extension is what answers need of the rest of the server.
type Extension struct {
	// Grow counts bytes that were written. It returns an error if no more may be written.
	Grow func(ctx context.Context, bytes int) error
	// Slot returns the key under which a plan hangs the value of a relation; false if the
	// field's arguments are invalid.
	Slot func(*graphql.OperationContext, graphql.CollectedField) (key string, ok bool)
	// Load loads the relation of the context's field that no plan foresaw.
	Load func(ctx context.Context, object any) (any, error)
	// Selections returns where an operation's selections are kept. Nil keeps none.
	Selections func(*graphql.OperationContext) *Selections
	// Near returns a context that finds what many fields look up, such as languages, without
	// a search through all that surrounds an operation. Nil leaves the context as it is.
	Near func(context.Context) context.Context
}

// ExtensionName is its name in gqlgen.
func (Extension) ExtensionName() string { return "Answer" }

// Validate accepts every schema.
func (Extension) Validate(graphql.ExecutableSchema) error { return nil }

type operationKey struct{}

// InterceptOperation gives an operation a place for its compiled selections.
func (e Extension) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	o := &operation{e, nil}
	if e.Selections != nil {
		o.Selections = e.Selections(graphql.GetOperationContext(ctx))
	} else {
		o.Selections = &Selections{}
	}
	return next(context.WithValue(ctx, operationKey{}, o))
}
