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
// omitted.
func Count(argument string, asked *int, usual, most int) (int, error) {
	if asked == nil {
		return usual, nil
	}
	if *asked < 1 || *asked > most {
		return 0, Invalid("`%s` is %d; send 1 to %d", argument, *asked, most).At(argument)
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
	Nodes    []*T
	Cursors  []string
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

// ArticleConnection is a page of articles.
type ArticleConnection struct {
	Connection[Article]
	Facets *ArticleFacets
	// CorrectedQuery is the query that was run instead of the one sent; nil if that
	// one was run.
	CorrectedQuery *string
}

// ArticleEdge is an article on a page.
type ArticleEdge struct {
	Cursor string
	Node   *Article
}

// Edges returns the nodes with their cursors.
func (c *ArticleConnection) Edges() []*ArticleEdge {
	return edges(c.Connection, func(cursor string, n *Article) *ArticleEdge { return &ArticleEdge{cursor, n} })
}

// OfficialConnection is a page of officials.
type OfficialConnection struct{ Connection[Official] }

// OfficialEdge is an official on a page.
type OfficialEdge struct {
	Cursor string
	Node   *Official
}

// Edges returns the nodes with their cursors.
func (c *OfficialConnection) Edges() []*OfficialEdge {
	return edges(c.Connection, func(cursor string, n *Official) *OfficialEdge { return &OfficialEdge{cursor, n} })
}

// CountryConnection is a page of countries.
type CountryConnection struct{ Connection[Country] }

// CountryEdge is a country on a page.
type CountryEdge struct {
	Cursor string
	Node   *Country
}

// Edges returns the nodes with their cursors.
func (c *CountryConnection) Edges() []*CountryEdge {
	return edges(c.Connection, func(cursor string, n *Country) *CountryEdge { return &CountryEdge{cursor, n} })
}

// TopicConnection is a page of topics.
type TopicConnection struct{ Connection[Topic] }

// TopicEdge is a topic on a page.
type TopicEdge struct {
	Cursor string
	Node   *Topic
}

// Edges returns the nodes with their cursors.
func (c *TopicConnection) Edges() []*TopicEdge {
	return edges(c.Connection, func(cursor string, n *Topic) *TopicEdge { return &TopicEdge{cursor, n} })
}

// OfficeConnection is a page of offices.
type OfficeConnection struct{ Connection[Office] }

// OfficeEdge is an office on a page.
type OfficeEdge struct {
	Cursor string
	Node   *Office
}

// Edges returns the nodes with their cursors.
func (c *OfficeConnection) Edges() []*OfficeEdge {
	return edges(c.Connection, func(cursor string, n *Office) *OfficeEdge { return &OfficeEdge{cursor, n} })
}

// RevisionConnection is a page of revisions.
type RevisionConnection struct{ Connection[Revision] }

// RevisionEdge is a revision on a page.
type RevisionEdge struct {
	Cursor string
	Node   *Revision
}

// Edges returns the nodes with their cursors.
func (c *RevisionConnection) Edges() []*RevisionEdge {
	return edges(c.Connection, func(cursor string, n *Revision) *RevisionEdge { return &RevisionEdge{cursor, n} })
}

func edges[T, E any](c Connection[T], edge func(string, *T) *E) []*E {
	list := make([]*E, len(c.Nodes))
	for i, node := range c.Nodes {
		list[i] = edge(c.Cursors[i], node)
	}
	return list
}

// ArticleFacets are the facets of a list of articles. Its slots hold those that were
// asked for.
type ArticleFacets struct{ Slots }

// ArticleOrder is one term in a sort order of articles.
type ArticleOrder struct {
	Field     ArticleOrderField
	Direction *OrderDirection
}

// OfficialOrder is one term in a sort order of officials.
type OfficialOrder struct {
	Field     OfficialOrderField
	Direction *OrderDirection
}

// CountryOrder is one term in a sort order of countries.
type CountryOrder struct {
	Field     CountryOrderField
	Direction *OrderDirection
}

// TopicOrder is one term in a sort order of topics.
type TopicOrder struct {
	Field     TopicOrderField
	Direction *OrderDirection
}

// Term returns the term in the form common to all nouns.
func (o ArticleOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// Term returns the term in the form common to all nouns.
func (o OfficialOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// Term returns the term in the form common to all nouns.
func (o CountryOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// Term returns the term in the form common to all nouns.
func (o TopicOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

func descending(d *OrderDirection) bool { return d != nil && *d == OrderDirectionDesc }

// Terms returns the terms in the form common to all nouns.
func Terms[O interface{ Term() Order }](orders []*O) []Order {
	terms := make([]Order, len(orders))
	for i, o := range orders {
		terms[i] = (*o).Term()
	}
	return terms
}
