package model

import "errors"

// Sizes of a page, in items.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// Page says which part of an ordered list to read.
type Page struct {
	First, Last   *int
	After, Before *string
}

// Size returns how many items to read, and whether from the end.
func (p Page) Size() (size int, backward bool, err error) {
	switch {
	case p.First != nil && p.Last != nil:
		return 0, false, Invalid("`first` and `last` exclude each other; send one of them").At("last")
	case p.Last != nil:
		size, err = Count("last", p.Last, DefaultPage, MaxPage)
		return size, true, err
	}
	size, err = Count("first", p.First, DefaultPage, MaxPage)
	return size, false, err
}

// Count returns the number that the argument asks for, or the usual one if it was
// omitted. None may be asked for: with totalCount beside it, that only counts.
func Count(argument string, asked *int, usual, most int) (int, error) {
	if asked == nil {
		return usual, nil
	}
	if *asked < 0 || *asked > most {
		return 0, Invalid("`%s` is %d; send 0 to %d", argument, *asked, most).At(argument)
	}
	return *asked, nil
}

// Order is one term of a sort order. Field is a value of the schema's enums.
type Order struct {
	Field string
	Desc  bool
}

// Query says which page of which list to read, in which order.
type Query struct {
	Page
	// Filter is the condition on the items; nil is all.
	Filter Filter
	Search string
	// Order is empty for the default order of the list.
	Order []Order
}

// PageInfo says where a page is in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Connection is a page of nodes of one noun, and where it is in its list.
type Connection[T any] struct {
	Nodes []*T
	// CursorOf writes the cursor of a node, by its place on the page. It is nil if the
	// page is empty.
	CursorOf func(int) string
	PageInfo *PageInfo
	// Total is nil if it was not asked for.
	Total *int
}

// TotalCount returns the number of items in the whole list.
func (c *Connection[T]) TotalCount() (int, error) {
	if c.Total == nil {
		return 0, errors.New("totalCount was not counted")
	}
	return *c.Total, nil
}

func edges[T, E any](c Connection[T], edge func(string, *T) *E) []*E {
	list := make([]*E, len(c.Nodes))
	for i, node := range c.Nodes {
		list[i] = edge(c.CursorOf(i), node)
	}
	return list
}

func descending(d *OrderDirection) bool { return d != nil && *d == OrderDirectionDesc }

// Terms returns the terms in the form common to all nouns.
func Terms[O interface{ Term() Order }](orders []*O) []Order {
	terms := make([]Order, len(orders))
	for i, o := range orders {
		terms[i] = (*o).Term()
	}
	return terms
}
