package main

import "fmt"

// cursors finds the cursors of the pages that the queries ask for. The dates of Q5's
// pages are found with them.
func (s *session) cursors(one *server, queries []query) (map[parameters]string, error) {
	dates, err := datesOfPages(one, 12)
	if err != nil {
		return nil, err
	}
	codes, err := codesOfCountries(one)
	if err != nil {
		return nil, err
	}
	found := map[parameters]string{}
	for _, q := range queries {
		for i, p := range q.parameters {
			switch q.name {
			case "Q1":
				found[p] = dates[p.Before]
			case "Q4":
				found[p] = codes[p.After]
			case "Q5":
				cursor, before, err := deep(one, p)
				if err != nil {
					return nil, err
				}
				q.parameters[i].Before = before
				found[q.parameters[i]] = cursor
			}
		}
	}
	return found, nil
}

type page struct {
	Articles struct {
		Nodes    []struct{ PublishedAt string }
		PageInfo struct{ EndCursor string }
	}
}

// end is the cursor and the date that a page ends with; none if it is empty.
func (p page) end() (cursor, date string) {
	nodes := p.Articles.Nodes
	if len(nodes) == 0 {
		return "", ""
	}
	return p.Articles.PageInfo.EndCursor, nodes[len(nodes)-1].PublishedAt
}

// datesOfPages are the cursors of the first pages of all articles, by the date that
// their articles are before.
func datesOfPages(one *server, pages int) (map[string]string, error) {
	cursors := map[string]string{}
	var after any
	for range pages {
		var p page
		if err := one.ask(`query ($after: String) { articles(first: 20, after: $after) { nodes { publishedAt } pageInfo { endCursor } } }`, map[string]any{"after": after}, &p); err != nil {
			return nil, err
		}
		cursor, date := p.end()
		if cursor == "" {
			break
		}
		cursors[date], after = cursor, cursor
	}
	return cursors, nil
}

// codesOfCountries are the cursors of all countries by their codes.
func codesOfCountries(one *server) (map[string]string, error) {
	cursors := map[string]string{}
	var after any
	for {
		var all struct {
			Countries struct {
				Edges []struct {
					Cursor string
					Node   struct{ Code string }
				}
			}
		}
		if err := one.ask(`query ($after: String) { countries(first: 100, after: $after, orderBy: [{field: CODE}]) { edges { cursor node { code } } } }`, map[string]any{"after": after}, &all); err != nil {
			return nil, err
		}
		if len(all.Countries.Edges) == 0 {
			return cursors, nil
		}
		for _, edge := range all.Countries.Edges {
			cursors[edge.Node.Code], after = edge.Cursor, edge.Cursor
		}
	}
}

// deep is the cursor, and the date in it, of the 200th article of a country and a
// topic; of the last one, where there are fewer.
func deep(one *server, p parameters) (cursor, date string, err error) {
	for range 2 {
		variables := map[string]any{"country": p.Country, "topic": p.Topic}
		if cursor != "" {
			variables["after"] = cursor
		}
		var next page
		err := one.ask(`query ($country: String!, $topic: String!, $after: String) { articles(first: 100, after: $after, filter: {countries: {some: {code: {eq: $country}}}, topics: {some: {slug: {eq: $topic}}}}) { nodes { publishedAt } pageInfo { endCursor } } }`, variables, &next)
		if err != nil {
			return "", "", fmt.Errorf("%s and %s: %w", p.Country, p.Topic, err)
		}
		if c, d := next.end(); c != "" {
			cursor, date = c, d
		}
	}
	return cursor, date, nil
}
