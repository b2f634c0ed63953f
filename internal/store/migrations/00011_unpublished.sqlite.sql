-- +goose Up

-- The timelines of what editors see and readers do not: drafts, working copies and the like, in the order of publication
-- or, without one, of creation.
INSERT INTO timeline (owner_type, owner_id, published_at, article_id)
    SELECT 'OfficialUnpublished', tag.official_id, COALESCE(article.published_at, article.created_at), article.id
    FROM articles article JOIN article_officials tag ON tag.article_id = article.id WHERE NOT article.public
    UNION ALL SELECT 'CountryUnpublished', tag.country_id, COALESCE(article.published_at, article.created_at), article.id
    FROM articles article JOIN article_countries tag ON tag.article_id = article.id WHERE NOT article.public
    UNION ALL SELECT DISTINCT 'TopicUnpublished', tree.ancestor_id, COALESCE(article.published_at, article.created_at), article.id
    FROM articles article JOIN article_topics tag ON tag.article_id = article.id JOIN topic_tree tree ON tree.descendant_id = tag.topic_id WHERE NOT article.public
    UNION ALL SELECT 'TopicItselfUnpublished', tag.topic_id, COALESCE(article.published_at, article.created_at), article.id
    FROM articles article JOIN article_topics tag ON tag.article_id = article.id WHERE NOT article.public;

-- For filters by name.
CREATE INDEX names_text ON names (node_type, kind, text, node_id);
CREATE INDEX names_folded ON names (node_type, kind, folded, node_id);

-- Parts of titles, for filters by a part: terms that internal/fulltext made. rowid is the key of the row of an article.
CREATE VIRTUAL TABLE title_index USING fts5(terms, content = '', contentless_delete = 1, detail = none,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
