package main

import "strings"

// schema is the tables. The names are those of three languages in columns of their own,
// so that an answer reads only what it needs.
const schema = `
CREATE TABLE countries (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, ar TEXT NOT NULL, en TEXT NOT NULL, fr TEXT NOT NULL);
CREATE TABLE topics (id BIGINT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, ar TEXT NOT NULL, en TEXT NOT NULL, fr TEXT NOT NULL);
CREATE TABLE offices (id BIGINT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, ar TEXT NOT NULL, en TEXT NOT NULL, fr TEXT NOT NULL, country_id BIGINT NOT NULL);
CREATE TABLE officials (id BIGINT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, ar TEXT NOT NULL, en TEXT NOT NULL, fr TEXT NOT NULL, country_id BIGINT NOT NULL);
CREATE TABLE tenures (official_id BIGINT NOT NULL, ended_on TEXT NOT NULL, started_on TEXT NOT NULL, office_id BIGINT NOT NULL, PRIMARY KEY (official_id, ended_on, started_on));
CREATE TABLE articles (id BIGINT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, language TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, status TEXT NOT NULL, published_at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE article_officials (article_id BIGINT NOT NULL, position BIGINT NOT NULL, tag_id BIGINT NOT NULL, REPEATED PRIMARY KEY (article_id, position));
CREATE TABLE article_countries (article_id BIGINT NOT NULL, position BIGINT NOT NULL, tag_id BIGINT NOT NULL, REPEATED PRIMARY KEY (article_id, position));
CREATE TABLE article_topics (article_id BIGINT NOT NULL, position BIGINT NOT NULL, tag_id BIGINT NOT NULL, REPEATED PRIMARY KEY (article_id, position));`

// indexes are made after the rows.
const indexes = `
CREATE INDEX articles_published ON articles (status, published_at);
CREATE INDEX article_officials_tag ON article_officials (tag_id, REPEATED article_id);
CREATE INDEX article_countries_tag ON article_countries (tag_id, REPEATED article_id);
CREATE INDEX article_topics_tag ON article_topics (tag_id, REPEATED article_id);`

func schemaOf(repeated bool) string {
	if repeated {
		return strings.ReplaceAll(schema, "REPEATED", "status TEXT NOT NULL, published_at TEXT NOT NULL,")
	}
	return strings.ReplaceAll(schema, "REPEATED ", "")
}

func indexesOf(repeated bool) string {
	if repeated {
		return strings.ReplaceAll(indexes, "REPEATED", "status, published_at,")
	}
	return strings.ReplaceAll(indexes, "REPEATED ", "")
}
