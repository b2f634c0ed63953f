package graph

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/diwan-cms/diwan/internal/telemetry"
	"github.com/diwan-cms/diwan/model"
)

// Limits bound what one operation may ask. Zero is no limit.
type Limits struct {
	// Tokens of a document, and how deep fields stand in each other.
	Tokens, Depth int
	// Fields of an operation, fragments unfolded; Repeated are those asked for more
	// than once at the same place; Aliases and RootFields are what they are called.
	Fields, Repeated, Aliases, RootFields int
	// Cost of an operation: about the number of objects that it may answer.
	Cost int
	// Values of fields that an operation may answer, in all its objects.
	Values int
	// List is the length of a list of the input, Errors the number in an answer.
	List, Errors int
	// Bytes of text in an answer.
	Bytes int64
	// Time that an operation may take. Subscriptions have no end.
	Time time.Duration
}

// DefaultLimits are far above what front ends ask.
func DefaultLimits() Limits {
	return Limits{
		Tokens: 20_000, Depth: 20, Fields: 2_000, Repeated: 400, Aliases: 200, RootFields: 50, Cost: 20_000, Values: 200_000,
		List: 1_000, Errors: 100, Bytes: 10 << 20, Time: 30 * time.Second,
	}
}

// limiter holds operations to the limits, before they are validated where
// validating is what costs.
type limiter struct {
	Limits
	schema  *ast.Schema
	known   graphql.Cache[*ast.QueryDocument]
	present graphql.ErrorPresenterFunc
	// secret answers an error where the request does not see drafts.
	secret func(context.Context) error
	told   *telemetry.Telemetry
}

func (limiter) ExtensionName() string                     { return "Limits" }
func (limiter) Validate(_ graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses documents that are too large, by their shape
// alone. Those that were validated before are known to be small enough.
func (l limiter) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	_, known := l.known.Get(ctx, request.Query)
	l.told.Cache("documents", known)
	if known {
		return nil
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: request.Query}, l.Tokens)
	if err != nil {
		return unreadable(err, l.Tokens)
	}
	if operations := len(document.Operations); operations > maxOperations {
		return exceeded("operations", "the document has %d operations; send at most %d at once", operations, maxOperations)
	}
	if _, longest := scan(request.Query); longest > maxName {
		return exceeded("name", "a name in the document has %d letters; the longest that is read has %d", longest, maxName)
	}
	if longest := longestIn(document); l.List > 0 && longest > l.List {
		return exceeded("list", "a list in the document has %d values; send at most %d in one request", longest, l.List)
	}
	m := measure{document.Fragments, map[string]*shape{}}
	for _, fragment := range document.Fragments { // also those that nobody spreads: all are validated
		if err := l.checkShape(m.fragment(fragment.Name)); err != nil {
			return err
		}
	}
	for _, operation := range document.Operations {
		if err := l.checkOperation(m, operation); err != nil {
			return err
		}
	}
	return nil
}

// MutateOperationContext refuses operations that cost too much, with the
// variables at hand.
func (l limiter) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if longest := longestList(operation.Variables); l.List > 0 && longest > l.List {
		return exceeded("list", "a list in the variables has %d values; send at most %d in one request", longest, l.List)
	}
	if operation.Operation.Operation == ast.Mutation && asksFor(operation.Operation.SelectionSet, "Article", "revisions") {
		if err := l.secret(ctx); err != nil {
			return l.present(ctx, err) // before anything is written
		}
	}
	spent := costOf(operation, l.schema)
	operation.Stats.SetExtension(costKey, spent)
	most := l.Cost
	if operation.Operation.Operation == ast.Subscription {
		most = min(most, maxEvent)
	}
	if l.Cost > 0 && spent.objects > most {
		return exceeded("cost", "the operation asks for up to %d objects, more than the %d of one %s; %s", spent.objects, most, oneOf(operation), spent.advice(most))
	}
	if l.Values > 0 && spent.values > l.Values {
		return exceeded("values", "the operation asks for up to %d values of fields, more than the %d of one request; ask for smaller pages, or for fewer fields in each row", spent.values, l.Values)
	}
	return nil
}

// asksFor reports whether a field of a type is somewhere in a selection.
func asksFor(selections ast.SelectionSet, typeName, name string) bool {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name == name && s.ObjectDefinition != nil && s.ObjectDefinition.Name == typeName || asksFor(s.SelectionSet, typeName, name) {
				return true
			}
		case *ast.InlineFragment:
			if asksFor(s.SelectionSet, typeName, name) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && asksFor(s.Definition.SelectionSet, typeName, name) {
				return true
			}
		}
	}
	return false
}

// maxEvent is what an event of a subscription may cost: there may be one after the
// other.
const maxEvent = 500

