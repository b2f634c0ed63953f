-- +goose Up

-- The same tables as in 00001_core.sqlite.sql; what differs is in docs/explanation/architecture.md.
-- Keys are never used twice: an id outside names one node for ever. A sequence of PostgreSQL would skip the keys of
-- writes that were undone; SQLite's AUTOINCREMENT does not, nor does this table, which has the shape of SQLite's own.
-- Instants are milliseconds since 1970 UTC, days are numbers such as 20211126: every database compares numbers alike.
-- Texts compare by code point (COLLATE "C"); sort_key columns hold collation keys made by internal/text.

CREATE TABLE key_sequence (
    name TEXT COLLATE "C" NOT NULL,
    seq  BIGINT           NOT NULL,
    PRIMARY KEY (name, seq)
);

-- The row is replaced, and the newest found at the end of the index: a row that is updated again and again in one
-- transaction is found by way of all its former versions.
CREATE FUNCTION next_key(of TEXT) RETURNS BIGINT LANGUAGE sql AS
    'WITH last AS (
         DELETE FROM key_sequence WHERE name = of
         AND seq = (SELECT seq FROM key_sequence WHERE name = of ORDER BY seq DESC LIMIT 1) RETURNING seq
     )
     INSERT INTO key_sequence (name, seq) SELECT of, COALESCE((SELECT seq FROM last), 0) + 1 RETURNING seq';

CREATE TABLE countries (
    id           BIGINT           PRIMARY KEY DEFAULT next_key('countries'),
    code         TEXT COLLATE "C" NOT NULL UNIQUE,
    alpha3       TEXT COLLATE "C" NOT NULL UNIQUE,
    numeric      TEXT COLLATE "C" NOT NULL UNIQUE,
    flag         TEXT COLLATE "C" NOT NULL,
    names        TEXT COLLATE "C" NOT NULL,
    aliases      TEXT COLLATE "C" NOT NULL,
    region_names TEXT COLLATE "C" NOT NULL,
    version      BIGINT           NOT NULL,
    created_at   BIGINT           NOT NULL,
    updated_at   BIGINT           NOT NULL
);

CREATE TABLE topics (
    id           BIGINT           PRIMARY KEY DEFAULT next_key('topics'),
    slug         TEXT COLLATE "C" NOT NULL UNIQUE,
    external_id  TEXT COLLATE "C" UNIQUE,
    media_topic  TEXT COLLATE "C",
    names        TEXT COLLATE "C" NOT NULL,
    aliases      TEXT COLLATE "C" NOT NULL,
    descriptions TEXT COLLATE "C" NOT NULL,
    parent_id    BIGINT           REFERENCES topics (id) DEFERRABLE,
    version      BIGINT           NOT NULL,
    created_at   BIGINT           NOT NULL,
    updated_at   BIGINT           NOT NULL
);
CREATE INDEX topics_parent ON topics (parent_id);

