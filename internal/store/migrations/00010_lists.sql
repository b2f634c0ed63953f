-- +goose Up

-- A list of what is tagged with a topic itself, and not with one below it, has a timeline of its own; so its length is
-- kept as well. node_uses says of each timeline how long it is: lists are counted by it.
INSERT INTO timeline (owner_type, owner_id, published_at, article_id)
    SELECT 'TopicItself', tag.topic_id, article.published_at, article.id
    FROM article_topics tag JOIN articles article ON article.id = tag.article_id WHERE article.public
    ORDER BY tag.topic_id, article.published_at, article.id;
DELETE FROM node_uses;
INSERT INTO node_uses (node_type, node_id, articles)
    SELECT owner_type, owner_id, COUNT(*) FROM timeline GROUP BY owner_type, owner_id;

-- For lists and counts of one language, and the languages that there are.
CREATE INDEX articles_language ON articles (public, language, published_at, id);

-- For drafts and other unpublished articles by their last change, of which there are few; with all that counting them asks for.
CREATE INDEX articles_unpublished ON articles (status, updated_at, id, working, public) WHERE working AND NOT public;
