-- +goose Up

-- What is to be done with what an article's text names: a LinkMode.
ALTER TABLE articles ADD COLUMN link TEXT NOT NULL DEFAULT 'SUGGEST';

-- What editors decided about places in the text of an article, body(format: TEXT), in UTF-16 code units. A decision
-- whose place is gone from the text has start_at -1: a rejection still holds for the same words elsewhere.
CREATE TABLE article_mentions (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start_at   INTEGER NOT NULL,
    surface    TEXT    NOT NULL,
    node_type  TEXT    NOT NULL,
    node_id    INTEGER NOT NULL,
    method     TEXT    NOT NULL,
    confidence INTEGER NOT NULL, -- in hundredths
    status     TEXT    NOT NULL,
    PRIMARY KEY (article_id, start_at, surface, node_type, node_id)
) WITHOUT ROWID;
CREATE INDEX article_mentions_node ON article_mentions (node_type, node_id);
