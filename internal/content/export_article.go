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
}

type appearanceExport struct {
	Official any                  `json:"official"`
	Role     model.AppearanceRole `json:"role"`
}

func (e *exporter) article(a *model.Article) (any, error) {
	l := &articleExport{
		Type: "article", ExternalID: a.ExternalID, Slug: a.Slug, Language: a.Language, Title: a.Title, Summary: a.Summary,
		Body: a.Markdown, Byline: a.Authors, SourceName: a.SourceName, SourceURL: a.SourceURL, Status: a.Status, PublishedAt: a.PublishedAt,
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
		l.TranslationOf = e.nameOf(model.NodeArticle, lead.Key, lead.ExternalID, string(lead.Language)+":"+lead.Slug)
		if name, unsure := l.TranslationOf.(referenceObject); unsure && name.Slug != "" {
			l.TranslationOf = referenceObject{Slug: lead.Slug, Language: lead.Language}
		}
	}
	return err
}
