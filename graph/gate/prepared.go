package gate

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/transport"
)

const (
	// preparedOperations is how many prepared operations are kept, and preparedBytes about
	// how much memory they may take; preparedField is what each of their fields takes.
	preparedOperations = 2000
	preparedBytes      = 32 << 20
	preparedField      = 1 << 10
	// maxValues is how long the values of variables may be, as JSON, under which a prepared
	// operation is kept.
	maxValues = 1 << 10
)

// documents keeps parsed documents. It is gqlgen's cache of them.
type documents struct {
	kept *transport.Memory[string, *document]
}

// document is a parsed document, with what is known of it.
type document struct {
	parsed *ast.QueryDocument
	hash   string
	// below has the variables of each operation on which its selections depend.
	below map[*ast.OperationDefinition][]string
}

func newDocuments() documents {
	return documents{transport.NewMemory(parsedDocuments, parsedBytes, func(text string, _ *document) int { return parsedSize(text) })}
}

// Get returns a document by its text.
func (d documents) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	if known, found := d.kept.Get(ctx, text); found {
		return known.parsed, true
	}
	return nil, false
}

// Add keeps a valid document.
func (d documents) Add(ctx context.Context, text string, parsed *ast.QueryDocument) {
	known := &document{parsed, transport.Digest(text), make(map[*ast.OperationDefinition][]string, len(parsed.Operations))}
	for _, operation := range parsed.Operations {
		known.below[operation] = variablesBelow(operation)
	}
	d.kept.Add(ctx, text, known)
}

// Prepared is what is made of an operation once, for all requests that send it with the
// same values of the variables on which its selections depend: those in @skip and
// @include, and those in the arguments of all fields but the roots.
type Prepared struct {
	root []*selected
	made sync.Map
}

// Once returns what make returned for the key: of the first request that asked. It must be
// the same for every request, and nobody may change it.
func (p *Prepared) Once(key any, make func() any) any {
	if made, found := p.made.Load(key); found {
		return made
	}
	made, _ := p.made.LoadOrStore(key, make())
	return made
}

// preparedKey is where a Prepared is kept with gqlgen, documentKey a document.
const (
	preparedKey = "prepared"
	documentKey = "document"
)

// PreparedOf returns what was prepared of an operation; nil if Install's extensions have not
// seen it.
func PreparedOf(operation *graphql.OperationContext) *Prepared {
	p, _ := operation.Stats.GetExtension(preparedKey).(*Prepared)
	return p
}

// documentOf returns the document of a request if it was in the cache.
func documentOf(operation *graphql.OperationContext) *document {
	d, _ := operation.Stats.GetExtension(documentKey).(*document)
	return d
}

// preparations keeps what was prepared.
type preparations struct {
	schema *Schema
	kept   *transport.Memory[preparation, *Prepared]
}

// preparation identifies what is prepared. The entry has the operation, so that no other
// takes its address.
type preparation struct {
	operation *ast.OperationDefinition
	values    string
}

func newPreparations(schema *Schema) preparations {
	return preparations{schema, transport.NewMemory(preparedOperations, preparedBytes, func(key preparation, p *Prepared) int {
		return len(key.values) + preparedField*(1+count(p.root))
	})}
}

// of returns what is prepared of an operation, and prepares it the first time.
func (p preparations) of(ctx context.Context, operation *graphql.OperationContext) *Prepared {
	known := documentOf(operation)
	if known == nil || known.parsed != operation.Doc { // it came for the first time, or was dropped from the cache meanwhile
		return p.prepare(operation)
	}
	values, short := valuesOf(operation, known.below[operation.Operation])
	if !short {
		return p.prepare(operation)
	}
	key := preparation{operation.Operation, values}
	prepared, found := p.kept.Get(ctx, key)
	if !found {
		prepared = p.prepare(operation)
		p.kept.Add(ctx, key, prepared)
	}
	return prepared
}

func (p preparations) prepare(operation *graphql.OperationContext) *Prepared {
	return &Prepared{root: p.schema.selected(operation)}
}

