-- +goose Up

-- What is searched: terms that internal/text made, for SQLite to find and never to read as words of a language. The
-- categories make every character part of a term but spaces. rowid is the key of the article, in the other the key of
-- the node times 8 and its type (times 64 since 00009; see store/index_key.go).
DROP TABLE article_texts;
CREATE VIRTUAL TABLE article_index USING fts5(terms, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
CREATE VIRTUAL TABLE node_index USING fts5(terms, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");

-- The words of all texts, once each and for ever: those that a misspelt one may stand for.
CREATE TABLE search_words (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    word     TEXT    NOT NULL UNIQUE
);

-- Every name, title and alias once for each of its words, from that word on: what `suggest` looks its prefix up in.
CREATE TABLE suggestions (
    start     TEXT    NOT NULL,
    node_type TEXT    NOT NULL,
    node_id   INTEGER NOT NULL,
    place     INTEGER NOT NULL, -- 0 where the name begins, else how many words stand before
    rank      INTEGER NOT NULL, -- 0 for a name or title, 1 for an alias
    language  TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    PRIMARY KEY (start, node_type, node_id, place, rank, language, text)
) WITHOUT ROWID;
CREATE INDEX suggestions_node ON suggestions (node_type, node_id);

-- How many published articles are tagged with a node, the descendants of topics included.
CREATE TABLE node_uses (
    node_type TEXT    NOT NULL,
    node_id   INTEGER NOT NULL,
    articles  INTEGER NOT NULL,
    PRIMARY KEY (node_type, node_id)
) WITHOUT ROWID;

-- By which version of the analysis the index was written, and how far a rebuilding has come.
CREATE TABLE search_state (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