func oneOf(operation *graphql.OperationContext) string {
	if operation.Operation.Operation == ast.Subscription {
		return "event"
	}
	return "request"
}

// unreadable is why a document could not be parsed. The parser's own limits are
// limits too.
func unreadable(err error, tokens int) *gqlerror.Error {
	if strings.Contains(err.Error(), "exceeded token limit") {
		return exceeded("tokens", "the document has more than %d tokens; send lists as variables, or several requests", tokens)
	}
	if strings.Contains(err.Error(), "exceeded maximum nesting") {
		return exceeded("depth", "the document is nested too deep; ask for fewer levels")
	}
	if theirs, ok := errors.AsType[*gqlerror.Error](err); ok {
		errcode.Set(theirs, errcode.ParseFailed)
		return theirs
	}
	return gqlerror.Wrap(err)
}

// maxOperations is how many a document may have, of which one is executed. All
// are validated, and each tells its faults, those of fragments too.
const maxOperations = 50

// maxName is in letters. Names that the schema does not know are compared, letter
// by letter, with all that it knows, to suggest one: 4 MiB of them take seconds.
const maxName = 128

// scan counts the tokens of a document that could be parsed, and answers the length
// of its longest name.
func scan(document string) (tokens, longestName int) {
	text := lexer.New(&ast.Source{Input: document})
	for {
		token, err := text.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return tokens, longestName
		}
		tokens++
		if token.Kind == lexer.Name {
			longestName = max(longestName, len(token.Value))
		}
	}
}

// weighDocument is about how many bytes a document takes that is kept parsed. An
// object or a field takes some two hundred.
func weighDocument(text string, _ *ast.QueryDocument) int {
	tokens, _ := scan(text)
	return len(text) + 200*tokens
}

const costKey = "cost"

// InterceptResponse tells what the operation cost, and keeps the errors few.
func (l limiter) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || !graphql.HasOperationContext(ctx) {
		return response
	}
	if spent, known := graphql.GetOperationContext(ctx).Stats.GetExtension(costKey).(spent); known {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions[costKey] = map[string]int{"requested": spent.objects, "max": l.Cost}
	}
	slices.SortStableFunc(response.Errors, func(a, b *gqlerror.Error) int { // fields fail in any order
		return strings.Compare(a.Path.String(), b.Path.String())
	})
	have := len(response.Errors)
	if w := weightOf(ctx); w != nil {
		have = max(have, int(w.errors.Swap(0))) // of which not all were kept
	}
	if more := have - l.Errors; l.Errors > 0 && more > 0 {
		rest := l.present(ctx, model.LimitExceeded("errors", "and %d errors more; mend these first", more+1))
		response.Errors = append(response.Errors[:l.Errors-1:l.Errors-1], rest)
	}
	return response
}

func exceeded(limit, format string, args ...any) *gqlerror.Error {
	return gqlerror.Wrap(model.LimitExceeded(limit, format, args...))
}

// shape is the size of a selection with its fragments unfolded: how many fields,
// spreads and aliases it has, how deep fields stand in each other, and fragments.
type shape struct{ fields, spreads, aliases, depth, within int }

// most keeps sums of fragments in fragments from overflowing.
const most = 1 << 30

const (
	// unfoldable is how many fields are looked at one by one where Limits.Fields is
	// more, or none: a document of 1 kB can unfold to a thousand million.
	unfoldable = 100_000
	// maxWithin is how deep fragments may stand in each other. Validating follows each
	// to its end: 2,000 in a row took two seconds, in a circle six.
	maxWithin = 100
)

// checkShape refuses an operation or a fragment that is too large.
func (l limiter) checkShape(whole shape) *gqlerror.Error {
	fields := l.Fields
	if fields == 0 || fields > unfoldable {
		fields = unfoldable
	}
	for _, check := range []struct {
		name        string
		have, limit int
		refusal     string
	}{
		{"depth", whole.depth, l.Depth, "fields stand %d deep in each other; ask for at most %d levels"},
		{"fields", whole.fields, fields, "the operation has %d fields, its fragments unfolded; ask for at most %d"},
		{"fields", whole.spreads, fields, "fragments are spread %d times, those within fragments unfolded; spread at most %d"},
		{"fragments", whole.within, maxWithin, "fragments stand %d deep in each other; spread at most %d levels"},
		{"aliases", whole.aliases, l.Aliases, "the operation has %d aliases, its fragments unfolded; use at most %d"},
	} {
		if check.limit > 0 && check.have > check.limit {
			return exceeded(check.name, check.refusal, check.have, check.limit)
		}
	}
	return nil
}

