package content

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

// PlanJSONLD adds to the plan of an article what its JSON-LD is made of.
func PlanJSONLD(plan *model.Plan) {
	plan.Want("title", "summary", "publishedAt", "updatedAt", "createdAt", "byline", "sourceName", "sourceUrl", "wordCount")
	people := plan.Relate("appearances", "appearances", model.Args{}).Plan
	people.Relate("official", "official", model.Args{}).Plan.Want("name", "wikidataId")
	people.Relate("office", "office", model.Args{}).Plan.Want("title")
	plan.Relate("countries", "countries", model.Args{}).Plan.Want("name", "code")
	plan.Relate("topics", "topics", model.Args{}).Plan.Want("name")
}

// thing is a schema.org Thing in JSON-LD. Fields stand in the order in which
// readers look for them; empty ones are left out.
type thing struct {
	Context       string   `json:"@context,omitempty"`
	Type          string   `json:"@type"`
	Identifier    string   `json:"identifier,omitempty"`
	Headline      string   `json:"headline,omitempty"`
	Name          string   `json:"name,omitempty"`
	Description   string   `json:"description,omitempty"`
	InLanguage    string   `json:"inLanguage,omitempty"`
	DatePublished string   `json:"datePublished,omitempty"`
	DateModified  string   `json:"dateModified,omitempty"`
	WordCount     int      `json:"wordCount,omitempty"`
	JobTitle      string   `json:"jobTitle,omitempty"`
	SameAs        string   `json:"sameAs,omitempty"`
	URL           string   `json:"url,omitempty"`
	Author        []*thing `json:"author,omitempty"`
	About         []*thing `json:"about,omitempty"`
	Mentions      []*thing `json:"mentions,omitempty"`
	IsPartOf      *thing   `json:"isPartOf,omitempty"`
	IsBasedOn     *thing   `json:"isBasedOn,omitempty"`
}

// JSONLD is the article as schema.org NewsArticle: what it is about are its
// topics and the officials that are its subject, what it mentions are the other
// officials and the countries. Names are in the article's language.
func (s *Service) JSONLD(ctx context.Context, a *model.Article) (model.JSON, error) {
	if _, planned := a.Slot("appearances"); !planned {
		whole := &model.Plan{}
		PlanJSONLD(whole)
		a = a.Bare().(*model.Article)
		if err := s.Relate(ctx, []model.Node{a}, whole); err != nil {
			return nil, err
		}
	}
	news := &thing{
		Context: "https://schema.org", Type: "NewsArticle", Identifier: a.ID().String(),
		Headline: a.Title, InLanguage: string(a.Language), WordCount: a.WordCount, DateModified: a.UpdatedAt.String(),
		IsPartOf: &thing{Type: "WebSite", Name: s.siteName},
	}
	if a.Summary != nil {
		news.Description = *a.Summary
	}
	if a.PublishedAt != nil {
		news.DatePublished = a.PublishedAt.String()
	}
	for _, name := range a.Byline() {
		news.Author = append(news.Author, &thing{Type: "Person", Name: name})
	}
	if a.SourceName != nil || a.SourceURL != nil {
		news.IsBasedOn = source(a)
	}
	if err := s.tagged(a, news); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(news) // escapes <, > and &: safe inside a script element
	return encoded, err
}

func source(a *model.Article) *thing {
	t := &thing{Type: "CreativeWork"}
	if a.SourceName != nil {
		t.Name = *a.SourceName
	}
	if a.SourceURL != nil {
		t.URL = string(*a.SourceURL)
	}
	return t
}

// tagged adds what the article is tagged with.
func (s *Service) tagged(a *model.Article, news *thing) error {
	appearances, err := loaded[[]*model.Appearance](a, "appearances")
	if err != nil {
		return err
	}
	topics, err := loaded[[]*model.Topic](a, "topics")
	if err != nil {
		return err
	}
	countries, err := loaded[[]*model.Country](a, "countries")
	if err != nil {
		return err
	}
	for _, appearance := range appearances {
		person := person(appearance, a.Language)
		if appearance.Role == model.AppearanceRoleSubject {
			news.About = append(news.About, person)
		} else {
			news.Mentions = append(news.Mentions, person)
		}
	}
	for _, topic := range topics {
		news.About = append(news.About, &thing{Type: "Thing", Name: named(topic.LocalNames, a.Language)})
	}
	for _, country := range countries {
		news.Mentions = append(news.Mentions, &thing{Type: "Country", Name: named(country.LocalNames, a.Language), Identifier: country.Code})
	}
	return nil
}

func person(a *model.Appearance, language model.Language) *thing {
	p := &thing{Type: "Person", Name: named(a.Official.LocalNames, language)}
	if a.Office != nil {
		p.JobTitle = named(a.Office.LocalTitles, language)
	}
	if a.Official.WikidataID != nil {
		p.SameAs = "https://www.wikidata.org/entity/" + *a.Official.WikidataID
	}
	return p
}

func named(names model.LocalizedTexts, language model.Language) string {
	name, _ := names.In(language)
	return name.Value
}

func loaded[T any](a *model.Article, key string) (T, error) {
	value, ok := a.Slot(key)
	if !ok {
		var none T
		return none, fmt.Errorf("the article's %s were not loaded", key)
	}
	return value.(T), nil
}
