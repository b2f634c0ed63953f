package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

// query is one of Q1 to Q6: as GraphQL, and as a path of the hand-written servers.
type query struct {
	name, title, document string
	parameters            []parameters
	creates               bool // its requests have a placeholder where titles differ
}

// parameters are what one request asks for. Where a page follows another, Diwan is told
// a cursor, the hand-written servers the values in it.
type parameters struct {
	Language string `json:"language"`
	Before   string `json:"before,omitempty"`
	Slug     string `json:"slug,omitempty"`
	After    string `json:"after"`
	Country  string `json:"country,omitempty"`
	Topic    string `json:"topic,omitempty"`
}

const (
	latestDocument    = `query Latest($after: String) { articles(first: 20, after: $after) { nodes { slug title language publishedAt topics { slug name } countries { code name } officials { slug name office { title } country { code name } } } } }`
	articleDocument   = `query Article($slug: String!) { article(by: {slug: $slug}) { slug language title summary body publishedAt topics { slug name } countries { code name } officials { slug name } } }`
	officialDocument  = `query Official($slug: String!) { official(by: {slug: $slug}) { slug name office { title } country { code name } articles(first: 10) { nodes { slug title publishedAt topics { slug name } } } } }`
	countriesDocument = `query Countries($after: String) { countries(first: 20, after: $after, orderBy: [{field: CODE}]) { nodes { code name articles(first: 5) { nodes { slug title publishedAt officials { slug name } } } } } }`
	bothDocument      = `query Both($country: String!, $topic: String!, $after: String) { articles(first: 20, after: $after, filter: {countries: {some: {code: {eq: $country}}}, topics: {some: {slug: {eq: $topic}}}}) { totalCount nodes { slug title publishedAt } } }`
	createDocument    = `mutation Create($input: CreateArticleInput!) { createArticle(input: $input) { article { slug } errors { code message } } }`
)

// queries are Q1 to Q5 with their parameters, the same in every run.
func queries(n *newsroom.Newsroom) []query {
	q1 := query{"Q1", "20 latest with topics, countries, officials {name office country}", latestDocument, nil, false}
	q2 := query{"Q2", "one article by slug, body and relations", articleDocument, nil, false}
	q3 := query{"Q3", "an official, 10 latest with topics", officialDocument, nil, false}
	q4 := query{"Q4", "20 countries × 5 articles × officials", countriesDocument, nil, false}
	q5 := query{"Q5", "country and topic, 200 deep, totalCount", bothDocument, nil, false}
	languages := []string{"ar", "en", "fr"}
	for i := range 36 {
		q1.parameters = append(q1.parameters, parameters{Language: languages[i%3], Before: pageStart(n, i/3)})
		q4.parameters = append(q4.parameters, parameters{Language: languages[i%3], After: codeBefore(n, i/3)})
	}
	for i := range 256 {
		q2.parameters = append(q2.parameters, parameters{Language: languages[i%3], Slug: n.Article(i * 7919 % n.Articles).Slug})
		q3.parameters = append(q3.parameters, parameters{Language: languages[i%3], Slug: n.Officials[i*6].Slug})
	}
	for country := range 10 {
		for topic := range 20 / (country + 1) {
			q5.parameters = append(q5.parameters, parameters{Language: languages[(country+topic)%3], Country: n.Country(country).Code, Topic: n.Topic(topic).Slug})
		}
	}
	return []query{q1, q2, q3, q4, q5}
}

// pageStart is the date that the articles of a page of the latest are before; "" for
// the first page.
func pageStart(n *newsroom.Newsroom, page int) string {
	if page == 0 {
		return ""
	}
	return n.Article(max(n.Articles-20*page, 0)).PublishedAt.Format("2006-01-02T15:04:05.000Z")
}

// codeBefore is the code that the countries of a page come after; "" for the first.
func codeBefore(n *newsroom.Newsroom, page int) string {
	if page == 0 {
		return ""
	}
	return n.Countries[20*page-1].Code
}

// forDiwan are the requests with cursors.
func (q query) forDiwan(cursors map[parameters]string, headers map[string]string) ([][]byte, error) {
	requests := make([][]byte, len(q.parameters))
	for i, p := range q.parameters {
		variables := map[string]any{}
		for name, value := range map[string]string{"slug": p.Slug, "country": p.Country, "topic": p.Topic, "after": cursors[p]} {
			if value != "" && strings.Contains(q.document, "$"+name) {
				variables[name] = value
			}
		}
		body, err := json.Marshal(map[string]any{"query": q.document, "variables": variables})
		if err != nil {
			return nil, err
		}
		h := maps.Clone(headers)
		h["Accept-Language"] = p.Language
		requests[i] = request("/graphql", h, body)
	}
	return requests, nil
}

// forHandwritten are the same requests to the hand-written servers.
func (q query) forHandwritten() ([][]byte, error) {
	requests := make([][]byte, len(q.parameters))
	for i, p := range q.parameters {
		body, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		requests[i] = request("/"+strings.ToLower(q.name), nil, body)
	}
	return requests, nil
}

// placeholder stands in the title of an article to be created for a number that
// no other has.
const placeholder = "000000000"

// counter makes the titles of created articles differ, in every run as well.
type counter struct{ last atomic.Int64 }

func newCounter() *counter {
	c := &counter{}
	c.last.Store(time.Now().Unix() % 10_000 * 100_000)
	return c
}

func (c *counter) next() string { return fmt.Sprintf("%09d", c.last.Add(1)%1_000_000_000) }
