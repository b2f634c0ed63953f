package main

import "strings"

// dialect is how a database makes JSON.
type dialect struct {
	// text is a column as JSON, object an object of pairs of a name and JSON, and array
	// the JSON of all rows, in an order.
	text   func(column string) string
	object func(pairs ...string) string
	array  func(json, order string) string
	// cross joins tables in the order in which they are written, if that can be said.
	cross, today string
}

// statements are the texts in a language. $1 stands for an argument.
func (d dialect) statements(language string, repeated bool) map[string]string {
	named := func(key, alias string, more ...string) string {
		return d.object(append([]string{key, d.text(alias + "." + key), "name", d.text(alias + "." + language)}, more...)...)
	}
	tags := func(json, links, tables string) string {
		return "(SELECT " + d.array(json, "l.position") + " FROM " + links + " l " + d.cross + " " + tables + " ON tag.id = l.tag_id WHERE l.article_id = a.id)"
	}
	topics := tags(named("slug", "tag"), "article_topics", "topics tag")
	countries := tags(named("code", "tag"), "article_countries", "countries tag")
	officials := tags(named("slug", "tag"), "article_officials", "officials tag")
	place := func(official string) []string {
		office := "(SELECT " + d.object("title", d.text("f."+language)) + " FROM tenures h " + d.cross + " offices f ON f.id = h.office_id WHERE h.official_id = " + official +
			".id AND h.ended_on > " + d.today + " AND h.started_on <= " + d.today + " ORDER BY h.ended_on DESC LIMIT 1)"
		return []string{"office", office, "country", "(SELECT " + named("code", "c") + " FROM countries c WHERE c.id = " + official + ".country_id)"}
	}
	inOffice := tags(named("slug", "tag", place("tag")...), "article_officials", "officials tag")
	article := func(more ...string) string {
		return d.object(append([]string{"slug", d.text("a.slug"), "title", d.text("a.title"), "publishedAt", d.text("a.published_at")}, more...)...)
	}
	latest := func(json string, of latestOf) string {
		return d.object("nodes", "(SELECT "+d.array(json, "k.published_at DESC")+" FROM "+of.keys(repeated)+" k "+d.cross+" articles a ON a.id = k.article_id)")
	}
	page, count := both(repeated)
	return map[string]string{
		"q1": "SELECT " + article("language", d.text("a.language"), "topics", topics, "countries", countries, "officials", inOffice) +
			" FROM articles a WHERE a.status = 'PUBLISHED' AND a.published_at < $1 ORDER BY a.published_at DESC LIMIT 20",
		"q2": "SELECT " + article("language", d.text("a.language"), "summary", d.text("a.summary"), "body", d.text("a.body"), "topics", topics, "countries", countries, "officials", officials) +
			" FROM articles a WHERE a.slug = $1 AND a.status = 'PUBLISHED'",
		"q3": "SELECT " + named("slug", "o", append(place("o"), "articles", latest(article("topics", topics), latestOf{"article_officials", "o.id", "10"}))...) +
			" FROM officials o WHERE o.slug = $1",
		"q4": "SELECT " + named("code", "c", "articles", latest(article("officials", officials), latestOf{"article_countries", "c.id", "5"})) +
			" FROM countries c WHERE c.code > $1 ORDER BY c.code LIMIT 20",
		"q5":      "SELECT " + article() + page,
		"q5count": "SELECT CAST(COUNT(*) AS TEXT)" + count,
	}
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

// both are the articles of a country and a topic: a page of them, and all, to be counted.
func both(repeated bool) (page, count string) {
	from := ` FROM article_countries l JOIN articles a ON a.id = l.article_id WHERE l.tag_id = (SELECT id FROM countries WHERE code = $1) AND a.status = 'PUBLISHED'
		AND EXISTS (SELECT 1 FROM article_topics t WHERE t.article_id = a.id AND t.tag_id = (SELECT id FROM topics WHERE slug = $2))`
	if !repeated {
		return from + " AND a.published_at < $3 ORDER BY a.published_at DESC LIMIT 20", from
	}
	from = strings.NewReplacer("a.status", "l.status", "t.article_id = a.id", "t.article_id = l.article_id").Replace(from)
	return from + " AND l.published_at < $3 ORDER BY l.published_at DESC LIMIT 20", strings.Replace(from, "JOIN articles a ON a.id = l.article_id ", "", 1)
}
