package exchange

import "github.com/diwan-cms/diwan/model"

// exportedArticle is the line of an article.
type exportedArticle struct {
	Type          string               `json:"type"`
	ExternalID    *string              `json:"externalId,omitempty"`
	Slug          string               `json:"slug"`
	Language      model.Language       `json:"language"`
	Title         string               `json:"title"`
	Summary       *string              `json:"summary,omitempty"`
	Body          string               `json:"body,omitempty"`
	Byline        []string             `json:"byline,omitempty"`
	SourceName    *string              `json:"sourceName,omitempty"`
	SourceURL     *model.URL           `json:"sourceUrl,omitempty"`
	Status        model.ArticleStatus  `json:"status"`
	PublishedAt   *model.DateTime      `json:"publishedAt,omitempty"`
	Appearances   []exportedAppearance `json:"appearances,omitempty"`
	Countries     []string             `json:"countries,omitempty"`
	Topics        []any                `json:"topics,omitempty"`
	TranslationOf any                  `json:"translationOf,omitempty"`
	ScheduledFor  *model.DateTime      `json:"scheduledFor,omitempty"`
	Link          model.LinkMode       `json:"link,omitempty"`
	Mentions      *[]exportedMention   `json:"mentions,omitempty"`
	CreatedBy     string               `json:"createdBy,omitempty"`
	exportedTimes
}

// exportedWorkingCopy is the line of a working copy. It follows the line of the version
// that readers see, and leaves out no field that the copy lacks, as that version may
// have it.
type exportedWorkingCopy struct {
	Type          string               `json:"type"`
	WorkingCopyOf any                  `json:"workingCopyOf"`
	ExternalID    *string              `json:"externalId"`
	Slug          string               `json:"slug"`
	Language      model.Language       `json:"language"`
	Title         string               `json:"title"`
	Summary       *string              `json:"summary"`
	Body          string               `json:"body"`
	Byline        []string             `json:"byline"`
	SourceName    *string              `json:"sourceName"`
	SourceURL     *model.URL           `json:"sourceUrl"`
	Status        *model.ArticleStatus `json:"status,omitempty"`
	ScheduledFor  *model.DateTime      `json:"scheduledFor,omitempty"`
	Appearances   []exportedAppearance `json:"appearances"`
	Countries     []string             `json:"countries"`
	Topics        []any                `json:"topics"`
	TranslationOf *any                 `json:"translationOf,omitempty"`
	Link          model.LinkMode       `json:"link,omitempty"`
	Mentions      *[]exportedMention   `json:"mentions,omitempty"`
	UpdatedAt     model.DateTime       `json:"updatedAt"`
}

// exportedAppearance is an official in the line of an article.
type exportedAppearance struct {
	Official any                  `json:"official"`
	Role     model.AppearanceRole `json:"role"`
}

// article returns the line of an article, or two if readers see another version.
func (e *exporter) article(a *model.Article) ([]any, error) {
	working, err := e.version(a)
	if err != nil || !a.HasUnpublishedChanges() {
		return []any{working}, err
	}
	public, err := slot[*model.Article](a, "public")
	if err != nil {
		return nil, err
	}
	seen, err := e.version(public)
	if err != nil {
		return nil, err
	}
	w := exportedWorkingCopy{
		Type: "article", WorkingCopyOf: e.nameOfArticle(public), ExternalID: working.ExternalID, Slug: working.Slug, Language: working.Language,
		Title: working.Title, Summary: working.Summary, Body: working.Body, Byline: append([]string{}, working.Byline...),
		SourceName: working.SourceName, SourceURL: working.SourceURL, ScheduledFor: working.ScheduledFor,
		Appearances: append([]exportedAppearance{}, working.Appearances...), Countries: append([]string{}, working.Countries...), Topics: append([]any{}, working.Topics...),
		Mentions: working.Mentions, UpdatedAt: a.UpdatedAt,
	}
	if a.Link != public.Link {
		w.Link = a.Link
	}
	if w.Mentions == nil && seen.Mentions != nil {
		w.Mentions = &[]exportedMention{}
	}
	if a.Status != model.ArticleStatusPublished {
		w.Status = &a.Status
	}
	if a.TranslationOf == public.TranslationOf {
		seen.TranslationOf = working.TranslationOf
	} else {
		w.TranslationOf = &working.TranslationOf
	}
	return []any{seen, w}, nil
}

// version returns the line of one version of an article.
func (e *exporter) version(a *model.Article) (*exportedArticle, error) {
	l := &exportedArticle{
		Type: "article", ExternalID: a.ExternalID, Slug: a.Slug, Language: a.Language, Title: a.Title, Summary: a.Summary,
		Body: a.Markdown, Byline: a.Authors, SourceName: a.SourceName, SourceURL: a.SourceURL, Status: a.Status, PublishedAt: a.PublishedAt, ScheduledFor: a.ScheduledFor,
		exportedTimes: timesOf(a.CreatedAt, a.UpdatedAt),
	}
	if a.Link != model.LinkModeSuggest { // which is the default
		l.Link = a.Link
	}
	if !e.publishedOnly { // who writes here is nothing for readers
		l.CreatedBy = a.Owner
	}
	for _, tag := range []func(*model.Article, *exportedArticle) error{e.appearances, e.countries, e.topics, e.translationOf, e.mentions} {
		if err := tag(a, l); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (e *exporter) appearances(a *model.Article, l *exportedArticle) error {
	appearances, err := slot[[]*model.Appearance](a, "appearances")
	for _, appearance := range appearances {
		who := appearance.Official
		l.Appearances = append(l.Appearances, exportedAppearance{
			e.nameOf(model.NodeOfficial, who.Key, who.ExternalID, who.Slug), appearance.Role,
		})
	}
	return err
}

func (e *exporter) countries(a *model.Article, l *exportedArticle) error {
	countries, err := slot[[]*model.Country](a, "countries")
	for _, country := range countries {
		l.Countries = append(l.Countries, country.Code)
	}
	return err
}

func (e *exporter) topics(a *model.Article, l *exportedArticle) error {
	topics, err := slot[[]*model.Topic](a, "topics")
	for _, topic := range topics {
		l.Topics = append(l.Topics, e.nameOf(model.NodeTopic, topic.Key, topic.ExternalID, topic.Slug))
	}
	return err
}

// translationOf sets the article that leads the translations, except for the leading
// article itself.
func (e *exporter) translationOf(a *model.Article, l *exportedArticle) error {
	if _, follows := a.Slot("lead"); !follows {
		return nil
	}
	leads, err := slot[[]*model.Article](a, "lead")
	for _, lead := range leads {
		l.TranslationOf = e.nameOfArticle(lead)
	}
	return err
}

// nameOfArticle returns a reference to an article.
func (e *exporter) nameOfArticle(a *model.Article) any {
	name := e.nameOf(model.NodeArticle, a.ID().Key, a.ExternalID, string(a.Language)+":"+a.Slug)
	if object, ambiguous := name.(referenceObject); ambiguous && object.Slug != "" {
		return referenceObject{Slug: a.Slug, Language: a.Language}
	}
	return name
}
