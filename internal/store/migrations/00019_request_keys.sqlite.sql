-- +goose Up

-- The keys by which clients send a request again (Idempotency-Key), by the digest of credential and key. A row without a step holds the
-- whole answer; the others each stand for a mutation, and were written together with what it wrote. Answers
-- may be long, for which WITHOUT ROWID is not made.
CREATE TABLE request_keys (
    id      TEXT    NOT NULL,
    step    TEXT    NOT NULL,
    request TEXT    NOT NULL, -- digest of the body
    server  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    result  BLOB    NOT NULL,
    PRIMARY KEY (id, step)
);

CREATE INDEX request_keys_at ON request_keys (at);
