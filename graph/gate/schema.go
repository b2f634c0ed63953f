package gate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Coordinate names a field of the schema, or an argument of one, as the GraphQL
// specification does: Article.body, Query.analyzeText(text:).
type Coordinate string

// The fields that code names. NewSchema fails where the schema lacks one.
const (
	ArticleBody         Coordinate = "Article.body"
	ArticleJSONLD       Coordinate = "Article.jsonLd"
	ArticleJSONLDScript Coordinate = "Article.jsonLdScript"
	ArticleRevisions    Coordinate = "Article.revisions"
	ArticleWarnings     Coordinate = "ArticlePayload.warnings"
	AnalyzedText        Coordinate = "Query.analyzeText(text:)"
	SearchHighlights    Coordinate = "SearchEdge.highlights"
	Suggestions         Coordinate = "Query.suggest"
	UpsertedResults     Coordinate = "UpsertArticlesPayload.results" // and of all bulk mutations
	UpsertedWarnings    Coordinate = "UpsertArticleResult.warnings"
)

func coordinates() []Coordinate {
	return []Coordinate{
		ArticleBody, ArticleJSONLD, ArticleJSONLDScript, ArticleRevisions, ArticleWarnings, AnalyzedText,
		SearchHighlights, Suggestions, UpsertedResults, UpsertedWarnings,
	}
}

// Shared reports whether an operation only asks for nodes, so that the answer is the same
// for everyone who sees the same ones, in the same languages.
func (s *Schema) Shared(operation *graphql.OperationContext) bool {
	if operation.Operation.Operation != ast.Query {
		return false
	}
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{s.Query.Name}) {
		if CoordinateOf(field.Field) != Suggestions && !s.returnsNodes(field.Definition) {
			return false
		}
	}
	return true
}

// returnsNodes reports whether a field returns objects with an id, or a page of them.
func (s *Schema) returnsNodes(field *ast.FieldDefinition) bool {
	returned := s.Types[field.Type.Name()]
	if s.kinds[returned.Name] == connection {
		returned = s.Types[returned.Fields.ForName(nodesField).Type.Name()]
	}
	members := s.GetPossibleTypes(returned)
	return len(members) > 0 && !slices.ContainsFunc(members, func(member *ast.Definition) bool {
		return !slices.Contains(member.Interfaces, "Node")
	})
}

// CoordinateOf returns the coordinate of a field of a validated operation.
func CoordinateOf(field *ast.Field) Coordinate {
	if field.ObjectDefinition == nil {
		return ""
	}
	return coordinate(field.ObjectDefinition.Name, field.Name)
}

func coordinate(typeName, field string) Coordinate { return Coordinate(typeName + "." + field) }

// split returns the parts of a coordinate. The argument is empty where it names a
// field.
func (c Coordinate) split() (typeName, field, argument string) {
	typeName, field, _ = strings.Cut(string(c), ".")
	field, argument, _ = strings.Cut(field, "(")
	return typeName, field, strings.TrimSuffix(argument, ":)")
}

// Field returns the name of the field.
func (c Coordinate) Field() string {
	_, field, _ := c.split()
	return field
}

func (c Coordinate) argument() string {
	_, _, argument := c.split()
	return argument
}

// kind is how objects of a type are priced and planned.
type kind int

const (
	// value is no object: a scalar or an enum.
	value kind = iota
	// object stands for itself.
	object
	// embedded is part of the row of the object that has it.
	embedded
	// connection is a page of a list, edge a row of the page with its cursor.
	connection
	edge
	// facet is a group of the rows of a list, and how many there are.
	facet
	// wrapper only holds other objects.
	wrapper
	// match is a place in a text that was searched for.
	match
	// comparison is the difference between two texts.
	comparison
	// analysis is what is found in a text that the client sends.
	analysis
)

// kinds are those of types that do not show it by their name.
func kinds() map[string]kind {
	return map[string]kind{
		"LocalizedText": embedded,
		"Alias":         embedded,
		"PageInfo":      embedded,
		"UserError":     embedded,
		"InputError":    embedded,
		"ConflictError": embedded,
		"Warning":       embedded,
		"Mention":       match,
		"Highlight":     match,
		"FieldDiff":     comparison,
		"TextAnalysis":  analysis,
	}
}

// suffixes are the endings of names that show what a type is. Connection and Edge
// are Relay's.
func suffixes() map[string]kind {
	return map[string]kind{
		"Connection": connection,
		"Edge":       edge,
		"Facet":      facet,
		"Facets":     wrapper,
		"Payload":    wrapper,
	}
}

// The arguments and fields that mean the same wherever they stand.
const (
	firstArgument  = "first"
	lastArgument   = "last"
	filterArgument = "filter"
	searchArgument = "search"
	queryArgument  = "query"
	inputsArgument = "inputs"

	nodesField    = "nodes"
	edgesField    = "edges"
	nodeField     = "node"
	pageInfoField = "pageInfo"
	resultsField  = "results"
)

// argumentNames are names of arguments, with the ending of the name of their type.
func argumentNames() map[string]string {
	return map[string]string{
		firstArgument: "Int", lastArgument: "Int", filterArgument: "Filter", searchArgument: "String", queryArgument: "String",
		inputsArgument: "Input",
	}
}

// Schema is a schema with its types classified.
type Schema struct {
	*ast.Schema
	kinds map[string]kind
}

