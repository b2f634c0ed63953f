package model

import "errors"

// Search says what is searched for, and which page of it is wanted.
type Search struct {
	Query    string
	Types    []SearchType // nil for all
	Filter   *ArticleFilter
	Language *Language
	Page
}

// Node is the type of the nodes of a type that is searched.
func (t SearchType) Node() NodeType {
	switch t {
	case SearchTypeOfficial:
		return NodeOfficial
	case SearchTypeCountry:
		return NodeCountry
	case SearchTypeTopic:
		return NodeTopic
	case SearchTypeOffice:
		return NodeOffice
	}
	return NodeArticle
}

// SearchResult is a node that can be found.
type SearchResult interface {
	Node
	IsSearchResult()
}

// IsSearchResult marks what can be found.
func (*Article) IsSearchResult() {}

// IsSearchResult marks what can be found.
func (*Official) IsSearchResult() {}

// IsSearchResult marks what can be found.
func (*Country) IsSearchResult() {}

// IsSearchResult marks what can be found.
func (*Topic) IsSearchResult() {}

// IsSearchResult marks what can be found.
func (*Office) IsSearchResult() {}

// SearchConnection is a page of what was found.
type SearchConnection struct {
	Edges    []*SearchEdge
	PageInfo *PageInfo
	// Total is nil when it was not asked for.
	Total  *int
	Facets *ArticleFacets
	// CorrectedQuery is what was searched for in place of the query; nil where it
	// is the query.
	CorrectedQuery *string
}

// Nodes are the rows alone.
func (c *SearchConnection) Nodes() []SearchResult {
	nodes := make([]SearchResult, len(c.Edges))
	for i, edge := range c.Edges {
		nodes[i] = edge.Node
	}
	return nodes
}

// TotalCount is the number of all that is found.
func (c *SearchConnection) TotalCount() (int, error) {
	if c.Total == nil {
		return 0, errors.New("totalCount was not counted")
	}
	return *c.Total, nil
}

// SearchEdge is a row of a page of what was found.
type SearchEdge struct {
	Cursor     string
	Node       SearchResult
	Score      float64
	Highlights []*Highlight
}
