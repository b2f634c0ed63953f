-- +goose Up

-- The table of articles is made anew, since SQLite drops no constraint: a row is a version of an article that somebody
-- sees, the public one, the working copy of editors, or both in one. Where they differ, the working copy of the article
-- 7 has the key -7. The keys of versions are unique among the public, and among the others; that no two articles share
-- one the writers see to, who take turns.
ALTER TABLE articles RENAME TO articles_before;

CREATE TABLE articles (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    slug           TEXT    NOT NULL,
    external_id    TEXT,
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
    scheduled_for  INTEGER,
    word_count     INTEGER NOT NULL,
    translation_of INTEGER NOT NULL, -- what those that say the same share: the key of the one that was there first
    link           TEXT    NOT NULL,
    public         BOOLEAN NOT NULL, -- readers see it
    working        BOOLEAN NOT NULL, -- editors see it
    revision       INTEGER NOT NULL, -- the number of the revision that it is
    owner          TEXT    NOT NULL, -- who created it: the key of an actor
    version        INTEGER NOT NULL,
    last_version   INTEGER NOT NULL, -- the highest that the article had, also of a working copy that was discarded
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    body           TEXT    NOT NULL, -- last: lists read the columns before it without its pages
    CHECK (status <> 'PUBLISHED' OR published_at IS NOT NULL),
    CHECK (public OR working),
    CHECK (status = 'PUBLISHED' OR NOT public),
    CHECK (id > 0 OR working AND NOT public)
);
INSERT INTO articles (id, slug, external_id, language, title, title_folded, title_sort_key, summary, byline, source_name,
        source_url, status, published_at, word_count, translation_of, link, public, working, revision, owner, version,
        last_version, created_at, updated_at, body)
    SELECT id, slug, external_id, language, title, title_folded, title_sort_key, summary, byline, source_name,
        source_url, status, published_at, word_count, translation_of, link, status = 'PUBLISHED', TRUE, 1, '', version,
        version, created_at, updated_at, body FROM articles_before ORDER BY id;
DELETE FROM sqlite_sequence WHERE name = 'articles';
UPDATE sqlite_sequence SET name = 'articles' WHERE name = 'articles_before';

CREATE TABLE article_officials_anew (
    article_id  INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    official_id INTEGER NOT NULL REFERENCES officials (id),
    position    INTEGER NOT NULL,
    role        TEXT    NOT NULL,
    PRIMARY KEY (article_id, official_id)
) WITHOUT ROWID;
INSERT INTO article_officials_anew SELECT article_id, official_id, position, role FROM article_officials;
DROP TABLE article_officials;
ALTER TABLE article_officials_anew RENAME TO article_officials;
CREATE INDEX article_officials_official ON article_officials (official_id, article_id);

