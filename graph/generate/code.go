package main

import (
	"bytes"
	"fmt"
	"go/types"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

// file is the code being written, and what it imports.
type file struct {
	code    bytes.Buffer
	imports map[string]bool
}

func (f *file) printf(format string, args ...any) { fmt.Fprintf(&f.code, format, args...) }

// use notes that a package is imported, and returns the name by which code calls it.
func (f *file) use(path string) string {
	f.imports[path] = true
	return path[strings.LastIndex(path, "/")+1:]
}

// typeName is how code names a type.
func (f *file) typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return f.use(p.Path()) })
}

const (
	graphqlPackage = "github.com/99designs/gqlgen/graphql"
	answerPackage  = "github.com/diwan-cms/diwan/graph/answer"
)

// object writes the description of an object, and the function by which root fields
// return it.
func (f *file) object(object *codegen.Object) {
	f.use("context")
	f.use(graphqlPackage)
	f.use(answerPackage)
	f.use("github.com/vektah/gqlparser/v2/ast")
	reference := f.typeName(object.Reference())
	f.printf("func (ec *executionContext) _%[1]s(ctx context.Context, sel ast.SelectionSet, obj %[2]s) graphql.Marshaler {\n\treturn answer.Write(ctx, ec, sel, &object%[1]s, obj)\n}\n\n", object.Name, reference)
	f.printf("func write%[1]s(w *answer.Writer, f *answer.Selected, obj %[2]s) bool { return w.Object(f, &object%[1]s, obj) }\n\n", object.Name, reference)
	f.printf("func describe%s() answer.Object {\n\treturn answer.Object{\n\t\tName: %q,\n\t\tConditions: %s,\n\t\tFields: map[string]*answer.Field{\n", object.Name, object.Name, object.Implementors())
	for _, field := range object.Fields {
		f.field(object, field)
	}
	f.printf("\t\t},\n\t}\n}\n\n")
}

func (f *file) field(object *codegen.Object, field *codegen.Field) {
	f.printf("%q: {\n", field.Name)
	if field.TypeReference.GQL.NonNull {
		f.printf("NonNull: true,\n")
	}
	if isRelation(field) {
		f.printf("Relation: true,\n")
	}
	if len(field.Args) > 0 {
		f.printf("Args: func(ctx context.Context, exec any, raw map[string]any) (args map[string]any, err error) {\n\tec := exec.(*executionContext)\n\targs = make(map[string]any, %d)\n", len(field.Args))
		for _, arg := range field.Args {
			f.printf("if args[%[1]q], err = graphql.ProcessArgField(ctx, raw, %[1]q, ec.%[2]s); err != nil {\nreturn nil, err\n}\n", arg.Name, arg.TypeReference.UnmarshalFunc())
		}
		f.printf("return args, nil\n},\n")
	}
	f.printf("Write: func(w *answer.Writer, f *answer.Selected, object any) bool {\n")
	f.value(object, field)
	f.printf("%s\n},\n},\n", f.written(field.TypeReference, "value"))
}

// isRelation reports whether plans hang the value of a field on its object.
func isRelation(field *codegen.Field) bool {
	return field.IsResolver && field.TypeReference.Definition.IsCompositeType()
}

// value writes how `value` is read from `object`.
func (f *file) value(object *codegen.Object, field *codegen.Field) {
	failed := "if err != nil {\nreturn w.Fail(err)\n}\n"
	if isRelation(field) {
		f.printf("value, ok := answer.Related[%s](w, f, object)\nif !ok {\nreturn false\n}\n", f.typeName(field.TypeReference.GO))
		return
	}
	f.printf("obj := object.(%s)\n", f.typeName(object.Reference()))
	var args []string
	if field.IsResolver || field.MethodHasContext {
		args = append(args, "w.Ctx")
	}
	if field.IsResolver {
		args = append(args, "obj")
	}
	for _, arg := range field.Args {
		args = append(args, fmt.Sprintf("answer.Arg[%s](f, %q)", f.typeName(arg.TypeReference.GO), arg.Name))
	}
	call := strings.Join(args, ", ")
	switch {
	case field.IsResolver:
		f.printf("value, err := w.Exec.(*executionContext).Resolvers.(Computed).%s%s(%s)\n%s", object.Name, field.GoFieldName, call, failed)
	case field.GoFieldType == codegen.GoFieldVariable:
		f.printf("value := obj.%s\n", field.GoFieldName)
	case field.NoErr:
		f.printf("value := obj.%s(%s)\n", field.GoFieldName, call)
	default:
		f.printf("value, err := obj.%s(%s)\n%s", field.GoFieldName, call, failed)
	}
}

