package model

import "errors"

// Limits of a page.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// Page says which rows of an ordered list are wanted.
type Page struct {
	First, Last   *int
	After, Before *string
}

// Size answers how many rows are wanted, and whether from the end.
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

// Count answers the number that the argument asks for, the usual one when it
// was left out.
func Count(argument string, asked *int, usual, most int) (int, error) {
	if asked == nil {
		return usual, nil
	}
	if *asked < 1 || *asked > most {
		return 0, Invalid("`%s` is %d; send 1 to %d", argument, *asked, most).At(argument)
	}
	return *asked, nil
}

// Order is one term of an order: by what, named as in the schema's enums.
type Order struct {
	Field string
	Desc  bool
}

// Query says which rows of a list are wanted, of which page, in which order.
type Query struct {
	Page
	// Filter is one of the filters, nil for all rows.
	Filter Filter
	Search string
	// Order is empty for the list's usual order.
	Order []Order
}

// PageInfo says where a page stands in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Connection is a page of rows of whatever noun, and how to page on.
type Connection[T any] struct {
	Nodes    []*T
	Cursors  []string
	PageInfo *PageInfo
	// Total is nil when it was not asked for.
	Total *int
}

// TotalCount is the number of rows in the whole list.
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
	// CorrectedQuery is what was searched for in place of what was asked for; nil
	// where it is that.
	CorrectedQuery *string
}

// ArticleEdge is a row of a page of articles.
type ArticleEdge struct {
	Cursor string
	Node   *Article
}

// Edges are the rows with their cursors.
func (c *ArticleConnection) Edges() []*ArticleEdge {
	return edges(c.Connection, func(cursor string, n *Article) *ArticleEdge { return &ArticleEdge{cursor, n} })
}

// OfficialConnection is a page of officials.
type OfficialConnection struct{ Connection[Official] }

// OfficialEdge is a row of a page of officials.
type OfficialEdge struct {
	Cursor string
	Node   *Official
}

// Edges are the rows with their cursors.
func (c *OfficialConnection) Edges() []*OfficialEdge {
	return edges(c.Connection, func(cursor string, n *Official) *OfficialEdge { return &OfficialEdge{cursor, n} })
}

// CountryConnection is a page of countries.
type CountryConnection struct{ Connection[Country] }

// CountryEdge is a row of a page of countries.
type CountryEdge struct {
	Cursor string
	Node   *Country
}

// Edges are the rows with their cursors.
func (c *CountryConnection) Edges() []*CountryEdge {
	return edges(c.Connection, func(cursor string, n *Country) *CountryEdge { return &CountryEdge{cursor, n} })
}

// TopicConnection is a page of topics.
type TopicConnection struct{ Connection[Topic] }

// TopicEdge is a row of a page of topics.
type TopicEdge struct {
	Cursor string
	Node   *Topic
}

// Edges are the rows with their cursors.
func (c *TopicConnection) Edges() []*TopicEdge {
	return edges(c.Connection, func(cursor string, n *Topic) *TopicEdge { return &TopicEdge{cursor, n} })
}

// OfficeConnection is a page of offices.
type OfficeConnection struct{ Connection[Office] }

// OfficeEdge is a row of a page of offices.
type OfficeEdge struct {
	Cursor string
	Node   *Office
}

// Edges are the rows with their cursors.
func (c *OfficeConnection) Edges() []*OfficeEdge {
	return edges(c.Connection, func(cursor string, n *Office) *OfficeEdge { return &OfficeEdge{cursor, n} })
}

// RevisionConnection is a page of revisions.
type RevisionConnection struct{ Connection[Revision] }

// RevisionEdge is a row of a page of revisions.
type RevisionEdge struct {
	Cursor string
	Node   *Revision
}

// Edges are the rows with their cursors.
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

// ArticleFacets are the facets of a list of articles: in its slots, those that
// were asked for.
type ArticleFacets struct{ Slots }

// ArticleOrder is one term of an order of articles.
type ArticleOrder struct {
	Field     ArticleOrderField
	Direction *OrderDirection
}

// OfficialOrder is one term of an order of officials.
type OfficialOrder struct {
	Field     OfficialOrderField
	Direction *OrderDirection
}

// CountryOrder is one term of an order of countries.
type CountryOrder struct {
	Field     CountryOrderField
	Direction *OrderDirection
}

// TopicOrder is one term of an order of topics.
type TopicOrder struct {
	Field     TopicOrderField
	Direction *OrderDirection
}

// Term is the order's term, whatever the noun.
func (o ArticleOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// Term is the order's term, whatever the noun.
func (o OfficialOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// Term is the order's term, whatever the noun.
func (o CountryOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// Term is the order's term, whatever the noun.
func (o TopicOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

func descending(d *OrderDirection) bool { return d != nil && *d == OrderDirectionDesc }

// Terms are the terms of an order.
func Terms[O interface{ Term() Order }](orders []*O) []Order {
	terms := make([]Order, len(orders))
	for i, o := range orders {
		terms[i] = (*o).Term()
	}
	return terms
}
