package content

import "github.com/diwan-cms/diwan/model"

type articleExport struct {
	Type          string              `json:"type"`
	ExternalID    *string             `json:"externalId,omitempty"`
	Slug          string              `json:"slug"`
	Language      model.Language      `json:"language"`
	Title         string              `json:"title"`
	Summary       *string             `json:"summary,omitempty"`
	Body          string              `json:"body,omitempty"`
	Byline        []string            `json:"byline,omitempty"`
	SourceName    *string             `json:"sourceName,omitempty"`
	SourceURL     *model.URL          `json:"sourceUrl,omitempty"`
	Status        model.ArticleStatus `json:"status"`
	PublishedAt   *model.DateTime     `json:"publishedAt,omitempty"`
	Appearances   []appearanceExport  `json:"appearances,omitempty"`
	Countries     []string            `json:"countries,omitempty"`
	Topics        []any               `json:"topics,omitempty"`
	TranslationOf any                 `json:"translationOf,omitempty"`
	ScheduledFor  *model.DateTime     `json:"scheduledFor,omitempty"`
}

// workingExport is a working copy as a line, which follows that of what readers
// see. What it has not is said, too.
type workingExport struct {
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
	Appearances   []appearanceExport   `json:"appearances"`
	Countries     []string             `json:"countries"`
	Topics        []any                `json:"topics"`
	TranslationOf *any                 `json:"translationOf,omitempty"`
}

type appearanceExport struct {
	Official any                  `json:"official"`
	Role     model.AppearanceRole `json:"role"`
}

// article is the line of an article, and where readers see another version, the
// lines of both.
func (e *exporter) article(a *model.Article) (any, error) {
	working, err := e.version(a)
	if err != nil || !a.HasUnpublishedChanges() {
		return working, err
	}
	public, err := slot[*model.Article](a, "public")
	if err != nil {
		return nil, err
	}
	seen, err := e.version(public)
	if err != nil {
		return nil, err
	}
	w := workingExport{
		Type: "article", WorkingCopyOf: e.nameOfArticle(public), ExternalID: working.ExternalID, Slug: working.Slug, Language: working.Language,
		Title: working.Title, Summary: working.Summary, Body: working.Body, Byline: append([]string{}, working.Byline...),
		SourceName: working.SourceName, SourceURL: working.SourceURL, ScheduledFor: working.ScheduledFor,
		Appearances: append([]appearanceExport{}, working.Appearances...), Countries: append([]string{}, working.Countries...), Topics: append([]any{}, working.Topics...),
	}
	if a.Status != model.ArticleStatusPublished {
		w.Status = &a.Status
	}
	if a.TranslationOf == public.TranslationOf {
		seen.TranslationOf = working.TranslationOf
	} else {
		w.TranslationOf = &working.TranslationOf
	}
	return several{seen, w}, nil
}

// several are the lines of one node.
type several []any

// version is the line of one version of an article.
func (e *exporter) version(a *model.Article) (*articleExport, error) {
	l := &articleExport{
		Type: "article", ExternalID: a.ExternalID, Slug: a.Slug, Language: a.Language, Title: a.Title, Summary: a.Summary,
		Body: a.Markdown, Byline: a.Authors, SourceName: a.SourceName, SourceURL: a.SourceURL, Status: a.Status, PublishedAt: a.PublishedAt, ScheduledFor: a.ScheduledFor,
	}
	for _, tag := range []func(*model.Article, *articleExport) error{e.appearances, e.countries, e.topics, e.translationOf} {
		if err := tag(a, l); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (e *exporter) appearances(a *model.Article, l *articleExport) error {
	appearances, err := slot[[]*model.Appearance](a, "appearances")
	for _, appearance := range appearances {
		who := appearance.Official
		l.Appearances = append(l.Appearances, appearanceExport{
			e.nameOf(model.NodeOfficial, who.Key, who.ExternalID, who.Slug), appearance.Role,
		})
	}
	return err
}

func (e *exporter) countries(a *model.Article, l *articleExport) error {
	countries, err := slot[[]*model.Country](a, "countries")
	for _, country := range countries {
		l.Countries = append(l.Countries, country.Code)
	}
	return err
}

func (e *exporter) topics(a *model.Article, l *articleExport) error {
	topics, err := slot[[]*model.Topic](a, "topics")
	for _, topic := range topics {
		l.Topics = append(l.Topics, e.nameOf(model.NodeTopic, topic.Key, topic.ExternalID, topic.Slug))
	}
	return err
}

// translationOf names the article that leads the translations; the one that
// leads names none.
func (e *exporter) translationOf(a *model.Article, l *articleExport) error {
	if _, follows := a.Slot("lead"); !follows {
		return nil
	}
	leads, err := slot[[]*model.Article](a, "lead")
	for _, lead := range leads {
		l.TranslationOf = e.nameOfArticle(lead)
	}
	return err
}

// nameOfArticle is how others refer to an article.
func (e *exporter) nameOfArticle(a *model.Article) any {
	name := e.nameOf(model.NodeArticle, a.ID().Key, a.ExternalID, string(a.Language)+":"+a.Slug)
	if object, unsure := name.(referenceObject); unsure && object.Slug != "" {
		return referenceObject{Slug: a.Slug, Language: a.Language}
	}
	return name
}
