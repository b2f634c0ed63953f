package model

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
