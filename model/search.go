package model

import "errors"

// Search says what to search for, and which page of the results to read.
type Search struct {
	Query    string
	Types    []SearchType // nil is all
	Filter   *ArticleFilter
	Language *Language
	Page
}

// Node returns the noun that t stands for: their names are the same.
func (t SearchType) Node() NodeType {
	node, _ := nodeTypeOf(string(t))
	return node
}

// SearchResult is a node that a search can find.
type SearchResult interface {
	Node
	IsSearchResult()
}

// SearchConnection is a page of search results.
type SearchConnection struct {
	Edges    []*SearchEdge
	PageInfo *PageInfo
	// Total is nil if it was not asked for.
	Total  *int
	Facets *ArticleFacets
	// CorrectedQuery is the query that was run instead of the one sent; nil if that
	// one was run.
	CorrectedQuery *string
}

// Nodes returns the results without their edges.
func (c *SearchConnection) Nodes() []SearchResult {
	nodes := make([]SearchResult, len(c.Edges))
	for i, edge := range c.Edges {
		nodes[i] = edge.Node
	}
	return nodes
}

// TotalCount returns the number of results on all pages.
func (c *SearchConnection) TotalCount() (int, error) {
	if c.Total == nil {
		return 0, errors.New("totalCount was not counted")
	}
	return *c.Total, nil
}

// SearchEdge is a search result on a page.
type SearchEdge struct {
	Cursor     string
	Node       SearchResult
	Score      float64
	Highlights []*Highlight
}
