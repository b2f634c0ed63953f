package graph

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/model"
)

// spent is what an operation may cost: about the number of objects it answers.
// A page multiplies what is below it by its size.
type spent struct {
	total int
	// page is the field whose page holds most of it, and size how large it is.
	page string
	size int
}

// advice says how to ask for less.
func (s spent) advice(most int) string {
	if fits := s.size * most / max(1, s.total); s.page != "" && fits > 0 {
		return fmt.Sprintf("page `%s` with first ≤ %d, or ask for less below it", s.page, fits)
	}
	return "ask for smaller pages below other pages"
}

const (
	// assumed is the length of a list that is not paged, such as the officials of
	// an article.
	assumed = 5
	// counting is what a facet costs besides its entries: it reads a whole list.
	counting = 20
	// body is what the text of an article costs: it has up to 200,000 characters.
	body = 20
)

func costOf(operation *graphql.OperationContext, schema *ast.Schema) spent {
	var s spent
	m := meter{operation, schema, &s}
	root := map[ast.Operation]*ast.Definition{ast.Query: schema.Query, ast.Mutation: schema.Mutation, ast.Subscription: schema.Subscription}
	s.total = m.below(root[operation.Operation.Operation].Name, operation.Operation.SelectionSet, 0)
	return s
}

type meter struct {
	operation *graphql.OperationContext
	schema    *ast.Schema
	spent     *spent
}

// below is the cost of a selection of one object of the type. rows is the size
// of the page where the object is a connection.
func (m meter) below(typeName string, selections ast.SelectionSet, rows int) int {
	sum := 0
	satisfies := []string{typeName}
	if definition := m.schema.Types[typeName]; definition != nil {
		for _, possible := range m.schema.GetPossibleTypes(definition) {
			satisfies = append(satisfies, possible.Name) // the dearest way is meant
		}
		satisfies = append(satisfies, definition.Interfaces...)
	}
	for _, field := range graphql.CollectFields(m.operation, selections, satisfies) {
		sum = min(most, sum+m.field(field, typeName, rows))
	}
	return sum
}

func (m meter) field(field graphql.CollectedField, parent string, rows int) int {
	answers := field.Definition.Type.Name()
	definition := m.schema.Types[answers]
	if field.Name == "body" && parent == "Article" {
		return body
	}
	if definition == nil || !definition.IsCompositeType() || strings.HasPrefix(field.Name, "__") || inRow(answers) {
		return 0
	}
	args := field.ArgumentMap(m.operation.Variables)
	if strings.HasSuffix(answers, "Connection") {
		size := pageSize(args, model.DefaultPage)
		cost := min(most, 1+m.below(answers, field.Selections, size))
		m.remember(field, size, cost)
		return cost
	}
	size, extra := 1, 0
	switch {
	case strings.HasSuffix(parent, "Connection") && (field.Name == "nodes" || field.Name == "edges"):
		size = rows
	case strings.HasSuffix(answers, "Edge"), field.Definition.Type.Elem == nil:
	case strings.HasSuffix(answers, "Facet"):
		size, extra = pageSize(args, assumed), counting
	default:
		size = pageSize(args, assumed)
		for _, value := range args {
			size = max(size, longestList(value)) // nodes(ids:), upsertArticles(inputs:)
		}
	}
	one := 1
	if strings.HasSuffix(answers, "Edge") || strings.HasSuffix(answers, "Facets") || strings.HasSuffix(answers, "Payload") {
		one = 0 // what is in it counts
	}
	cost := min(most, extra+size*min(most, one+m.below(answers, field.Selections, 0)))
	if _, paged := args["first"]; paged {
		m.remember(field, size, cost)
	}
	return cost
}

// remember keeps the page that holds most.
func (m meter) remember(field graphql.CollectedField, size, cost int) {
	if cost >= m.spent.total {
		m.spent.total, m.spent.page, m.spent.size = cost, field.Name, size
	}
}

// inRow reports whether objects of the type stand in the row of what has them.
func inRow(typeName string) bool {
	switch typeName {
	case "LocalizedText", "Alias", "PageInfo", "UserError", "InputError", "ConflictError":
		return true
	}
	return false
}

// pageSize is how many rows a field may answer.
func pageSize(args map[string]any, usual int) int {
	for _, name := range []string{"first", "last"} {
		switch n := args[name].(type) {
		case int64:
			return min(max(1, int(n)), model.MaxPage)
		case int:
			return min(max(1, n), model.MaxPage)
		}
	}
	return usual
}
