package gate

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/graph/transport"
)

const (
	// parsedDocuments is how many parsed documents are cached, and parsedBytes about
	// how much memory they may take.
	parsedDocuments = 1000
	parsedBytes     = 32 << 20
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
