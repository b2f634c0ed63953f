package graph

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/gen"
)

func TestSDLIsTheSchema(t *testing.T) {
	t.Parallel()
	text := SDL()
	printed, err := gqlparser.LoadSchema(&ast.Source{Name: "SDL", Input: text})
	if err != nil {
		t.Fatalf("what is printed is no schema: %v", err)
	}
	served := gen.NewExecutableSchema(gen.Config{}).Schema()
	if printed.Description != served.Description || printed.Description == "" {
		t.Errorf("description = %q, want %q", printed.Description, served.Description)
	}
	for name, want := range served.Types {
		got := printed.Types[name]
		if got == nil {
			t.Errorf("type %s is missing", name)
			continue
		}
		gotText := format(&ast.SchemaDocument{Definitions: ast.DefinitionList{got}})
		if wantText := format(&ast.SchemaDocument{Definitions: ast.DefinitionList{want}}); gotText != wantText {
			t.Errorf("type %s =\n%s\nwant\n%s", name, gotText, wantText)
		}
	}
	if strings.Contains(text, "@defer") || strings.Contains(text, "extend ") {
		t.Error("the schema has a directive that is not served, or extensions")
	}
	for n, line := range strings.Split(text, "\n") {
		if strings.HasSuffix(line, " ") {
			t.Errorf("line %d ends with a space", n+1)
		}
	}
}