// checkOperation refuses an operation that is too large, at its root or where it
// asks for the same again, too.
func (l limiter) checkOperation(m measure, operation *ast.OperationDefinition) *gqlerror.Error {
	whole := m.of(operation.SelectionSet)
	if err := l.checkShape(whole); err != nil {
		return err
	}
	seen := map[string]int{}
	roots := m.unfold("", operation.SelectionSet, seen, map[string]bool{})
	if l.RootFields > 0 && roots > l.RootFields {
		return exceeded("root-fields", "the operation has %d fields at its root; ask for at most %d, or send several requests", roots, l.RootFields)
	}
	repeated := whole.fields - len(seen)
	if l.Repeated > 0 && repeated > l.Repeated {
		return exceeded("repeated", "%d fields are asked for again at the same place; ask for each once (at most %d are let pass)", repeated, l.Repeated)
	}
	return nil
}

// measure measures selections. Fragments are measured once each, so that ten that
// spread each other twice are ten, not a thousand.
type measure struct {
	fragments ast.FragmentDefinitionList
	known     map[string]*shape
}

func (m measure) of(selections ast.SelectionSet) shape {
	var sum shape
	add := func(s shape) {
		sum.fields, sum.spreads, sum.aliases = min(most, sum.fields+s.fields), min(most, sum.spreads+s.spreads), min(most, sum.aliases+s.aliases)
		sum.depth, sum.within = max(sum.depth, s.depth), max(sum.within, s.within)
	}
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			below := m.of(selection.SelectionSet)
			below.fields, below.depth = min(most, below.fields+1), below.depth+1
			if selection.Alias != selection.Name {
				below.aliases = min(most, below.aliases+1)
			}
			add(below)
		case *ast.InlineFragment:
			add(m.of(selection.SelectionSet))
		case *ast.FragmentSpread: // unfolding it takes time, also where it has no field
			spread := m.fragment(selection.Name)
			spread.spreads, spread.within = min(most, spread.spreads+1), spread.within+1
			add(spread)
		}
	}
	return sum
}

// fragment measures a fragment. One that spreads itself is refused by
// validation; here it ends the measuring.
func (m measure) fragment(name string) shape {
	if known := m.known[name]; known != nil {
		return *known
	}
	m.known[name] = &shape{}
	if definition := m.fragments.ForName(name); definition != nil {
		*m.known[name] = m.of(definition.SelectionSet)
	}
	return *m.known[name]
}

// unfold counts how often each field is asked for, by its place in the answer,
// and answers how many fields the selection itself has.
func (m measure) unfold(place string, selections ast.SelectionSet, seen map[string]int, inside map[string]bool) (fields int) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			fields++
			at := place + "." + selection.Alias
			seen[at]++
			m.unfold(at, selection.SelectionSet, seen, inside)
		case *ast.InlineFragment:
			fields += m.unfold(place, selection.SelectionSet, seen, inside)
		case *ast.FragmentSpread:
			if definition := m.fragments.ForName(selection.Name); definition != nil && !inside[selection.Name] {
				inside[selection.Name] = true
				fields += m.unfold(place, definition.SelectionSet, seen, inside)
				delete(inside, selection.Name)
			}
		}
	}
	return fields
}

// longestList is the length of the longest list in a value.
func longestList(value any) int {
	longest := 0
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Slice:
		longest = v.Len()
		for i := range v.Len() {
			longest = max(longest, longestList(v.Index(i).Interface()))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			longest = max(longest, longestList(v.MapIndex(key).Interface()))
		}
	}
	return longest
}

// longestIn is the length of the longest list that stands in a document: in
// arguments, and in what variables are where they are left out.
func longestIn(document *ast.QueryDocument) int {
	longest := 0
	for _, fragment := range document.Fragments {
		longest = max(longest, longestLiteral(fragment.SelectionSet))
	}
	for _, operation := range document.Operations {
		longest = max(longest, longestLiteral(operation.SelectionSet))
		for _, variable := range operation.VariableDefinitions {
			if variable.DefaultValue != nil {
				longest = max(longest, longestValue(variable.DefaultValue))
			}
		}
	}
	return longest
}

func longestLiteral(selections ast.SelectionSet) int {
	longest := 0
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			for _, argument := range selection.Arguments {
				longest = max(longest, longestValue(argument.Value))
			}
			longest = max(longest, longestLiteral(selection.SelectionSet))
		case *ast.InlineFragment:
			longest = max(longest, longestLiteral(selection.SelectionSet))
		}
	}
	return longest
}

func longestValue(value *ast.Value) int {
	longest := 0
	if value.Kind == ast.ListValue {
		longest = len(value.Children)
	}
	for _, child := range value.Children {
		longest = max(longest, longestValue(child.Value))
	}
	return longest
}