// valuesOf writes the values of variables, for a key; false if they are too long for one.
func valuesOf(operation *graphql.OperationContext, names []string) (string, bool) {
	if len(names) == 0 {
		return "", true
	}
	values := make([]byte, 0, 64)
	for _, name := range names {
		value, given := operation.Variables[name]
		switch v := value.(type) {
		case nil:
			values = strconv.AppendBool(values, given) // null is not the same as nothing
		case bool:
			values = strconv.AppendBool(append(values, '='), v)
		case int64:
			values = strconv.AppendInt(append(values, '='), v, 10)
		case string:
			values = strconv.AppendQuote(append(values, '='), v)
		default:
			encoded, err := json.Marshal(v)
			if err != nil {
				return "", false
			}
			values = append(append(values, '='), encoded...)
		}
		if len(values) > maxValues {
			return "", false
		}
		values = append(values, ' ')
	}
	return string(values), true
}

// variablesBelow returns the variables on which the selections of an operation depend,
// each once.
func variablesBelow(operation *ast.OperationDefinition) []string {
	d := dependence{seen: map[string]bool{}}
	d.selections(operation.SelectionSet, true)
	return d.names
}

type dependence struct {
	names []string
	seen  map[string]bool // fragments, below the roots or at them
}

func (d *dependence) selections(selections ast.SelectionSet, atRoot bool) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			d.directives(s.Directives)
			if !atRoot {
				d.arguments(s.Arguments)
			}
			d.selections(s.SelectionSet, false)
		case *ast.InlineFragment:
			d.directives(s.Directives)
			d.selections(s.SelectionSet, atRoot)
		case *ast.FragmentSpread:
			d.directives(s.Directives)
			if place := strconv.FormatBool(atRoot) + s.Name; s.Definition != nil && !d.seen[place] {
				d.seen[place] = true
				d.selections(s.Definition.SelectionSet, atRoot)
			}
		}
	}
}

func (d *dependence) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		d.arguments(directive.Arguments)
	}
}

func (d *dependence) arguments(arguments ast.ArgumentList) {
	for _, argument := range arguments {
		d.value(argument.Value)
	}
}

func (d *dependence) value(value *ast.Value) {
	if value == nil {
		return
	}
	if value.Kind == ast.Variable && !slices.Contains(d.names, value.Raw) {
		d.names = append(d.names, value.Raw)
	}
	for _, child := range value.Children {
		d.value(child.Value)
	}
}

// selected is a field that an operation selects, with what is needed to price it.
type selected struct {
	graphql.CollectedField
	parent   string // the type that has the field
	returned string // the type that it returns
	kind     kind
	// price is that of fields that return no objects but are still expensive, or else 0.
	price int
	// args are its arguments; nil if they have variables on which Prepared does not depend.
	args  map[string]any
	below []*selected
}

// selected returns the fields that an operation selects at its root.
func (s *Schema) selected(operation *graphql.OperationContext) []*selected {
	root := map[ast.Operation]*ast.Definition{ast.Query: s.Query, ast.Mutation: s.Mutation, ast.Subscription: s.Subscription}
	c := collector{operation, s, fieldPrices()}
	fields := c.collect(root[operation.Operation.Operation].Name, operation.Operation.SelectionSet)
	for _, field := range fields {
		var d dependence
		if d.arguments(field.Arguments); len(d.names) > 0 {
			field.args = nil
		}
	}
	return fields
}

type collector struct {
	operation *graphql.OperationContext
	schema    *Schema
	prices    map[Coordinate]int
}

// collect returns the fields that are selected on an object of a type.
func (c collector) collect(typeName string, selections ast.SelectionSet) []*selected {
	conditions := []string{typeName}
	if definition := c.schema.Types[typeName]; definition != nil {
		for _, possible := range c.schema.GetPossibleTypes(definition) { // an object may be of any of them: all count
			conditions = append(conditions, c.schema.TypeConditions(possible.Name)...)
		}
	}
	collected := graphql.CollectFields(c.operation, selections, conditions)
	fields := make([]*selected, len(collected))
	for i, field := range collected {
		returned := field.Definition.Type.Name()
		f := &selected{CollectedField: field, parent: typeName, returned: returned, kind: c.schema.kinds[returned], price: c.prices[coordinate(typeName, field.Name)]}
		if f.price == 0 && f.kind != value && f.kind != comparison {
			f.args, f.below = field.ArgumentMap(c.operation.Variables), c.collect(returned, field.Selections)
		}
		fields[i] = f
	}
	return fields
}

func count(fields []*selected) int {
	sum := len(fields)
	for _, field := range fields {
		sum += count(field.below)
	}
	return sum
}
