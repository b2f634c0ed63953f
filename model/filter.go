package model

// Filter is a condition on the rows of a list: *ArticleFilter, *OfficialFilter,
// *CountryFilter, *TopicFilter or *OfficeFilter.
type Filter interface{ filter() }

func (*ArticleFilter) filter()  {}
func (*OfficialFilter) filter() {}
func (*CountryFilter) filter()  {}
func (*TopicFilter) filter()    {}
func (*OfficeFilter) filter()   {}

// StringFilter is a condition on a text; nil fields are no condition.
type StringFilter struct {
	Eq, Ne               *string
	In, NotIn            []string
	Contains, StartsWith *string
	IsNull               *bool
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

// ArticleStatusFilter is a condition on a status; nil fields are no condition.
type ArticleStatusFilter struct {
	Eq, Ne    *ArticleStatus
	In, NotIn []ArticleStatus
}

// ArticleFilter is a condition on articles; nil fields are no condition.
type ArticleFilter struct {
	And, Or                           []*ArticleFilter
	Not                               *ArticleFilter
	ID                                *IDFilter
	Slug, ExternalID, Language, Title *StringFilter
	Status                            *ArticleStatusFilter
	PublishedAt, ScheduledFor         *DateTimeFilter
	CreatedAt, UpdatedAt              *DateTimeFilter
	HasUnpublishedChanges             *bool
	Officials                         *OfficialListFilter
	Countries                         *CountryListFilter
	Topics                            *TopicListFilter
}

// OfficialListFilter is a condition on a list of officials.
type OfficialListFilter struct{ Some, Every, None *OfficialFilter }

// CountryListFilter is a condition on a list of countries.
type CountryListFilter struct{ Some, Every, None *CountryFilter }

// TopicListFilter is a condition on a list of topics.
type TopicListFilter struct{ Some, Every, None *TopicFilter }

// OfficialFilter is a condition on officials; nil fields are no condition.
type OfficialFilter struct {
	And, Or                []*OfficialFilter
	Not                    *OfficialFilter
	ID                     *IDFilter
	Slug, Name, WikidataID *StringFilter
	Country                *CountryFilter
	Office                 *OfficeFilter
	InOfficeOn             *Date
}

// CountryFilter is a condition on countries; nil fields are no condition.
type CountryFilter struct {
	And, Or    []*CountryFilter
	Not        *CountryFilter
	ID         *IDFilter
	Code, Name *StringFilter
}

// TopicFilter is a condition on topics; nil fields are no condition.
type TopicFilter struct {
	And, Or      []*TopicFilter
	Not          *TopicFilter
	ID           *IDFilter
	Slug, Name   *StringFilter
	Parent       *TopicFilter
	DescendantOf *ID
	IsRoot       *bool
}

// OfficeFilter is a condition on offices; nil fields are no condition.
type OfficeFilter struct {
	And, Or []*OfficeFilter
	Not     *OfficeFilter
	ID      *IDFilter
	Slug    *StringFilter
	Kind    *OfficeKind
	Title   *StringFilter
	Country *CountryFilter
}

// ArticleBy is one key of an article.
type ArticleBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
}

// OfficialBy is one key of an official.
type OfficialBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
	WikidataID *string
}

// CountryBy is one key of a country.
type CountryBy struct {
	ID   *ID
	Code *string
}

// TopicBy is one key of a topic.
type TopicBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
}

// OfficeBy is one key of an office.
type OfficeBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
}
