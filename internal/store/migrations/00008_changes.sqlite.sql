-- +goose Up

-- Whether readers see the change, who see an article from its publication to the change that ends it.
ALTER TABLE changes ADD COLUMN readers BOOLEAN NOT NULL DEFAULT FALSE;

-- The key of the access token that wrote. NULL where it was none of the table's; the token may be gone.
ALTER TABLE changes ADD COLUMN token_id INTEGER;

-- Who wrote, whatever they are called: the key of an actor. Empty where it is not known.
ALTER TABLE changes ADD COLUMN actor_key TEXT NOT NULL DEFAULT '';

-- The status that the write gave an article. Empty for other nodes, and where it is not known.
ALTER TABLE changes ADD COLUMN status TEXT NOT NULL DEFAULT '';

UPDATE changes SET readers = TRUE WHERE node_type <> 'Article' OR kind IN ('PUBLISHED', 'UNPUBLISHED')
    OR (SELECT p.kind FROM changes p WHERE p.node_type = changes.node_type AND p.node_id = changes.node_id AND p.id < changes.id
        AND p.kind IN ('PUBLISHED', 'UNPUBLISHED') ORDER BY p.id DESC LIMIT 1) = 'PUBLISHED';
CREATE INDEX changes_readers ON changes (id) WHERE readers;

-- How far the log is compacted: of the changes up to this position, each node has its last ones only. No row: nowhere.
CREATE TABLE change_horizon (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL
);
