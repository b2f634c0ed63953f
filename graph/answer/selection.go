package answer

import (
	"context"
	"strconv"
	"sync"

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
	key   []byte // its name in the answer, as `"name":`
	args  map[string]any
	// misfit means that the arguments cannot be read.
	misfit bool
	// slot is where a plan hangs the value of a relation on the object.
	slot    string
	slotted bool
	// only is the selection on objects of the first type that the field returned, and
	// others are the selections on objects of further types.
	only   *selection
	others map[*Object]*selection
}

// operation holds what is compiled once for an operation.
type operation struct {
	Extension
	mu    sync.Mutex
	roots map[root]*selection
}

// root identifies a selection on what a root field returns.
type root struct {
	first  *ast.Selection
	object *Object
}

// selection returns the compiled selection, which the items of a root field's list share.
func (o *operation) selection(w *Writer, selections ast.SelectionSet, object *Object) *selection {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := root{&selections[0], object}
	if o.roots[at] == nil {
		if o.roots == nil {
			o.roots = map[root]*selection{}
		}
		o.roots[at] = w.compile(selections, object)
	}
	return o.roots[at]
}

// below returns the selection on objects of a type that the field returns. It takes the
// lock because the items of a root field's list are written concurrently.
func (f *Selected) below(w *Writer, object *Object) *selection {
	w.operation.mu.Lock()
	defer w.operation.mu.Unlock()
	if f.only == nil {
		f.only = w.compile(f.Selections, object)
	}
	if f.only.object == object {
		return f.only
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
		f := &Selected{CollectedField: field, field: object.Fields[field.Name], key: append(strconv.AppendQuote(nil, field.Alias), ':')}
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
}

// ExtensionName is its name in gqlgen.
func (Extension) ExtensionName() string { return "Answer" }

// Validate accepts every schema.
func (Extension) Validate(graphql.ExecutableSchema) error { return nil }

type operationKey struct{}

// InterceptOperation gives an operation a place for its compiled selections.
func (e Extension) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return next(context.WithValue(ctx, operationKey{}, &operation{Extension: e}))
}
