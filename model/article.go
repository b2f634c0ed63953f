package model

// Article is a piece of journalism in one language.
type Article struct {
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
	WordCount   int
	// TranslationOf is shared by the articles that say the same in several
	// languages: the key of the one written first.
	TranslationOf int64
	// Link is what is done with what the text names.
	Link      LinkMode
	Version   int
	CreatedAt DateTime
	UpdatedAt DateTime

	Slots `gorm:"-"`
}

// ID is its id outside.
func (a *Article) ID() ID { return ID{NodeArticle, a.Key} }

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
