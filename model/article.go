package model

// NodeArticle is the type of articles.
const NodeArticle NodeType = "Article"

// Article is a piece of journalism in one language, in one of its two versions:
// the one that readers see or the working copy.
type Article struct {
	// Key is the article's key. A working copy that differs from what readers see
	// has the key's negative.
	Key         int64 `gorm:"column:id;primaryKey"`
	Slug        string
	ExternalID  *string
	Language    Language
	Title       string
	Summary     *string
	Markdown    string `gorm:"column:body"`
	Authors     Lines  `gorm:"column:byline"`
	SourceName  *string
	SourceURL   *URL
	Status      ArticleStatus
	PublishedAt *DateTime
	// ScheduledFor is set while Status is SCHEDULED.
	ScheduledFor *DateTime
	WordCount    int
	// TranslationOf is shared by an article and its translations: the key of the one
	// that was created first, or a number that is no article's key.
	TranslationOf int64
	// Link is what is done with the names recognised in the body.
	Link LinkMode
	// Public says that readers see this version, Working that editors do.
	Public, Working bool
	// Revision is the number of the revision that this version holds.
	Revision int
	// Owner is the key of the actor who created it.
	Owner   string
	Version int
	// LastVersion is the highest version that the article has had, discarded working
	// copies included.
	LastVersion int
	CreatedAt   DateTime
	UpdatedAt   DateTime

	// Past are the tags of an article as it was in a past revision; nil for an
	// article as it is.
	Past *Tags `gorm:"-"`

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (a *Article) ID() ID { return ID{NodeArticle, max(a.Key, -a.Key)} }

// HasUnpublishedChanges reports whether this is a working copy that differs from
// the version readers see.
func (a *Article) HasUnpublishedChanges() bool { return a.Key < 0 }

// Live reports whether readers see the article, in this version or another.
func (a *Article) Live() bool { return a.Public || a.Key < 0 }

// IsNode marks it as a node.
func (*Article) IsNode() {}

// Bare returns a copy with empty slots.
func (a *Article) Bare() Node {
	bare := *a
	bare.Slots = Slots{}
	return &bare
}

// Byline returns the names of the authors.
func (a *Article) Byline() []string {
	if a.Authors == nil {
		return []string{}
	}
	return a.Authors
}

// Appearance is an official in an article.
type Appearance struct {
	Official *Official
	Role     AppearanceRole
	// Tenure is that of the principal office on the article's date; nil if none is
	// known.
	Tenure *Tenure
	// Office is the tenure's office.
	Office *Office
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

// ArticleBy is one key of an article.
type ArticleBy struct {
	ID         *ID
	Slug       *string
	ExternalID *string
}

func (*ArticleFilter) filter() {}

// ArticleStatusFilter is a condition on a status; nil fields are no condition.
type ArticleStatusFilter struct {
	Eq, Ne    *ArticleStatus
	In, NotIn []ArticleStatus
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

// ArticleFacets are the facets of a list of articles. Its slots hold those that were
// asked for.
type ArticleFacets struct{ Slots }

// ArticleOrder is one term in a sort order of articles.
type ArticleOrder struct {
	Field     ArticleOrderField
	Direction *OrderDirection
}

// Term returns the term in the form common to all nouns.
func (o ArticleOrder) Term() Order { return Order{string(o.Field), descending(o.Direction)} }

// IsSearchResult marks it as something that a search can find.
func (*Article) IsSearchResult() {}
