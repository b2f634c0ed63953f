-- +goose Up

-- What is to be done with what an article's text names: a LinkMode.
ALTER TABLE articles ADD COLUMN link TEXT COLLATE "C" NOT NULL DEFAULT 'SUGGEST';

-- What editors decided about places in the text of an article, body(format: TEXT), in UTF-16 code units. A decision
-- whose place is gone from the text has start_at -1: a rejection still holds for the same words elsewhere.
CREATE TABLE article_mentions (
    article_id BIGINT           NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start_at   BIGINT           NOT NULL,
    surface    TEXT COLLATE "C" NOT NULL,
    node_type  TEXT COLLATE "C" NOT NULL,
    node_id    BIGINT           NOT NULL,
    method     TEXT COLLATE "C" NOT NULL,
    confidence BIGINT           NOT NULL, -- in hundredths
    status     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, start_at, surface, node_type, node_id)
);
CREATE INDEX article_mentions_node ON article_mentions (node_type, node_id);
