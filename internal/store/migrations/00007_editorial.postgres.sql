-- +goose Up

-- A row of articles is a version of an article that somebody sees: the public one, the working copy of editors, or both
-- in one. Where they differ, the working copy of the article 7 has the key -7. The keys of versions are unique among the
-- public, and among the others; that no two articles share one the writers see to, who take turns.
ALTER TABLE articles
    DROP CONSTRAINT articles_external_id_key,
    DROP CONSTRAINT articles_slug_language_key,
    DROP CONSTRAINT articles_translation_of_language_key,
    ALTER COLUMN link DROP DEFAULT,
    ADD COLUMN scheduled_for BIGINT,
    ADD COLUMN public        BOOLEAN, -- readers see it
    ADD COLUMN working       BOOLEAN, -- editors see it
    ADD COLUMN revision      BIGINT, -- the number of the revision that it is
    ADD COLUMN owner         TEXT COLLATE "C", -- who created it: the key of an actor
    ADD COLUMN last_version  BIGINT; -- the highest that the article had, also of a working copy that was discarded
UPDATE articles SET public = status = 'PUBLISHED', working = TRUE, revision = 1, owner = '', last_version = version;
ALTER TABLE articles
    ALTER COLUMN public SET NOT NULL,
    ALTER COLUMN working SET NOT NULL,
    ALTER COLUMN revision SET NOT NULL,
    ALTER COLUMN owner SET NOT NULL,
    ALTER COLUMN last_version SET NOT NULL,
    ADD CHECK (public OR working),
    ADD CHECK (status = 'PUBLISHED' OR NOT public),
    ADD CHECK (id > 0 OR working AND NOT public);
DROP INDEX articles_published;
DROP INDEX articles_title;
DROP INDEX articles_updated;
DROP INDEX articles_created;

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
    id            BIGINT PRIMARY KEY DEFAULT next_key('revisions'),
    article_id    BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number        BIGINT NOT NULL,
    author        TEXT COLLATE "C" NOT NULL,
    at            BIGINT NOT NULL,
    summary       TEXT COLLATE "C",
    restored_from BIGINT,
    based_on      BIGINT, -- the number of the one that was changed, null for the first
    changed       TEXT COLLATE "C" NOT NULL, -- names of fields, JSON
    published     BOOLEAN NOT NULL, -- readers saw it
    content       TEXT COLLATE "C",
    UNIQUE (article_id, number)
);
INSERT INTO revisions (article_id, number, author, at, changed, published)
    SELECT a.id, 1, COALESCE((SELECT c.actor FROM changes c WHERE c.node_type = 'Article' AND c.node_id = a.id ORDER BY c.id DESC LIMIT 1), ''),
        a.updated_at, '[]', a.public FROM articles a ORDER BY a.id;

-- From when until when readers saw which revision, under which keys.
CREATE TABLE publications (
    id           BIGINT PRIMARY KEY DEFAULT next_key('publications'),
    article_id   BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    revision     BIGINT NOT NULL,
    slug         TEXT COLLATE "C" NOT NULL,
    language     TEXT COLLATE "C" NOT NULL,
    external_id  TEXT COLLATE "C",
    version      BIGINT NOT NULL,
    published_at BIGINT NOT NULL, -- what publishedAt said
    begun_at     BIGINT NOT NULL,
    ended_at     BIGINT           -- null while it lasts
);
CREATE INDEX publications_article ON publications (article_id, begun_at);
CREATE INDEX publications_slug ON publications (slug, begun_at);
CREATE INDEX publications_external_id ON publications (external_id, begun_at);
INSERT INTO publications (article_id, revision, slug, language, external_id, version, published_at, begun_at)
    SELECT id, 1, slug, language, external_id, version, published_at, updated_at FROM articles WHERE public ORDER BY id;

-- What is to be done at a time, by whichever server comes first.
CREATE TABLE jobs (
    kind     TEXT COLLATE "C" NOT NULL,
    subject  BIGINT NOT NULL, -- the key of what it is about
    due_at   BIGINT NOT NULL, -- when to try next
    attempts BIGINT NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL, -- who asked for it
    actor_key TEXT COLLATE "C" NOT NULL,
    token_id BIGINT NOT NULL, -- with which token; 0 for none
    PRIMARY KEY (kind, subject)
);
CREATE INDEX jobs_due ON jobs (due_at);

-- What servers sign with.
CREATE TABLE signing_keys (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);