-- Every topic with each of its ancestors and, at depth 0, itself.
CREATE TABLE topic_tree (
    ancestor_id   BIGINT NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    descendant_id BIGINT NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    depth         BIGINT NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX topic_tree_descendant ON topic_tree (descendant_id, depth, ancestor_id);

CREATE TABLE officials (
    id           BIGINT           PRIMARY KEY DEFAULT next_key('officials'),
    slug         TEXT COLLATE "C" NOT NULL UNIQUE,
    external_id  TEXT COLLATE "C" UNIQUE,
    wikidata_id  TEXT COLLATE "C" UNIQUE,
    names        TEXT COLLATE "C" NOT NULL,
    aliases      TEXT COLLATE "C" NOT NULL,
    descriptions TEXT COLLATE "C" NOT NULL,
    country_id   BIGINT           REFERENCES countries (id),
    version      BIGINT           NOT NULL,
    created_at   BIGINT           NOT NULL,
    updated_at   BIGINT           NOT NULL
);
CREATE INDEX officials_country ON officials (country_id);

CREATE TABLE offices (
    id          BIGINT           PRIMARY KEY DEFAULT next_key('offices'),
    slug        TEXT COLLATE "C" NOT NULL UNIQUE,
    external_id TEXT COLLATE "C" UNIQUE,
    kind        TEXT COLLATE "C" NOT NULL,
    rank        BIGINT           NOT NULL, -- the place of kind in OfficeKind, 0 the highest
    titles      TEXT COLLATE "C" NOT NULL,
    country_id  BIGINT           REFERENCES countries (id),
    single_seat BOOLEAN          NOT NULL,
    version     BIGINT           NOT NULL,
    created_at  BIGINT           NOT NULL,
    updated_at  BIGINT           NOT NULL
);
CREATE INDEX offices_country ON offices (country_id);

-- start_day and end_day are the half-open interval in days: 0 for an unknown start, 99999999 when still held.
CREATE TABLE tenures (
    id          BIGINT           PRIMARY KEY DEFAULT next_key('tenures'),
    official_id BIGINT           NOT NULL REFERENCES officials (id),
    office_id   BIGINT           NOT NULL REFERENCES offices (id),
    started_on  TEXT COLLATE "C",
    ended_on    TEXT COLLATE "C",
    start_day   BIGINT           NOT NULL,
    end_day     BIGINT           NOT NULL,
    acting      BOOLEAN          NOT NULL,
    source_url  TEXT COLLATE "C",
    version     BIGINT           NOT NULL,
    created_at  BIGINT           NOT NULL,
    updated_at  BIGINT           NOT NULL,
    CHECK (start_day < end_day)
);
CREATE INDEX tenures_official ON tenures (official_id, start_day);
CREATE INDEX tenures_office ON tenures (office_id, start_day);

-- The names, titles and aliases of all nouns, for matching and sorting. kind is NAME or an AliasKind.
CREATE TABLE names (
    node_type TEXT COLLATE "C" NOT NULL,
    node_id   BIGINT           NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    language  TEXT COLLATE "C" NOT NULL,
    position  BIGINT           NOT NULL,
    text      TEXT COLLATE "C" NOT NULL,
    folded    TEXT COLLATE "C" NOT NULL,
    sort_key  BYTEA            NOT NULL,
    PRIMARY KEY (node_type, node_id, kind, language, position)
);

CREATE TABLE articles (
    id             BIGINT           PRIMARY KEY DEFAULT next_key('articles'),
    slug           TEXT COLLATE "C" NOT NULL,
    external_id    TEXT COLLATE "C" UNIQUE,
    language       TEXT COLLATE "C" NOT NULL,
    title          TEXT COLLATE "C" NOT NULL,
    title_folded   TEXT COLLATE "C" NOT NULL,
    title_sort_key BYTEA            NOT NULL,
    summary        TEXT COLLATE "C",
    byline         TEXT COLLATE "C" NOT NULL,
    source_name    TEXT COLLATE "C",
    source_url     TEXT COLLATE "C",
    status         TEXT COLLATE "C" NOT NULL,
    published_at   BIGINT,
    word_count     BIGINT           NOT NULL,
    translation_of BIGINT           NOT NULL, -- the key of the first written of those that say the same; its own when alone
    version        BIGINT           NOT NULL,
    created_at     BIGINT           NOT NULL,
    updated_at     BIGINT           NOT NULL,
    body           TEXT COLLATE "C" NOT NULL, -- last: lists read the columns before it without its pages
    UNIQUE (slug, language),
    UNIQUE (translation_of, language),
    CHECK (status <> 'PUBLISHED' OR published_at IS NOT NULL)
);
CREATE INDEX articles_published ON articles (status, published_at, id);
CREATE INDEX articles_title ON articles (status, title_sort_key, id);
CREATE INDEX articles_updated ON articles (status, updated_at, id);
CREATE INDEX articles_created ON articles (status, created_at, id);

CREATE TABLE article_officials (
    article_id  BIGINT           NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    official_id BIGINT           NOT NULL REFERENCES officials (id),
    position    BIGINT           NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, official_id)
);
CREATE INDEX article_officials_official ON article_officials (official_id, article_id);

CREATE TABLE article_countries (
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    country_id BIGINT NOT NULL REFERENCES countries (id),
    position   BIGINT NOT NULL,
    PRIMARY KEY (article_id, country_id)
);
CREATE INDEX article_countries_country ON article_countries (country_id, article_id);

CREATE TABLE article_topics (
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    topic_id   BIGINT NOT NULL REFERENCES topics (id),
    position   BIGINT NOT NULL,
    PRIMARY KEY (article_id, topic_id)
);
CREATE INDEX article_topics_topic ON article_topics (topic_id, article_id);

-- The published articles of each official, country and topic (its descendants' included), in the order of publication:
-- "the latest articles of X" reads as many rows as it answers.
CREATE TABLE timeline (
    owner_type   TEXT COLLATE "C" NOT NULL,
    owner_id     BIGINT           NOT NULL,
    published_at BIGINT           NOT NULL,
    article_id   BIGINT           NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (owner_type, owner_id, published_at, article_id)
);
CREATE INDEX timeline_article ON timeline (article_id);

-- What `search:` looks in.
CREATE TABLE article_texts (
    article_id BIGINT           PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    folded     TEXT COLLATE "C" NOT NULL
);

-- One row a write, appended in the write's own transaction; never changed.
CREATE TABLE changes (
    id        BIGINT           PRIMARY KEY DEFAULT next_key('changes'),
    kind      TEXT COLLATE "C" NOT NULL,
    node_type TEXT COLLATE "C" NOT NULL,
    node_id   BIGINT           NOT NULL,
    version   BIGINT           NOT NULL,
    at        BIGINT           NOT NULL,
    actor     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX changes_node ON changes (node_type, node_id, id);

-- digest is the SHA-256 of the token, in hexadecimal; the token itself is nowhere.
CREATE TABLE access_tokens (
    id         BIGINT           PRIMARY KEY DEFAULT next_key('access_tokens'),
    name       TEXT COLLATE "C" NOT NULL,
    role       TEXT COLLATE "C" NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT           NOT NULL
);