CREATE TABLE article_countries_anew (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    country_id INTEGER NOT NULL REFERENCES countries (id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (article_id, country_id)
) WITHOUT ROWID;
INSERT INTO article_countries_anew SELECT article_id, country_id, position FROM article_countries;
DROP TABLE article_countries;
ALTER TABLE article_countries_anew RENAME TO article_countries;
CREATE INDEX article_countries_country ON article_countries (country_id, article_id);

CREATE TABLE article_topics_anew (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    topic_id   INTEGER NOT NULL REFERENCES topics (id),
    position   INTEGER NOT NULL,
    PRIMARY KEY (article_id, topic_id)
) WITHOUT ROWID;
INSERT INTO article_topics_anew SELECT article_id, topic_id, position FROM article_topics;
DROP TABLE article_topics;
ALTER TABLE article_topics_anew RENAME TO article_topics;
CREATE INDEX article_topics_topic ON article_topics (topic_id, article_id);

CREATE TABLE timeline_anew (
    owner_type   TEXT    NOT NULL,
    owner_id     INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    article_id   INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (owner_type, owner_id, published_at, article_id)
) WITHOUT ROWID;
INSERT INTO timeline_anew SELECT owner_type, owner_id, published_at, article_id FROM timeline;
DROP TABLE timeline;
ALTER TABLE timeline_anew RENAME TO timeline;
CREATE INDEX timeline_article ON timeline (article_id);

CREATE TABLE article_mentions_anew (
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
INSERT INTO article_mentions_anew SELECT article_id, start_at, surface, node_type, node_id, method, confidence, status FROM article_mentions;
DROP TABLE article_mentions;
ALTER TABLE article_mentions_anew RENAME TO article_mentions;
CREATE INDEX article_mentions_node ON article_mentions (node_type, node_id);

DROP TABLE articles_before;

CREATE UNIQUE INDEX articles_slug ON articles (slug, language, public);
CREATE UNIQUE INDEX articles_external_id ON articles (external_id, public);
CREATE UNIQUE INDEX articles_translations ON articles (translation_of, language, public);
CREATE INDEX articles_published ON articles (public, published_at, id);
CREATE INDEX articles_title ON articles (public, title_sort_key, id);
CREATE INDEX articles_updated ON articles (public, updated_at, id);
CREATE INDEX articles_created ON articles (public, created_at, id);
-- Of nearly all rows editors see the version: an index that began with that would be taken where it helps nothing.
CREATE INDEX articles_working ON articles (COALESCE(published_at, created_at), id) WHERE working;
CREATE INDEX articles_working_updated ON articles (updated_at, id) WHERE working;
CREATE INDEX articles_working_title ON articles (title_sort_key, id) WHERE working;
CREATE INDEX articles_working_status ON articles (status, COALESCE(published_at, created_at), id) WHERE working;

-- What was written of an article, and by whom. content is what a row of articles had that is no more, as JSON; null
-- while a row has it.
CREATE TABLE revisions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id    INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    author        TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    summary       TEXT,
    restored_from INTEGER,
    based_on      INTEGER, -- the number of the one that was changed, null for the first
    changed       TEXT    NOT NULL, -- names of fields, JSON
    published     BOOLEAN NOT NULL, -- readers saw it
    content       TEXT,
    UNIQUE (article_id, number)
);
INSERT INTO revisions (article_id, number, author, at, changed, published)
    SELECT a.id, 1, COALESCE((SELECT c.actor FROM changes c WHERE c.node_type = 'Article' AND c.node_id = a.id ORDER BY c.id DESC LIMIT 1), ''),
        a.updated_at, '[]', a.public FROM articles a ORDER BY a.id;

-- From when until when readers saw which revision, under which keys.
CREATE TABLE publications (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id   INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    revision     INTEGER NOT NULL,
    slug         TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    external_id  TEXT,
    version      INTEGER NOT NULL,
    published_at INTEGER NOT NULL, -- what publishedAt said
    begun_at     INTEGER NOT NULL,
    ended_at     INTEGER           -- null while it lasts
);
CREATE INDEX publications_article ON publications (article_id, begun_at);
CREATE INDEX publications_slug ON publications (slug, begun_at);
CREATE INDEX publications_external_id ON publications (external_id, begun_at);
INSERT INTO publications (article_id, revision, slug, language, external_id, version, published_at, begun_at)
    SELECT id, 1, slug, language, external_id, version, published_at, updated_at FROM articles WHERE public ORDER BY id;

-- What is to be done at a time, by whichever server comes first.
CREATE TABLE jobs (
    kind     TEXT    NOT NULL,
    subject  INTEGER NOT NULL, -- the key of what it is about
    due_at   INTEGER NOT NULL, -- when to try next
    attempts INTEGER NOT NULL,
    actor    TEXT    NOT NULL, -- who asked for it
    actor_key TEXT NOT NULL,
    token_id INTEGER NOT NULL, -- with which token; 0 for none
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (due_at);

-- What servers sign with.
CREATE TABLE signing_keys (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Tables that are empty have no last key.
DELETE FROM sqlite_sequence WHERE seq = 0;
