package gate

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/model"
)

// cost is the most that an operation may return.
type cost struct {
	amount
	// page is the field whose page accounts for most of it, and size the number of
	// rows of that page.
	page string
	size int
	// bulk reports whether it is rather a mutation, and size the number of its inputs.
	bulk bool
}

// amount is roughly how many objects are returned, and how many values their fields
// have. A page multiplies what is below it by its size.
type amount struct{ objects, values int }

// ceiling bounds sums and products, so that they do not overflow.
const ceiling = 1 << 30

func (a amount) plus(b amount) amount {
	return amount{min(ceiling, a.objects+b.objects), min(ceiling, a.values+b.values)}
}

func (a amount) times(n int) amount {
	return amount{min(ceiling, a.objects*n), min(ceiling, a.values*n)}
}

// advice says how to ask for less.
func (c cost) advice(limit int) string {
	fits := c.size * limit / max(1, c.objects)
	switch {
	case c.page == "" || fits == 0:
	case c.bulk:
		return fmt.Sprintf("send `%s` at most %d inputs at a time, or ask for less of each result", c.page, fits)
	default:
		return fmt.Sprintf("page `%s` with first ≤ %d, or ask for less below it", c.page, fits)
	}
	return "ask for smaller pages below other pages"
}

// What things cost, in objects.
const (
	// listLength is the assumed length of a list that is not paged, such as the
	// officials of an article.
	listLength = 5
	// facetCost is the cost of a facet besides its entries: it reads a whole list.
	facetCost = 20
	// bodyCost is the cost of the text of an article, which has up to 200,000
	// characters; of its JSON-LD, which reads five relations; and of finding
	// something in a text, such as mentions and the highlights of a search.
	bodyCost = 20
	// comparisonCost is the cost of comparing two revisions of an article, word by
	// word.
	comparisonCost = 10 * bodyCost
	// analysisBytes is how many bytes of an analyzed text cost as much as an analysis
	// of nothing.
	analysisBytes = 1000
	// freeConditions is how many objects a filter may have free of charge.
	freeConditions = 20
	// freeWords is how many words a search may have free of charge, and wordCost the
	// cost of each more: it is looked up in many lists.
	freeWords = 4
	wordCost  = 20
)

// fieldPrices are those of fields that return no objects but are still expensive.
func fieldPrices() map[Coordinate]int {
	return map[Coordinate]int{ArticleBody: bodyCost, ArticleJSONLD: bodyCost, ArticleJSONLDScript: bodyCost}
}

// costOf prices an operation with its variables, before anything is read.
func costOf(operation *graphql.OperationContext, schema *Schema, root []*selected) cost {
	m := meter{operation: operation, schema: schema}
	m.total.amount = m.selection(root, 0)
	return m.total
}

type meter struct {
	operation *graphql.OperationContext
	schema    *Schema
	total     cost
}

// selection is what one object costs below itself. rows is the size of the page where the
// object is a connection, and the number of inputs where it is the payload of a bulk
// mutation.
func (m *meter) selection(fields []*selected, rows int) (sum amount) {
	for _, field := range fields {
		sum = sum.plus(m.field(field, rows)).plus(amount{values: 1})
	}
	return sum
}

// field is the cost of a field of one object.
func (m *meter) field(field *selected, rows int) amount {
	if field.price > 0 {
		return amount{objects: field.price}
	}
	switch field.kind {
	case value:
		return amount{}
	case comparison:
		return amount{objects: comparisonCost}
	case match:
		return m.selection(field.below, 0).times(listLength).plus(amount{objects: bodyCost})
	case analysis: // the longer the text, the more words and mentions there are
		text, _ := m.arguments(field)[AnalyzedText.argument()].(string)
		return m.selection(field.below, 0).plus(amount{objects: 2}).times(1 + len(text)/analysisBytes)
	case embedded:
		values := amount{values: m.selection(field.below, 0).values}
		if isList(field) {
			return values.times(listLength)
		}
		return values
	case connection:
		return m.connection(field)
	}
	return m.objects(field, rows)
}

// connection is the cost of a page: its rows, and 1.
func (m *meter) connection(field *selected) amount {
	args := m.arguments(field)
	size := pageSize(args, model.DefaultPage)
	sum := m.selection(field.below, size)
	sum = sum.plus(amount{objects: 1 + surcharge(args)})
	m.remember(cost{amount: sum, page: field.Name, size: size})
	return sum
}

// objects is the cost of a field that returns an object, or a list of them.
func (m *meter) objects(field *selected, rows int) amount {
	args := m.arguments(field)
	size, extra, inputs := 1, surcharge(args), bulkSize(args)
	switch {
	case m.schema.isPageOfRows(field):
		size = rows
	case field.kind == edge || !isList(field):
	case field.kind == facet:
		size, extra = pageSize(args, listLength), facetCost
	default:
		size = pageSize(args, listLength)
		for _, value := range args {
			size = max(size, longestList(value)) // nodes(ids:)
		}
	}
	one := m.selection(field.below, inputs)
	if field.kind != edge && field.kind != wrapper { // of these, only what is in them counts
		one = one.plus(amount{objects: 1})
	}
	sum := one.times(size).plus(amount{objects: extra + inputs}) // to write one costs as much as to return one
	if _, paged := args[firstArgument]; paged {
		m.remember(cost{amount: sum, page: field.Name, size: size})
	}
	if inputs > 0 {
		m.remember(cost{amount: sum, page: field.Name, size: inputs, bulk: true})
	}
	return sum
}

// remember keeps the page, or the bulk mutation, that costs most.
func (m *meter) remember(c cost) {
	if c.objects >= m.total.objects {
		m.total = c
	}
}

func (m *meter) arguments(field *selected) map[string]any {
	if field.args == nil {
		return field.ArgumentMap(m.operation.Variables)
	}
	return field.args
}

func isList(field *selected) bool { return field.Definition.Type.Elem != nil }

// pageSize is how many rows a field may return.
func pageSize(args map[string]any, otherwise int) int {
	for _, name := range []string{firstArgument, lastArgument} {
		switch n := args[name].(type) {
		case int64:
			return min(max(1, int(n)), model.MaxPage)
		case int:
			return min(max(1, n), model.MaxPage)
		}
	}
	return otherwise
}

// bulkSize is how many inputs a bulk mutation has, 0 for any other field. GraphQL takes a
// value that is no list for a list of one.
func bulkSize(args map[string]any) int {
	switch inputs := reflect.ValueOf(args[inputsArgument]); inputs.Kind() {
	case reflect.Invalid:
		return 0
	case reflect.Slice:
		return inputs.Len()
	default:
		return 1
	}
}

// surcharge is what a filter and a search cost, where they are long.
func surcharge(args map[string]any) int {
	return max(0, conditions(args[filterArgument])-freeConditions) + wordCost*max(0, words(args)-freeWords)
}

// words counts the words of a search.
func words(args map[string]any) int {
	n := 0
	for _, name := range []string{searchArgument, queryArgument} {
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

// isPageOfRows reports whether a field returns the rows of the connection that has it, or
// the results of the bulk mutation whose payload has it.
func (s *Schema) isPageOfRows(field *selected) bool {
	switch s.kinds[field.parent] {
	case connection:
		return field.Name == nodesField || field.Name == edgesField
	case wrapper:
		return field.Name == resultsField
	}
	return false
}