// NewSchema fails where the schema lacks a type, a field or an argument that code
// names, or names a type as if it were something else: its cost would be wrong, and
// nobody would notice.
func NewSchema(schema *ast.Schema) (*Schema, error) {
	s := &Schema{schema, map[string]kind{}}
	for name, definition := range schema.Types {
		if definition.IsCompositeType() && !strings.HasPrefix(name, "__") {
			s.kinds[name] = kindOf(name)
		}
	}
	if err := errors.Join(s.checkTypes(), s.checkCoordinates(), s.checkArguments(), s.checkNames(), s.checkScalars()); err != nil {
		return nil, fmt.Errorf("the schema does not fit graph/gate/schema.go: %w", err)
	}
	return s, nil
}

func kindOf(typeName string) kind {
	if kind, named := kinds()[typeName]; named {
		return kind
	}
	for suffix, kind := range suffixes() {
		if strings.HasSuffix(typeName, suffix) {
			return kind
		}
	}
	return object
}

func (s *Schema) checkTypes() error {
	var missing []error
	for _, name := range slices.Sorted(maps.Keys(kinds())) {
		if s.kinds[name] == value {
			missing = append(missing, fmt.Errorf("there is no type %s", name))
		}
	}
	for _, suffix := range slices.Sorted(maps.Keys(suffixes())) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(s.kinds)), func(name string) bool { return strings.HasSuffix(name, suffix) }) {
			missing = append(missing, fmt.Errorf("there is no type whose name ends in %s", suffix))
		}
	}
	return errors.Join(missing...)
}

func (s *Schema) checkCoordinates() error {
	var missing []error
	for _, c := range coordinates() {
		typeName, field, argument := c.split()
		definition := s.Types[typeName]
		if definition == nil || definition.Fields.ForName(field) == nil {
			missing = append(missing, fmt.Errorf("there is no field %s.%s", typeName, field))
			continue
		}
		if argument != "" && definition.Fields.ForName(field).Arguments.ForName(argument) == nil {
			missing = append(missing, fmt.Errorf("there is no argument %s", c))
		}
	}
	return errors.Join(missing...)
}

func (s *Schema) checkArguments() error {
	found := map[string]bool{}
	for _, definition := range s.Types {
		for _, field := range definition.Fields {
			for _, argument := range field.Arguments {
				found[argument.Name] = found[argument.Name] || strings.HasSuffix(argument.Type.Name(), argumentNames()[argument.Name])
			}
		}
	}
	var missing []error
	for _, name := range slices.Sorted(maps.Keys(argumentNames())) {
		if !found[name] {
			missing = append(missing, fmt.Errorf("no field has an argument %s of a type whose name ends in %s", name, argumentNames()[name]))
		}
	}
	return errors.Join(missing...)
}

// checkScalars makes sure that the values of each scalar can be checked.
func (s *Schema) checkScalars() error {
	var unknown []error
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		if s.Types[name].Kind == ast.Scalar && errors.Is(parse(name, ""), errNoParser) {
			unknown = append(unknown, fmt.Errorf("%w %s", errNoParser, name))
		}
	}
	return errors.Join(unknown...)
}

// checkNames makes sure that names do not lie: that connections, and nothing else,
// are pages of edges, and that mutations return payloads.
func (s *Schema) checkNames() error {
	var wrong []error
	if s.Mutation != nil {
		for _, field := range s.Mutation.Fields {
			if returned := field.Type.Name(); s.kinds[returned] != wrapper {
				wrong = append(wrong, fmt.Errorf("%s.%s returns %s, whose name does not end in Payload", s.Mutation.Name, field.Name, returned))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.kinds)) {
		fields := s.Types[name].Fields
		isPage := fields.ForName(pageInfoField) != nil && fields.ForName(nodesField) != nil && fields.ForName(edgesField) != nil
		isRow := fields.ForName(nodeField) != nil
		switch kind := s.kinds[name]; {
		case kind == connection && !isPage:
			wrong = append(wrong, fmt.Errorf("%s lacks one of the fields %s, %s and %s", name, edgesField, nodesField, pageInfoField))
		case kind == connection && s.kinds[fields.ForName(edgesField).Type.Name()] != edge:
			wrong = append(wrong, fmt.Errorf("%s.%s returns a type whose name does not end in Edge", name, edgesField))
		case kind == edge && !isRow:
			wrong = append(wrong, fmt.Errorf("%s lacks the field %s", name, nodeField))
		case kind != connection && fields.ForName(pageInfoField) != nil:
			wrong = append(wrong, fmt.Errorf("%s has the field %s, but its name does not end in Connection", name, pageInfoField))
		}
	}
	return errors.Join(wrong...)
}

// IsEmbedded reports whether objects of the type are part of the row of the object
// that has them, so that nothing has to be loaded for them.
func (s *Schema) IsEmbedded(typeName string) bool { return s.kinds[typeName] == embedded }

// IsEdge reports whether objects of the type are rows of a page with their cursor.
func (s *Schema) IsEdge(typeName string) bool { return s.kinds[typeName] == edge }

// TypeConditions returns the types that fragments on objects of a type may name: the
// type itself, its interfaces, and the unions that it belongs to. gqlgen resolves
// objects by the same list.
func (s *Schema) TypeConditions(typeName string) []string {
	conditions := []string{typeName}
	for _, abstract := range s.Implements[typeName] {
		conditions = append(conditions, abstract.Name)
	}
	return conditions
}
