-- +goose Up

-- From when on a token is refused, when it was last used (to within an hour), and when it was revoked. The row of a
-- token stays: what was written with it names it.
ALTER TABLE access_tokens ADD COLUMN expires_at BIGINT;
ALTER TABLE access_tokens ADD COLUMN last_used_at BIGINT;
ALTER TABLE access_tokens ADD COLUMN revoked_at BIGINT;
