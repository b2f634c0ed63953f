package gate

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/gen"
)

// change returns the schema of the server with copies of the types that change
// deletes from or changes.
func change(edit func(map[string]*ast.Definition)) *ast.Schema {
	schema := *gen.NewExecutableSchema(gen.Config{}).Schema()
	schema.Types = maps.Clone(schema.Types)
	for name, definition := range schema.Types {
		own := *definition
		own.Fields = nil
		for _, field := range definition.Fields {
			ownField := *field
			ownField.Arguments = slices.Clone(field.Arguments)
			own.Fields = append(own.Fields, &ownField)
		}
		schema.Types[name] = &own
	}
	edit(schema.Types)
	if schema.Mutation != nil {
		schema.Mutation = schema.Types["Mutation"]
	}
	return &schema
}

func without(fields ast.FieldList, name string) ast.FieldList {
	return slices.DeleteFunc(slices.Clone(fields), func(f *ast.FieldDefinition) bool { return f.Name == name })
}

func withoutArgument(field *ast.FieldDefinition, name string) {
	field.Arguments = slices.DeleteFunc(field.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Name == name })
}

func TestSchemaOfTheServer(t *testing.T) {
	t.Parallel()
	if _, err := NewSchema(change(func(map[string]*ast.Definition) {})); err != nil {
		t.Errorf("NewSchema = %v, want nil", err)
	}
}

// Whatever code names must be in the schema.
func TestSchemaLacksWhatCodeNames(t *testing.T) {
	t.Parallel()
	refused := func(missing, want string, edit func(map[string]*ast.Definition)) {
		t.Helper()
		_, err := NewSchema(change(edit))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewSchema without %s = %v, want %q", missing, err, want)
		}
	}
	for name := range kinds() {
		refused(name, "there is no type "+name, func(types map[string]*ast.Definition) { delete(types, name) })
	}
	for suffix := range suffixes() {
		refused("…"+suffix, "there is no type whose name ends in "+suffix, func(types map[string]*ast.Definition) {
			maps.DeleteFunc(types, func(name string, _ *ast.Definition) bool { return strings.HasSuffix(name, suffix) })
		})
	}
	for _, c := range coordinates() {
		typeName, field, argument := c.split()
		refused(string(c), "there is no field "+typeName+"."+field, func(types map[string]*ast.Definition) {
			types[typeName].Fields = without(types[typeName].Fields, field)
		})
		refused(typeName, "there is no field "+typeName+"."+field, func(types map[string]*ast.Definition) { delete(types, typeName) })
		if argument != "" {
			refused(string(c), "there is no argument "+string(c), func(types map[string]*ast.Definition) {
				withoutArgument(types[typeName].Fields.ForName(field), argument)
			})
		}
	}
	for name, typeSuffix := range argumentNames() {
		refused(name, "no field has an argument "+name+" of a type whose name ends in "+typeSuffix, func(types map[string]*ast.Definition) {
			for _, definition := range types {
				for _, field := range definition.Fields {
					withoutArgument(field, name)
				}
			}
		})
	}
}

// A name that says what a type is must tell the truth.
func TestSchemaNamesThatMislead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(map[string]*ast.Definition)
		want string
	}{
		{"a connection without nodes", func(types map[string]*ast.Definition) {
			types["TopicConnection"].Fields = without(types["TopicConnection"].Fields, "nodes")
		}, "TopicConnection lacks one of the fields edges, nodes and pageInfo"},
		{"a connection whose edges are none", func(types map[string]*ast.Definition) {
			types["TopicConnection"].Fields.ForName("edges").Type = ast.ListType(ast.NamedType("Topic", nil), nil)
		}, "TopicConnection.edges returns a type whose name does not end in Edge"},
		{"an edge without a node", func(types map[string]*ast.Definition) {
			types["TopicEdge"].Fields = without(types["TopicEdge"].Fields, "node")
		}, "TopicEdge lacks the field node"},
		{"a page that is not called a connection", func(types map[string]*ast.Definition) {
			types["TopicPage"] = types["TopicConnection"]
		}, "TopicPage has the field pageInfo, but its name does not end in Connection"},
		{"a mutation that returns no payload", func(types map[string]*ast.Definition) {
			types["Mutation"].Fields.ForName("createTopic").Type = ast.NamedType("Topic", nil)
		}, "Mutation.createTopic returns Topic, whose name does not end in Payload"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := NewSchema(change(c.edit)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("NewSchema = %v, want %q", err, c.want)
			}
		})
	}
}

func TestCoordinates(t *testing.T) {
	t.Parallel()
	if got := ArticleBody.Field(); got != "body" {
		t.Errorf("%s.Field() = %s, want body", ArticleBody, got)
	}
	if got := AnalyzedText.argument(); got != "text" || AnalyzedText.Field() != "analyzeText" {
		t.Errorf("%s has the field %s and the argument %s, want analyzeText and text", AnalyzedText, AnalyzedText.Field(), got)
	}
	field := &ast.Field{Name: "body"}
	if got := CoordinateOf(field); got != "" {
		t.Errorf("coordinate of a field that was not validated = %q, want none", got)
	}
	if field.ObjectDefinition = (&ast.Definition{Name: "Article"}); CoordinateOf(field) != ArticleBody {
		t.Errorf("coordinate = %q, want %q", CoordinateOf(field), ArticleBody)
	}
}