// written is the code that writes a value of a type, and returns whether it could.
func (f *file) written(reference *config.TypeReference, value string) string {
	absent := "w.Null()"
	if reference.GQL.NonNull {
		absent = "w.Missing()"
	}
	present := f.present(reference, value)
	if reference.IsNilable() && !(reference.IsSlice() && reference.GQL.NonNull) && reference.Definition.Name != "JSON" {
		return fmt.Sprintf("if %s == nil {\nreturn %s\n}\n%s", value, absent, present)
	}
	return present
}

func (f *file) present(reference *config.TypeReference, value string) string {
	definition := reference.Definition
	switch {
	case reference.GQL.Elem != nil:
		item := reference.Elem()
		return fmt.Sprintf("return answer.List(w, f, %s, %t, func(w *answer.Writer, f *answer.Selected, value %s) bool {\n%s\n})",
			value, item.GQL.NonNull, f.typeName(item.GO), f.written(item, "value"))
	case definition.IsCompositeType():
		if !reference.IsNilable() {
			value = "&" + value
		}
		return fmt.Sprintf("return write%s(w, f, %s)", definition.Name, value)
	case reference.IsPtr():
		return f.scalar(reference.Elem(), "*"+value)
	}
	return f.scalar(reference, value)
}

// scalar is the code that writes a value without selections.
func (f *file) scalar(reference *config.TypeReference, value string) string {
	call := value
	if strings.HasPrefix(call, "*") {
		call = "(" + call + ")"
	}
	named, _ := reference.GO.(*types.Named)
	underlying, _ := reference.GO.Underlying().(*types.Basic)
	has := func(method string) bool {
		found, _, _ := types.LookupFieldOrMethod(reference.GO, false, nil, method)
		return named != nil && found != nil
	}
	switch {
	case has("AppendText"):
		return fmt.Sprintf("return answer.Text(w, %s)", value)
	case reference.Definition.Kind == ast.Enum && has("IsValid"): // gqlgen made it
		return fmt.Sprintf("return w.Quoted(string(%s))", value)
	case reference.IsMarshaler:
		return fmt.Sprintf("return w.Scalar(%s)", call)
	case underlying != nil && underlying.Kind() == types.String:
		return fmt.Sprintf("return w.String(string(%s))", value)
	case underlying != nil && underlying.Kind() == types.Int:
		return fmt.Sprintf("return w.Int(int(%s))", value)
	case underlying != nil && underlying.Kind() == types.Bool:
		return fmt.Sprintf("return w.Bool(bool(%s))", value)
	case reference.IsContext:
		return fmt.Sprintf("return w.ScalarOrFail(%s.%s(%s))", f.use(reference.Marshaler.Pkg().Path()), reference.Marshaler.Name(), value)
	}
	return fmt.Sprintf("return w.Scalar(%s.%s(%s))", f.use(reference.Marshaler.Pkg().Path()), reference.Marshaler.Name(), value)
}

// abstract writes how an object of an interface or a union is written.
func (f *file) abstract(one *codegen.Interface) {
	t := f.typeName(one.Type)
	f.use("fmt")
	f.printf("func (ec *executionContext) _%s(ctx context.Context, sel ast.SelectionSet, obj %s) graphql.Marshaler {\n\tswitch obj := obj.(type) {\n", one.Name, t)
	for _, member := range one.Implementors {
		f.printf("case %s:\n\treturn ec._%s(ctx, sel, %sobj)\n", f.typeName(member.Type), member.Name, address(member))
	}
	f.printf("}\n\tpanic(fmt.Sprintf(\"%%T is not a %s\", obj))\n}\n\n", one.Name)
	f.printf("func write%s(w *answer.Writer, f *answer.Selected, obj %s) bool {\n\tswitch obj := obj.(type) {\n", one.Name, t)
	for _, member := range one.Implementors {
		f.printf("case %s:\n\treturn write%s(w, f, %sobj)\n", f.typeName(member.Type), member.Name, address(member))
	}
	f.printf("}\n\tpanic(fmt.Sprintf(\"%%T is not a %s\", obj))\n}\n\n", one.Name)
}

func address(member codegen.InterfaceImplementor) string {
	if member.TakeRef {
		return "&"
	}
	return ""
}

// computed writes the interface of the fields that are neither part of an object nor
// relations.
func (f *file) computed(below codegen.Objects) {
	f.printf("// Computed resolves the fields that are computed from an object.\ntype Computed interface {\n")
	for _, object := range below {
		for _, field := range object.Fields {
			if !field.IsResolver || isRelation(field) {
				continue
			}
			f.printf("%s%s(ctx context.Context, obj %s", object.Name, field.GoFieldName, f.typeName(object.Reference()))
			for _, arg := range field.Args {
				f.printf(", %s %s", arg.VarName, f.typeName(arg.TypeReference.GO))
			}
			f.printf(") (%s, error)\n", f.typeName(field.TypeReference.GO))
		}
	}
	f.printf("}\n")
}
