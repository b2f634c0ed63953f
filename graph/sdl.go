package graph

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/diwan-cms/diwan/graph/gen"
)

// SDL returns the schema that is served, descriptions included, in the GraphQL
// schema definition language: one document without extensions, its types in
// alphabetical order, its fields as they stand in graph/schema. What the
// specification builds in is left out.
func SDL() string {
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	document := &ast.SchemaDocument{Schema: ast.SchemaDefinitionList{{Description: schema.Description, OperationTypes: ast.OperationTypeDefinitionList{
		{Operation: ast.Query, Type: schema.Query.Name},
		{Operation: ast.Mutation, Type: schema.Mutation.Name},
		{Operation: ast.Subscription, Type: schema.Subscription.Name},
	}}}}
	definitions := []string{format(document)}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		if definition := schema.Types[name]; !definition.BuiltIn {
			definitions = append(definitions, format(&ast.SchemaDocument{Definitions: ast.DefinitionList{definition}}))
		}
	}
	return strings.Join(definitions, "\n")
}

// format returns a document as text. The formatter indents empty lines, too.
func format(document *ast.SchemaDocument) string {
	var text bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchemaDocument(document)
	var lines strings.Builder
	for line := range strings.Lines(text.String()) {
		lines.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return lines.String()
}
