package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

// shape is a query whose time may grow with the newsroom. Its document has $-variables
// for what differs between newsrooms.
type shape struct {
	name, document string
	variables      map[string]any
	drafts         bool
}

// shapes measures each shape on each build: the median of one connection.
func (s *session) shapes() error {
	if err := s.startDiwan(); err != nil {
		return err
	}
	list, err := s.listShapes()
	if err != nil {
		return err
	}
	for _, one := range s.servers {
		if err := one.writeDrafts(drafts); err != nil {
			return err
		}
	}
	fmt.Printf("\n%d articles, %s, one connection, median in ms\n\n| |", s.articles, s.database)
	for _, one := range s.servers {
		fmt.Printf(" %s |", one.name)
	}
	fmt.Print("\n|---|")
	for range s.servers {
		fmt.Print("--:|")
	}
	fmt.Println()
	if err := s.timeReads(); err != nil {
		return err
	}
	for _, sh := range list {
		if !s.wanted(sh.name) {
			continue
		}
		fmt.Printf("| %s |", sh.name)
		for _, one := range s.servers {
			ms, err := s.time(one, sh)
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", sh.name, err)
				fmt.Print(" failed |")
				continue
			}
			fmt.Printf(" %.1f |", ms)
		}
		fmt.Println()
	}
	return nil
}

// timeReads prints the medians of Q1 to Q5 beside those of the shapes.
func (s *session) timeReads() error {
	reads, err := s.reads()
	if err != nil {
		return err
	}
	for _, q := range reads {
		fmt.Printf("| %s %s |", q.name, q.title)
		for i := range s.servers {
			if _, err := s.turn(q, i, 1, 0.2); err != nil { // warm
				return err
			}
			r, err := s.turn(q, i, 1, s.seconds)
			if err != nil {
				return err
			}
			fmt.Printf(" %.1f |", r.median())
		}
		fmt.Println()
	}
	return nil
}

// drafts is how many an editor has: the reference data have none.
const drafts = 200

