-- +goose Up

-- For look-ups and filters by IPTC Media Topic.
CREATE INDEX topics_media_topic ON topics (media_topic);
