package graph

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/model"
)

// spent is what an operation may cost.
type spent struct {
	amount
	// page is the field whose page holds most of it, and size how large it is.
	page string
	size int
}

// amount is about how many objects are answered, and how many values of fields in
// them. A page multiplies what is below it by its size.
type amount struct{ objects, values int }

// plus and times do not overflow.
func (a amount) plus(b amount) amount {
	return amount{min(most, a.objects+b.objects), min(most, a.values+b.values)}
}

func (a amount) times(n int) amount {
	return amount{min(most, a.objects*n), min(most, a.values*n)}
}

// advice says how to ask for less.
func (s spent) advice(most int) string {
	if fits := s.size * most / max(1, s.objects); s.page != "" && fits > 0 {
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
	// body is what the text of an article costs, which has up to 200,000 characters,
	// what its JSON-LD does, which reads five relations, and what it costs to look
	// for something in the text: its mentions, the highlights of a search, and a text
	// that is analysed.
	body = 20
	// compared is what it costs to compare two revisions of an article, word by word.
	compared = 10 * body
	// analysed is how many bytes of a text cost as much as the text of an article.
	analysed = 1000
)

func costOf(operation *graphql.OperationContext, schema *ast.Schema) spent {
	var s spent
	m := meter{operation, schema, &s}
	root := map[ast.Operation]*ast.Definition{ast.Query: schema.Query, ast.Mutation: schema.Mutation, ast.Subscription: schema.Subscription}
	s.amount = m.below(root[operation.Operation.Operation].Name, operation.Operation.SelectionSet, 0)
	return s
}

type meter struct {
	operation *graphql.OperationContext
	schema    *ast.Schema
	spent     *spent
}

// below is the cost of a selection of one object of the type. rows is the size
// of the page where the object is a connection.
func (m meter) below(typeName string, selections ast.SelectionSet, rows int) (sum amount) {
	satisfies := []string{typeName}
	if definition := m.schema.Types[typeName]; definition != nil {
		for _, possible := range m.schema.GetPossibleTypes(definition) {
			satisfies = append(satisfies, possible.Name) // the dearest way is meant
		}
		satisfies = append(satisfies, definition.Interfaces...)
	}
	for _, field := range graphql.CollectFields(m.operation, selections, satisfies) {
		sum = sum.plus(m.field(field, typeName, rows)).plus(amount{0, 1})
	}
	return sum
}

func (m meter) field(field graphql.CollectedField, parent string, rows int) amount {
	answers := field.Definition.Type.Name()
	definition := m.schema.Types[answers]
	switch {
	case (field.Name == "body" || field.Name == "jsonLd") && parent == "Article":
		return amount{body, 0}
	case answers == "FieldDiff":
		return amount{compared, 0}
	case field.Name == "mentions" || field.Name == "highlights":
		return m.below(answers, field.Selections, 0).times(assumed).plus(amount{body, 0})
	case answers == "TextAnalysis": // its words and mentions are as many as its text is long
		length, _ := field.ArgumentMap(m.operation.Variables)["text"].(string)
		return m.below(answers, field.Selections, 0).plus(amount{2, 0}).times(1 + len(length)/analysed)
	case definition == nil || !definition.IsCompositeType() || strings.HasPrefix(field.Name, "__"):
		return amount{}
	}
	isList := field.Definition.Type.Elem != nil
	if inRow(answers) {
		below := amount{0, m.below(answers, field.Selections, 0).values}
		if isList {
			return below.times(assumed)
		}
		return below
	}
	args := field.ArgumentMap(m.operation.Variables)
	extra := amount{max(0, conditions(args["filter"])-free) + wordCost*max(0, words(args)-freeWords), 0}
	if strings.HasSuffix(answers, "Connection") {
		size := pageSize(args, model.DefaultPage)
		cost := m.below(answers, field.Selections, size).plus(amount{1, 0}).plus(extra)
		m.remember(field, size, cost.objects)
		return cost
	}
	size := 1
	switch {
	case strings.HasSuffix(parent, "Connection") && (field.Name == "nodes" || field.Name == "edges"):
		size = rows
	case strings.HasSuffix(answers, "Edge"), !isList:
	case strings.HasSuffix(answers, "Facet"):
		size, extra = pageSize(args, assumed), amount{counting, 0}
	default:
		size = pageSize(args, assumed)
		for _, value := range args {
			size = max(size, longestList(value)) // nodes(ids:), upsertArticles(inputs:)
		}
	}
	one := amount{1, 0}
	if strings.HasSuffix(answers, "Edge") || strings.HasSuffix(answers, "Facets") || strings.HasSuffix(answers, "Payload") {
		one = amount{} // what is in it counts
	}
	cost := m.below(answers, field.Selections, 0).plus(one).times(size).plus(extra)
	if _, paged := args["first"]; paged {
		m.remember(field, size, cost.objects)
	}
	return cost
}

// free is how many objects a filter may have without costing anything.
const free = 20

// A search looks for each of its words in many lists: those beyond the first few
// cost.
const (
	freeWords = 4
	wordCost  = 20
)

// words counts the words of a search.
func words(args map[string]any) int {
	n := 0
	for _, name := range []string{"search", "query"} {
		if search, given := args[name].(string); given {
			n += len(strings.Fields(search))
		}
	}
	return n
}

// conditions counts the objects of a filter.
func conditions(filter any) int {
	sum := 0
	switch value := filter.(type) {
	case map[string]any:
		sum = 1
		for _, below := range value {
			sum += conditions(below)
		}
	case []any:
		for _, below := range value {
			sum += conditions(below)
		}
	}
	return sum
}

// remember keeps the page that holds most.
func (m meter) remember(field graphql.CollectedField, size, cost int) {
	if cost >= m.spent.objects {
		m.spent.objects, m.spent.page, m.spent.size = cost, field.Name, size
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
