package gate

import (
	"errors"
	"strings"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// Limits of documents that no installation can raise.
const (
	// maxOperations is how many operations a document may have. One is executed, but
	// all are validated, and each reports its errors, those of fragments included.
	maxOperations = 50
	// maxName is how many letters a name may have. Names that the schema lacks are
	// compared, letter by letter, with those it has, to suggest one: 4 MiB of them
	// take seconds.
	maxName = 128
	// maxExpanded is how many fields are looked at one by one where Limits.Fields is
	// more, or none: a document of 1 kB can expand to a thousand million.
	maxExpanded = 100_000
	// maxNestedFragments is how deep fragments may nest. Validation follows each to
	// its end: 2,000 in a row took two seconds, in a circle six.
	maxNestedFragments = 100
)

// checkDocument refuses documents that are too large, without validating them.
func (l limiter) checkDocument(text string) *gqlerror.Error {
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, l.Tokens)
	if err != nil {
		return unparsable(err, l.Tokens)
	}
	if err := checkEscapes(text); err != nil {
		return err
	}
	if operations := len(document.Operations); operations > maxOperations {
		return exceeded("operations", "the document has %d operations; send at most %d at once", operations, maxOperations)
	}
	if _, longest := scan(text); longest > maxName {
		return exceeded("name", "a name in the document has %d letters; the longest that is read has %d", longest, maxName)
	}
	if longest := longestLiteral(document); l.List > 0 && longest > l.List {
		return exceeded("list", "a list in the document has %d values; send at most %d in one request", longest, l.List)
	}
	m := measurer{document.Fragments, map[string]*shape{}}
	for _, fragment := range document.Fragments { // unused ones too: all are validated
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

// unparsable says why a document could not be parsed. The limits of the parser are
// limits like ours.
func unparsable(err error, tokens int) *gqlerror.Error {
	if strings.Contains(err.Error(), "exceeded token limit") {
		return exceeded("tokens", "the document has more than %d tokens; send lists as variables, or several requests", tokens)
	}
	if strings.Contains(err.Error(), "exceeded maximum nesting") {
		return exceeded("depth", "the document is nested too deep; ask for fewer levels")
	}
	if syntax, ok := errors.AsType[*gqlerror.Error](err); ok {
		errcode.Set(syntax, errcode.ParseFailed)
		return syntax
	}
	return gqlerror.Wrap(err)
}

// scan counts the tokens of a document that can be parsed, and returns the length
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

// parsedSize is roughly how many bytes of memory a parsed document takes. An object
// or a field takes some two hundred.
func parsedSize(text string) int {
	tokens, _ := scan(text)
	return len(text) + 200*tokens
}

// checkShape refuses an operation or a fragment that is too large.
func (l limiter) checkShape(whole shape) *gqlerror.Error {
	fields := l.Fields
	if fields == 0 || fields > maxExpanded {
		fields = maxExpanded
	}
	for _, check := range []struct {
		name        string
		size, limit int
		refusal     string
	}{
		{"depth", whole.depth, l.Depth, "fields stand %d deep in each other; ask for at most %d levels"},
		{"fields", whole.fields, fields, "the operation has %d fields, its fragments unfolded; ask for at most %d"},
		{"fields", whole.spreads, fields, "fragments are spread %d times, those within fragments unfolded; spread at most %d"},
		{"fragments", whole.nested, maxNestedFragments, "fragments stand %d deep in each other; spread at most %d levels"},
		{"aliases", whole.aliases, l.Aliases, "the operation has %d aliases, its fragments unfolded; use at most %d"},
	} {
		if check.limit > 0 && check.size > check.limit {
			return exceeded(check.name, check.refusal, check.size, check.limit)
		}
	}
	return nil
}

// checkOperation refuses an operation that is too large as a whole or at its root,
// or that requests too much twice.
func (l limiter) checkOperation(m measurer, operation *ast.OperationDefinition) *gqlerror.Error {
	whole := m.selection(operation.SelectionSet)
	if err := l.checkShape(whole); err != nil {
		return err
	}
	e := expansion{m.fragments, map[string]bool{}, map[string]bool{}}
	roots := e.expand("", operation.SelectionSet)
	if l.RootFields > 0 && roots > l.RootFields {
		return exceeded("root-fields", "the operation has %d fields at its root; ask for at most %d, or send several requests", roots, l.RootFields)
	}
	repeated := whole.fields - len(e.places)
	if l.Repeated > 0 && repeated > l.Repeated {
		return exceeded("repeated", "%d fields are asked for again at the same place; ask for each once (at most %d are let pass)", repeated, l.Repeated)
	}
	return nil
}
