// Package jsonld describes articles to search engines, in the vocabulary of schema.org.
// It does no I/O: callers load the relations that it needs.
package jsonld

import (
	"encoding/json"
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

// Plan adds to the plan of an article the fields and relations that NewsArticle needs.
func Plan(plan *model.Plan) {
	plan.Want("title", "summary", "publishedAt", "updatedAt", "createdAt", "byline", "sourceName", "sourceUrl", "wordCount")
	people := plan.Relate("appearances", "appearances", model.Args{}).Plan
	people.Relate("official", "official", model.Args{}).Plan.Want("name", "wikidataId")
	people.Relate("office", "office", model.Args{}).Plan.Want("title")
	plan.Relate("countries", "countries", model.Args{}).Plan.Want("name", "code")
	plan.Relate("topics", "topics", model.Args{}).Plan.Want("name")
}

// Planned reports whether the relations of Plan are loaded.
func Planned(a *model.Article) bool {
	_, loaded := a.Slot("appearances")
	return loaded
}

// thing is a Thing of schema.org. Its fields are in the order that people expect; empty
// ones are left out.
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

// NewsArticle returns an article as a NewsArticle of schema.org that is part of a
// publication. The article is about its topics and the officials that are its subject,
// and mentions the other officials and the countries. Names are in its language. The
// relations of Plan have to be loaded.
func NewsArticle(a *model.Article, publication string) (model.JSON, error) {
	news := &thing{
		Context: "https://schema.org", Type: "NewsArticle", Identifier: a.ID().String(),
		Headline: a.Title, InLanguage: string(a.Language), WordCount: a.WordCount, DateModified: a.UpdatedAt.String(),
		IsPartOf: &thing{Type: "WebSite", Name: publication},
	}
	if a.Summary != nil {
		news.Description = *a.Summary
	}
	if a.PublishedAt != nil {
		news.DatePublished = a.PublishedAt.String()
		news.DateModified = max(*a.PublishedAt, a.UpdatedAt).String() // an imported article may have been written long before
	}
	for _, name := range a.Byline() {
		news.Author = append(news.Author, &thing{Type: "Person", Name: name})
	}
	if a.SourceName != nil || a.SourceURL != nil {
		news.IsBasedOn = source(a)
	}
	if err := news.tag(a); err != nil {
		return nil, err
	}
	return json.Marshal(news) // escapes <, >, &, U+2028 and U+2029: safe inside a script element, see Article.jsonLdScript
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

// tag adds what the article is tagged with.
func (news *thing) tag(a *model.Article) error {
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
		news.About = append(news.About, &thing{Type: "Thing", Name: nameIn(topic.LocalNames, a.Language)})
	}
	for _, country := range countries {
		news.Mentions = append(news.Mentions, &thing{Type: "Country", Name: nameIn(country.LocalNames, a.Language), Identifier: country.Code})
	}
	return nil
}

func person(a *model.Appearance, language model.Language) *thing {
	p := &thing{Type: "Person", Name: nameIn(a.Official.LocalNames, language)}
	if a.Office != nil {
		p.JobTitle = nameIn(a.Office.LocalTitles, language)
	}
	if a.Official.WikidataID != nil {
		p.SameAs = "https://www.wikidata.org/entity/" + *a.Official.WikidataID
	}
	return p
}

func nameIn(names model.LocalizedTexts, language model.Language) string {
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
