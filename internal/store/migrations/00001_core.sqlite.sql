-- +goose Up

-- Keys are never used twice (AUTOINCREMENT): an id outside names one node for ever.
-- Instants are milliseconds since 1970 UTC, days are numbers such as 20211126: every database compares numbers alike.
-- sort_key columns hold collation keys made by internal/text, so that text sorts alike everywhere.

CREATE TABLE countries (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    code         TEXT    NOT NULL UNIQUE,
    alpha3       TEXT    NOT NULL UNIQUE,
    numeric      TEXT    NOT NULL UNIQUE,
    flag         TEXT    NOT NULL,
    names        TEXT    NOT NULL,
    aliases      TEXT    NOT NULL,
    region_names TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);

CREATE TABLE topics (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    slug         TEXT    NOT NULL UNIQUE,
    external_id  TEXT    UNIQUE,
    media_topic  TEXT,
    names        TEXT    NOT NULL,
    aliases      TEXT    NOT NULL,
    descriptions TEXT    NOT NULL,
    parent_id    INTEGER REFERENCES topics (id),
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX topics_parent ON topics (parent_id);

-- Every topic with each of its ancestors and, at depth 0, itself.
CREATE TABLE topic_tree (
    ancestor_id   INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    descendant_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
    depth         INTEGER NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
) WITHOUT ROWID;
CREATE INDEX topic_tree_descendant ON topic_tree (descendant_id, depth, ancestor_id);

CREATE TABLE officials (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    slug         TEXT    NOT NULL UNIQUE,
    external_id  TEXT    UNIQUE,
    wikidata_id  TEXT    UNIQUE,
    names        TEXT    NOT NULL,
    aliases      TEXT    NOT NULL,
    descriptions TEXT    NOT NULL,
    country_id   INTEGER REFERENCES countries (id),
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX officials_country ON officials (country_id);

CREATE TABLE offices (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    slug        TEXT    NOT NULL UNIQUE,
    external_id TEXT    UNIQUE,
    kind        TEXT    NOT NULL,
    rank        INTEGER NOT NULL, -- the place of kind in OfficeKind, 0 the highest
    titles      TEXT    NOT NULL,
    country_id  INTEGER REFERENCES countries (id),
    single_seat BOOLEAN NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE INDEX offices_country ON offices (country_id);

-- start_day and end_day are the half-open interval in days: 0 for an unknown start, 99999999 when still held.
CREATE TABLE tenures (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    official_id INTEGER NOT NULL REFERENCES officials (id),
    office_id   INTEGER NOT NULL REFERENCES offices (id),
    started_on  TEXT,
    ended_on    TEXT,
    start_day   INTEGER NOT NULL,
    end_day     INTEGER NOT NULL,
    acting      BOOLEAN NOT NULL,
    source_url  TEXT,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CHECK (start_day < end_day)
);
CREATE INDEX tenures_official ON tenures (official_id, start_day);
CREATE INDEX tenures_office ON tenures (office_id, start_day);

-- The names, titles and aliases of all nouns, for matching and sorting. kind is NAME or an AliasKind.
CREATE TABLE names (
    node_type TEXT    NOT NULL,
    node_id   INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    language  TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    text      TEXT    NOT NULL,
    folded    TEXT    NOT NULL,
    sort_key  BLOB    NOT NULL,
    PRIMARY KEY (node_type, node_id, kind, language, position)
) WITHOUT ROWID;

CREATE TABLE articles (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    slug           TEXT    NOT NULL,
    external_id    TEXT    UNIQUE,
    language       TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    title_folded   TEXT    NOT NULL,
    title_sort_key BLOB    NOT NULL,
    summary        TEXT,
    byline         TEXT    NOT NULL,
    source_name    TEXT,
    source_url     TEXT,
    status         TEXT    NOT NULL,
    published_at   INTEGER,
    word_count     INTEGER NOT NULL,
    translation_of INTEGER NOT NULL, -- the key of the first written of those that say the same; its own when alone
    version        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    body           TEXT    NOT NULL, -- last: lists read the columns before it without its pages
    UNIQUE (slug, language),
    UNIQUE (translation_of, language),
    CHECK (status <> 'PUBLISHED' OR published_at IS NOT NULL)
);
CREATE INDEX articles_published ON articles (status, published_at, id);
CREATE INDEX articles_title ON articles (status, title_sort_key, id);
CREATE INDEX articles_updated ON articles (status, updated_at, id);
CREATE INDEX articles_created ON articles (status, created_at, id);

CREATE TABLE article_officials (
    article_id  INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    official_id INTEGER NOT NULL REFERENCES officials (id),
    position    INTEGER NOT NULL,
    role        TEXT    NOT NULL,
    PRIMARY KEY (article_id, official_id)
) WITHOUT ROWID;
CREATE INDEX article_officials_official ON article_officials (official_id, article_id);

CREATE TABLE article_countries (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    country_id INTEGER NOT NULL REFERENCES countries (id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (article_id, country_id)
) WITHOUT ROWID;
CREATE INDEX article_countries_country ON article_countries (country_id, article_id);

CREATE TABLE article_topics (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    topic_id   INTEGER NOT NULL REFERENCES topics (id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (article_id, topic_id)
) WITHOUT ROWID;
CREATE INDEX article_topics_topic ON article_topics (topic_id, article_id);

-- The published articles of each official, country and topic (its descendants' included), in the order of publication:
-- "the latest articles of X" reads as many rows as it answers.
CREATE TABLE timeline (
    owner_type   TEXT    NOT NULL,
    owner_id     INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    article_id   INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (owner_type, owner_id, published_at, article_id)
) WITHOUT ROWID;
CREATE INDEX timeline_article ON timeline (article_id);

-- What `search:` looks in.
CREATE TABLE article_texts (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    folded     TEXT    NOT NULL
);

-- One row a write, appended in the write's own transaction; never changed.
CREATE TABLE changes (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      TEXT    NOT NULL,
    node_type TEXT    NOT NULL,
    node_id   INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT    NOT NULL
);
CREATE INDEX changes_node ON changes (node_type, node_id, id);

-- digest is the SHA-256 of the token, in hexadecimal; the token itself is nowhere.
CREATE TABLE access_tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    digest     TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
