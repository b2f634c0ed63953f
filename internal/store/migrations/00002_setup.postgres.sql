-- +goose Up

-- The steps of setting up a new database that take more than one transaction: a step that was begun and not finished
-- is taken up again at the next start.
CREATE TABLE setup_steps (
    name     TEXT COLLATE "C" PRIMARY KEY,
    finished BOOLEAN          NOT NULL
);
