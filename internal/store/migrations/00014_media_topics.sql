-- +goose Up

-- For look-ups and filters by IPTC Media Topic.
CREATE INDEX IF NOT EXISTS topics_media_topic ON topics (media_topic);
