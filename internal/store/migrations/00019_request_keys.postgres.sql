-- +goose Up

-- The keys by which clients send a request again (Idempotency-Key), by the digest of credential and key. A row without a step holds the
-- whole answer; the others each stand for a mutation, and were written together with what it wrote.
CREATE TABLE request_keys (
    id      TEXT COLLATE "C" NOT NULL,
    step    TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL, -- digest of the body
    server  TEXT COLLATE "C" NOT NULL,
    at      BIGINT           NOT NULL,
    result  BYTEA            NOT NULL,
    PRIMARY KEY (id, step)
);
CREATE INDEX request_keys_at ON request_keys (at);