func (one *server) writeDrafts(n int) error {
	c, err := dial(one.address)
	if err != nil {
		return err
	}
	defer c.close()
	for i := range n {
		input := map[string]any{"language": "en", "title": fmt.Sprintf("Draft %d", i), "body": "Not yet."}
		body, err := json.Marshal(map[string]any{"query": createDocument, "variables": map[string]any{"input": input}})
		if err != nil {
			return err
		}
		answer, err := c.send(request("/graphql", map[string]string{"Authorization": "Bearer " + adminToken}, body))
		if err != nil {
			return err
		}
		if _, err := checked(answer); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) time(one *server, sh shape) (float64, error) {
	body, err := json.Marshal(map[string]any{"query": sh.document, "variables": sh.variables})
	if err != nil {
		return 0, err
	}
	headers := map[string]string{"Accept-Language": "ar"}
	if sh.drafts {
		headers["Authorization"], headers["Diwan-Perspective"] = "Bearer "+adminToken, "draft"
	}
	t := turn{requests: [][]byte{request("/graphql", headers, body)}, connections: 1, seconds: 0.2}
	if _, err := t.run(one.address); err != nil { // warm
		return 0, err
	}
	t.seconds = s.seconds
	r, err := t.run(one.address)
	return r.median(), err
}

// listShapes are the shapes with the tags of this newsroom: frequent ones, where
// nothing else is said.
func (s *session) listShapes() ([]shape, error) {
	n := s.news
	article := n.Article(n.Articles / 2)
	var found struct{ Article struct{ ID string } }
	if err := s.servers[0].ask(`query ($slug: String!) { article(by: {slug: $slug}) { id } }`, map[string]any{"slug": article.Slug}, &found); err != nil {
		return nil, err
	}
	country, topic := n.Country(1).Code, n.Topic(1).Slug
	with := func(names ...any) map[string]any {
		variables := map[string]any{}
		for i := 0; i < len(names); i += 2 {
			variables[names[i].(string)] = names[i+1]
		}
		return variables
	}
	const facets = `facets { countries { count country { code name } } topics { count topic { slug name } } officials { count official { slug name } } languages { language count } months { month count } }`
	word := newsroom.Frequent("ar")
	return []shape{
		{"totalCount of a frequent country", `query ($code: String!) { country(by: {code: $code}) { articles(first: 1) { totalCount } } }`, with("code", country), false},
		{"totalCount of everything", `{ articles(first: 1) { totalCount } }`, nil, false},
		{"totalCount of each official in a page of articles", `{ articles(first: 5) { nodes { officials { articles(first: 1) { totalCount } } } } }`, nil, false},
		{"20 countries with their counts", `{ countries(first: 20) { nodes { code articles(first: 1) { totalCount } } } }`, nil, false},
		{"100 topics with their counts", `{ topics(first: 100) { nodes { slug articles(first: 1) { totalCount } } } }`, nil, false},
		{"facets of everything, all five", `{ articles(first: 1) { ` + facets + ` } }`, nil, false},
		{"facets of one country", `query ($code: String!) { country(by: {code: $code}) { articles(first: 1) { ` + facets + ` } } }`, with("code", country), false},
		{"topics of a country", `query ($code: String!) { country(by: {code: $code}) { articles(first: 1) { facets { topics { count topic { slug name } } } } } }`, with("code", country), false},
		{"related of one article", `query ($id: ID!) { node(id: $id) { ... on Article { related { slug title } } } }`, with("id", found.Article.ID), false},
		{"related of a page", `{ articles(first: 20) { nodes { slug related { slug title } } } }`, nil, false},
		{"search of a frequent word", `query ($q: String!) { articles(search: $q, first: 20) { nodes { slug title } } }`, with("q", word), false},
		{"the same with totalCount", `query ($q: String!) { articles(search: $q, first: 20) { totalCount nodes { slug title } } }`, with("q", word), false},
		{"the same with facets", `query ($q: String!) { articles(search: $q, first: 20) { nodes { slug title } ` + facets + ` } }`, with("q", word), false},
		{"search of officials", `query ($q: String!) { officials(search: $q, first: 20) { nodes { slug name } } }`, with("q", n.Officials[0].Names.Arabic), false},
		{"everything that a frequent word finds", `query ($q: String!) { search(query: $q, first: 20) { totalCount nodes { __typename } } }`, with("q", word), false},
		{"officials by name", `query ($q: String!) { officials(filter: {name: {contains: $q}}, first: 20) { nodes { slug name } } }`, with("q", n.Officials[0].Names.Arabic), false},
		{"officials of a frequent country", `query ($code: String!) { country(by: {code: $code}) { officials(first: 20) { totalCount nodes { slug name } } } }`, with("code", n.Country(0).Code), false},
		{"a country by its name", `query ($q: String!) { articles(filter: {countries: {some: {name: {eq: $q}}}}, first: 20) { nodes { slug title } } }`, with("q", n.Country(120).Names.Arabic), false},
		{"an official by name", `query ($q: String!) { articles(filter: {officials: {some: {name: {eq: $q}}}}, first: 20) { totalCount nodes { slug title } } }`, with("q", n.Officials[600].Names.Arabic), false},
		{"a topic by a part of its name", `query ($q: String!) { articles(filter: {topics: {some: {name: {contains: $q}}}}, first: 20) { nodes { slug title } } }`, with("q", n.Topic(280).Names.Arabic), false},
		{"a part of no title", `query ($q: String!) { articles(filter: {title: {contains: $q}}, first: 20) { nodes { slug title } } }`, with("q", "xqzzw"), false},
		{"title contains", `query ($q: String!) { articles(filter: {title: {contains: $q}}, first: 20) { nodes { slug title } } }`, with("q", n.Article(3).Title[:20]), false},
		{"an official's first page by filter", `query ($slug: String!) { articles(filter: {officials: {some: {slug: {eq: $slug}}}}, first: 20) { nodes { slug title } } }`, with("slug", n.Officials[600].Slug), false},
		{"country and topic that rarely meet", `query ($code: String!, $slug: String!) { articles(filter: {countries: {some: {code: {eq: $code}}}, topics: {some: {slug: {eq: $slug}}}}, first: 20) { totalCount nodes { slug title } } }`, with("code", n.Country(120).Code, "slug", n.Topic(150).Slug), false},
		{"frequent country, rare topic", `query ($code: String!, $slug: String!) { articles(filter: {countries: {some: {code: {eq: $code}}}, topics: {some: {slug: {eq: $slug}}}}, first: 20) { nodes { slug title } } }`, with("code", country, "slug", n.Topic(280).Slug), false},
		{"a language that nobody writes in", `{ articles(filter: {language: {eq: "sw"}}, first: 20) { nodes { slug title } } }`, nil, false},
		{"a country never used", `query ($code: String!) { articles(filter: {countries: {some: {code: {eq: $code}}}}, first: 20) { nodes { slug title } } }`, with("code", n.Unused().Code), false},
		{"node(id:)", `query ($id: ID!) { node(id: $id) { ... on Article { slug title } } }`, with("id", found.Article.ID), false},
		{"article(by: slug)", `query ($slug: String!) { article(by: {slug: $slug}) { slug title } }`, with("slug", article.Slug), false},
		{"drafts by update", `{ articles(filter: {status: {eq: DRAFT}}, orderBy: [{field: UPDATED_AT, direction: DESC}], first: 20) { nodes { slug title } } }`, nil, true},
		{"everything by update, for an editor", `{ articles(orderBy: [{field: UPDATED_AT, direction: DESC}], first: 20) { nodes { slug title } } }`, nil, true},
		{"an editor's Q4", countriesDocument, nil, true},
		{"an editor's 20 latest of a topic", `query ($slug: String!) { topic(by: {slug: $slug}) { articles(first: 20) { nodes { slug title } } } }`, with("slug", topic), true},
	}, nil
}
