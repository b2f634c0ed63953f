package main

import "strings"

// dialect is how a database makes JSON.
type dialect struct {
	object string // the function that makes an object of names and values
	// array is the JSON of all rows, in an order.
	array  func(json, order string) string
	nested func(json string) string // what a sub-select returned, as a part of an object
	cross  string                   // joins tables in the order in which they are written, if that can be said
}

// inOffice joins what officials are asked for. In the reference data, each holds one
// office today.
const inOffice = " JOIN countries c ON c.id = tag.country_id JOIN tenures h ON h.official_id = tag.id AND h.ended_on = '9999' JOIN offices f ON f.id = h.office_id"

// statements are the texts in a language. $1 stands for an argument.
func (d dialect) statements(language string, repeated bool) map[string]string {
	object := func(pairs ...string) string { return d.object + "(" + strings.Join(pairs, ", ") + ")" }
	named := func(key, alias string, more ...string) string {
		return object(append([]string{"'" + key + "'", alias + "." + key, "'name'", alias + "." + language}, more...)...)
	}
	tags := func(json, links, tables string) string {
		tables = strings.ReplaceAll(tables, " JOIN ", " "+d.cross+" ")
		return d.nested("(SELECT " + d.array(json, "l.position") + " FROM " + links + " l " + d.cross + " " + tables + " WHERE l.article_id = a.id)")
	}
	topics := tags(named("slug", "tag"), "article_topics", "topics tag ON tag.id = l.tag_id")
	countries := tags(named("code", "tag"), "article_countries", "countries tag ON tag.id = l.tag_id")
	officials := tags(named("slug", "tag"), "article_officials", "officials tag ON tag.id = l.tag_id")
	place := []string{"'office'", object("'title'", "f."+language), "'country'", named("code", "c")}
	article := func(more ...string) string {
		return object(append([]string{"'slug'", "a.slug", "'title'", "a.title", "'publishedAt'", "a.published_at"}, more...)...)
	}
	latest := func(json string, of latestOf) string {
		return object("'nodes'", d.nested("(SELECT "+d.array(json, "k.published_at DESC")+" FROM "+of.keys(repeated)+" k "+d.cross+" articles a ON a.id = k.article_id)"))
	}
	texts := map[string]string{
		"q1": "SELECT " + article("'language'", "a.language", "'topics'", topics, "'countries'", countries,
			"'officials'", tags(named("slug", "tag", place...), "article_officials", "officials tag ON tag.id = l.tag_id"+inOffice)) +
			" FROM articles a WHERE a.status = 'PUBLISHED' AND a.published_at < $1 ORDER BY a.published_at DESC LIMIT 20",
		"q2": "SELECT " + article("'language'", "a.language", "'summary'", "a.summary", "'body'", "a.body", "'topics'", topics, "'countries'", countries, "'officials'", officials) +
			" FROM articles a WHERE a.slug = $1 AND a.status = 'PUBLISHED'",
		"q3": "SELECT " + named("slug", "tag", append(place, "'articles'", latest(article("'topics'", topics), latestOf{"article_officials", "tag.id", "10"}))...) +
			" FROM officials tag" + inOffice + " WHERE tag.slug = $1",
		"q4": "SELECT " + named("code", "c", "'articles'", latest(article("'officials'", officials), latestOf{"article_countries", "c.id", "5"})) +
			" FROM countries c WHERE c.code > $1 ORDER BY c.code LIMIT 20",
	}
	for _, first := range []string{"country", "topic"} {
		page, count := both(first, repeated)
		texts["q5"+first], texts["count"+first] = "SELECT "+article()+page, "SELECT CAST(COUNT(*) AS TEXT)"+count
	}
	return texts
}

// latestOf are the latest articles with a tag.
type latestOf struct{ links, tag, most string }

// keys is a table of their keys.
func (of latestOf) keys(repeated bool) string {
	if repeated {
		return "(SELECT l.article_id, l.published_at FROM " + of.links + " l WHERE l.tag_id = " + of.tag + " AND l.status = 'PUBLISHED' ORDER BY l.published_at DESC LIMIT " + of.most + ")"
	}
	return "(SELECT l.article_id, a.published_at FROM " + of.links + " l JOIN articles a ON a.id = l.article_id WHERE l.tag_id = " + of.tag +
		" AND a.status = 'PUBLISHED' ORDER BY a.published_at DESC LIMIT " + of.most + ")"
}

// both are the articles of a country and a topic: a page of them, and all, to be
// counted. They start from the articles of one of the two.
func both(first string, repeated bool) (page, count string) {
	from := ` FROM article_countries l JOIN articles a ON a.id = l.article_id WHERE l.tag_id = (SELECT id FROM countries WHERE code = $1) AND a.status = 'PUBLISHED'
		AND EXISTS (SELECT 1 FROM article_topics t WHERE t.article_id = a.id AND t.tag_id = (SELECT id FROM topics WHERE slug = $2))`
	if first == "topic" {
		from = ` FROM article_topics l JOIN articles a ON a.id = l.article_id WHERE l.tag_id = (SELECT id FROM topics WHERE slug = $2) AND a.status = 'PUBLISHED'
		AND EXISTS (SELECT 1 FROM article_countries t WHERE t.article_id = a.id AND t.tag_id = (SELECT id FROM countries WHERE code = $1))`
	}
	if !repeated {
		return from + " AND a.published_at < $3 ORDER BY a.published_at DESC LIMIT 20", from
	}
	from = strings.NewReplacer("a.status", "l.status", "t.article_id = a.id", "t.article_id = l.article_id").Replace(from)
	return from + " AND l.published_at < $3 ORDER BY l.published_at DESC LIMIT 20", strings.Replace(from, "JOIN articles a ON a.id = l.article_id ", "", 1)
}

// counts is how many articles each tag has, so that Q5 may start from the rarer one.
const counts = `SELECT c.code, COUNT(*) FROM article_countries l JOIN countries c ON c.id = l.tag_id GROUP BY c.code
	UNION ALL SELECT t.slug, COUNT(*) FROM article_topics l JOIN topics t ON t.id = l.tag_id GROUP BY t.slug`

// rarer says from which of the two tags to start.
func rarer(uses map[string]int, country, topic string) string {
	if uses[country] <= uses[topic] {
		return "country"
	}
	return "topic"
}
