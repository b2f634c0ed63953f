package main

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// postGraphileDocuments are Q1 to Q5 for PostGraphile over the tables of the hand-written
// server that repeats date and status, as its users write them. LANGUAGE stands for the
// column of a language's names.
var postGraphileDocuments = map[string]string{
	"Q1": `query Latest($before: String!) { articles: allArticles(first: 20, condition: {status: "PUBLISHED"}, filter: {publishedAt: {lessThan: $before}}, orderBy: PUBLISHED_AT_DESC) { nodes { slug title language publishedAt ` +
		topicsOfArticle + countriesOfArticle + `officials: articleOfficialsByArticleId(orderBy: PRIMARY_KEY_ASC) { nodes { officialByTagId { slug name: LANGUAGE ` + placeOfOfficial + `} } } } } }`,
	"Q2": `query Article($slug: String!) { articleBySlug(slug: $slug) { slug language title summary body publishedAt ` + topicsOfArticle + countriesOfArticle + officialsOfArticle + `} }`,
	"Q3": `query Official($slug: String!) { officialBySlug(slug: $slug) { slug name: LANGUAGE ` + placeOfOfficial +
		`articles: articleOfficialsByTagId(first: 10, condition: {status: "PUBLISHED"}, orderBy: PUBLISHED_AT_DESC) { nodes { articleByArticleId { slug title publishedAt ` + topicsOfArticle + `} } } } }`,
	"Q4": `query Countries($after: String!) { countries: allCountries(first: 20, filter: {code: {greaterThan: $after}}, orderBy: CODE_ASC) { nodes { code name: LANGUAGE articles: articleCountriesByTagId(first: 5, condition: {status: "PUBLISHED"}, orderBy: PUBLISHED_AT_DESC) { nodes { articleByArticleId { slug title publishedAt ` + officialsOfArticle + `} } } } } }`,
	"Q5": `query Both($country: String!, $topic: String!, $before: String!) { countryByCode(code: $country) { all: articleCountriesByTagId(condition: {status: "PUBLISHED"}, filter: {` + withTopic + `}) { totalCount } page: articleCountriesByTagId(first: 20, condition: {status: "PUBLISHED"}, filter: {publishedAt: {lessThan: $before}, ` + withTopic + `}, orderBy: PUBLISHED_AT_DESC) { nodes { articleByArticleId { slug title publishedAt } } } } }`,
}

const (
	topicsOfArticle    = `topics: articleTopicsByArticleId(orderBy: PRIMARY_KEY_ASC) { nodes { topicByTagId { slug name: LANGUAGE } } } `
	countriesOfArticle = `countries: articleCountriesByArticleId(orderBy: PRIMARY_KEY_ASC) { nodes { countryByTagId { code name: LANGUAGE } } } `
	officialsOfArticle = `officials: articleOfficialsByArticleId(orderBy: PRIMARY_KEY_ASC) { nodes { officialByTagId { slug name: LANGUAGE } } } `
	placeOfOfficial    = `office: tenuresByOfficialId(condition: {endedOn: "9999"}) { nodes { officeByOfficeId { title: LANGUAGE } } } country: countryByCountryId { code name: LANGUAGE } `
	withTopic          = `articleByArticleId: {articleTopicsByArticleId: {some: {topicByTagId: {slug: {equalTo: $topic}}}}}`
)

// forPostGraphile are the requests to it.
func (q query) forPostGraphile() ([][]byte, error) {
	requests := make([][]byte, len(q.parameters))
	for i, p := range q.parameters {
		variables := map[string]string{}
		for name, value := range map[string]string{"slug": p.Slug, "country": p.Country, "topic": p.Topic, "after": p.After, "before": cmp.Or(p.Before, "9")} {
			if strings.Contains(postGraphileDocuments[q.name], "$"+name) {
				variables[name] = value
			}
		}
		document := strings.ReplaceAll(postGraphileDocuments[q.name], "LANGUAGE", p.Language)
		body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
		if err != nil {
			return nil, err
		}
		requests[i] = request("/graphql", nil, body)
	}
	return requests, nil
}

// startPostGraphile installs it where that was not done, and starts it on a copy of the
// tables that repeat date and status.
func (s *session) startPostGraphile() error {
	folder := filepath.Join(s.root, "bench", "postgraphile")
	node := filepath.Join(folder, "node_modules", ".bin", "node")
	if _, err := os.Stat(node); err != nil {
		if err := run(os.Stderr, "npm", "ci", "--prefix", folder); err != nil {
			return err
		}
	}
	database, err := s.copyOf(s.made.repeated, "run-postgraphile")
	if err != nil {
		return err
	}
	setup, err := os.ReadFile(filepath.Join(folder, "setup.sql"))
	if err != nil {
		return err
	}
	if err := administer(database, string(setup)); err != nil {
		return err
	}
	return s.start(server{name: "PostGraphile", peer: true}, []string{"NODE_ENV=production"}, node, filepath.Join(folder, "server.mjs"), free, database)
}
