package model

// Filter is a condition on the rows of a list: a pointer to the filter of a noun,
// such as *ArticleFilter.
type Filter interface{ filter() }

// StringFilter is a condition on a text; nil fields are no condition.
type StringFilter struct {
	Eq, Ne               *string
	In, NotIn            []string
	Contains, StartsWith *string
	// Within is a language: it and all that belongs to it. Only filters by language have it.
	Within *string
	IsNull *bool
}

// IDFilter is a condition on a node; nil fields are no condition.
type IDFilter struct {
	Eq, Ne    *ID
	In, NotIn []ID
	IsNull    *bool
}

// DateTimeFilter is a condition on an instant; nil fields are no condition.
type DateTimeFilter struct {
	Eq, Gt, Gte, Lt, Lte *DateTime
	IsNull               *bool
}
