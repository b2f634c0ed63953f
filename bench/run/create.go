package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// creates are requests that each create an article: Q6.
func (s *session) creates() (query, error) {
	q := query{name: "Q6", title: "create: 3 KB body, 3 officials, 2 countries, 2 topics", document: createDocument, creates: true}
	for _, one := range s.servers {
		ids := known{officials: numbers(s.news.Officials), countries: numbers(s.news.Countries), topics: numbers(s.news.Topics)}
		if one.diwan {
			var err error
			if ids, err = one.known(); err != nil {
				return q, err
			}
		}
		random := rand.New(rand.NewPCG(6, 6))
		for i := range 64 {
			a := s.news.Article(i * 131 % s.news.Articles)
			input := map[string]any{
				"language": a.Language, "title": a.Title + " " + placeholder, "body": a.Body,
				"officials": some(random, ids.officials, 3), "countries": some(random, ids.countries, 2), "topics": some(random, ids.topics, 2),
			}
			path, headers, body := "/q6", map[string]string(nil), any(input)
			if one.diwan {
				input["publish"] = true
				path, headers, body = "/graphql", map[string]string{"Authorization": "Bearer " + adminToken}, map[string]any{"query": createDocument, "variables": map[string]any{"input": input}}
			}
			text, err := json.Marshal(body)
			if err != nil {
				return q, err
			}
			one.requests[q.name] = append(one.requests[q.name], request(path, headers, text))
		}
	}
	return q, nil
}

// known are nodes that articles can be tagged with: ids, or keys in a hand-written
// database.
type known struct{ officials, countries, topics []any }

// numbers are the keys of rows: the index and one.
func numbers[T any](rows []T) []any {
	keys := make([]any, min(len(rows), 100))
	for i := range keys {
		keys[i] = i + 1
	}
	return keys
}

func (one *server) known() (known, error) {
	type list struct{ Nodes []struct{ ID string } }
	var data struct{ Officials, Countries, Topics list }
	err := one.ask(`{ officials(first: 100) { nodes { id } } countries(first: 100) { nodes { id } } topics(first: 100) { nodes { id } } }`, nil, &data)
	ids := func(l list) []any {
		all := make([]any, len(l.Nodes))
		for i, node := range l.Nodes {
			all[i] = node.ID
		}
		return all
	}
	k := known{ids(data.Officials), ids(data.Countries), ids(data.Topics)}
	if err == nil && (len(k.officials) < 3 || len(k.countries) < 2 || len(k.topics) < 2) {
		err = fmt.Errorf("%s has too few nodes to tag an article with", one.name)
	}
	return k, err
}

// some are n different ones.
func some(random *rand.Rand, from []any, n int) []any {
	picked := make([]any, n)
	for i, k := range random.Perm(len(from))[:n] {
		picked[i] = from[k]
	}
	return picked
}
