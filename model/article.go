package model

// Article is a piece of journalism in one language: the version of it that
// somebody sees.
type Article struct {
	// Key is the article's. The working copy of one of which readers see another
	// version has the negative of it.
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
	// TranslationOf is shared by the articles that say the same in several
	// languages: the key of the one that was there first, or a number of no article.
	TranslationOf int64
	// Link is what is done with what the text names.
	Link LinkMode
	// Public says that readers see this version, Working that editors do.
	Public, Working bool
	// Revision is the number of the revision that this version is.
	Revision int
	// Owner is the key of the actor who created it.
	Owner   string
	Version int
	// LastVersion is the highest that the article had: of a working copy that was
	// discarded, too.
	LastVersion int
	CreatedAt   DateTime
	UpdatedAt   DateTime

	// Past are the tags of an article as it was in a past revision; nil for an
	// article as it is.
	Past *Tags `gorm:"-"`

	Slots `gorm:"-"`
}

// ID is its id outside.
func (a *Article) ID() ID { return ID{NodeArticle, max(a.Key, -a.Key)} }

// HasUnpublishedChanges says that it is a working copy, of which readers see
// another version.
func (a *Article) HasUnpublishedChanges() bool { return a.Key < 0 }

// Live says that readers see the article, in this version or in another.
func (a *Article) Live() bool { return a.Public || a.Key < 0 }

// IsNode marks it as a node.
func (*Article) IsNode() {}

// Bare is a copy of it on which nothing hangs.
func (a *Article) Bare() Node {
	bare := *a
	bare.Slots = Slots{}
	return &bare
}

// Byline is the names of those who wrote it.
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
	// Tenure is the principal one on the article's date, nil when none is known.
	Tenure *Tenure
	// Office is the tenure's.
	Office *Office
}
